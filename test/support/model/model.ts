/**
 * Porthole in memory, as its users understand it: who is there, what they wrote, what happened, and who was told. No table,
 * no query, no shared code with the server: two accounts of the same thing, which must not differ (BAR 8).
 */

export const STATUSES = [
  ...(['OPEN', 'ACKNOWLEDGED', 'INVESTIGATION', 'MITIGATED', 'RESOLVED', 'CLOSED'] as const),
];
export type Status = (typeof STATUSES)[number];

/** Somebody with an account at a company, once they have registered. */
export interface Person {
  name: string;
  company: Company;
  email: string;
  password: string;
  isRegistered: boolean;
  isIn: boolean;
  /** How much had been told before they came. */
  heardFrom: number;
  /** Learnt from the answer. */
  id: string;
}

export interface Company {
  name: string;
  /** What its team acts under. */
  keyName: string;
  id: string;
}

export interface Comment {
  id: string;
  content: string;
  author: string;
  isByTeam: boolean;
  isInternal: boolean;
}

export interface Incident {
  /** Of the model: in the order of their making, over all companies. */
  number: number;
  id: string;
  ticketNumber: string;
  company: Company;
  /** Null: an announcement. */
  owner: Person | null;
  summary: string;
  description: string;
  priority: string;
  category: string;
  status: Status;
  techDescription: string | null;
  isUnread: boolean;
  /** Moments are counted, not read from a clock. */
  waitingSince: number | null;
  resolvedAt: number | null;
  closedAt: number | null;
  comments: Comment[];
  history: { status: Status; by: string | null }[];
  affected: Map<Person, { at: number; seenAt: number | null }>;
}

/** What was told, in the order of its telling. */
export interface Told {
  kind: string;
  incident: Incident;
  /** Whom it is about: the owner, or who is affected by an announcement. */
  person: Person | null;
  isInternal: boolean;
  status?: Status;
  comment?: Comment;
}

export interface Model {
  companies: Company[];
  people: Person[];
  incidents: Incident[];
  told: Told[];
  now: number;
}

/** What a command came to. */
export type Outcome = 'ok' | 'not_found' | 'incident_closed' | 'move_refused';

// What may be seen

export const isSolved = ({ status }: Incident) => status === 'RESOLVED' || status === 'CLOSED';
export const ownOf = ({ incidents }: Model, person: Person) =>
  incidents.filter(({ owner }) => owner === person);
export const incidentsOf = ({ incidents }: Model, company: Company) =>
  incidents.filter((one) => one.company === company);
export const openComments = ({ comments }: Incident) => comments.filter((one) => !one.isInternal);

/** Forward to any later status; a resolved one back to work, or to its end. */
export function mayMove(from: Status, to: Status): boolean {
  if (from === 'RESOLVED') return to === 'INVESTIGATION' || to === 'CLOSED';
  return STATUSES.indexOf(to) > STATUSES.indexOf(from);
}

export const heardBy = ({ told }: Model, person: Person) =>
  told.filter(({ incident, isInternal }, at) => {
    const isTheirs = incident.owner === person || incident.owner === null;
    return at >= person.heardFrom && isTheirs && incident.company === person.company && !isInternal;
  });
export const heardByTeam = ({ told }: Model, company: Company) =>
  told.filter(({ incident }) => incident.company === company);

// What customers do

export function report(
  model: Model,
  owner: Person,
  text: Pick<Incident, 'summary' | 'description' | 'priority' | 'category'>,
): Incident {
  const made = makeIncident(model, owner.company, owner, text, 'OPEN', null);
  made.waitingSince = model.now;
  return made;
}

/** `not_found` for what is not their own, announcements too. */
export function reply(
  model: Model,
  person: Person,
  incident: Incident | undefined,
  content: string,
): Outcome {
  if (incident?.owner !== person) return 'not_found';
  if (incident.status === 'CLOSED') return 'incident_closed';
  const wasResolved = incident.status === 'RESOLVED';
  addComment(model, incident, { content, author: person.name, isByTeam: false, isInternal: false });
  incident.waitingSince ??= model.now;
  if (wasResolved) enter(model, incident, 'OPEN', null);
  return 'ok';
}

export function look(person: Person, incident: Incident | undefined): Outcome {
  if (incident?.owner !== person) return 'not_found';
  incident.isUnread = false;
  return 'ok';
}

const announcedTo = (person: Person, incident: Incident | undefined) =>
  incident?.owner === null && incident.company === person.company ? incident : null;

export function sayAffected(
  model: Model,
  person: Person,
  incident: Incident | undefined,
  isAffected: boolean,
): Outcome {
  const announcement = announcedTo(person, incident);
  if (announcement === null) return 'not_found';
  const { affected } = announcement;
  if (affected.has(person) === isAffected) return 'ok';
  if (isAffected) affected.set(person, { at: model.now, seenAt: null });
  else affected.delete(person);
  tell(model, { kind: 'incident.affected', incident: announcement, person, isInternal: true });
  return 'ok';
}

export function putAside(model: Model, person: Person, incident: Incident | undefined): Outcome {
  const announcement = announcedTo(person, incident);
  if (announcement === null) return 'not_found';
  const said = announcement.affected.get(person);
  if (said !== undefined && isSolved(announcement)) said.seenAt = model.now;
  return 'ok';
}

/** Unresolved ones, then what is over of those that affect them until they have seen so; each newest first. */
export function announcementsFor(model: Model, person: Person): Incident[] {
  const all = model.incidents.filter((one) => announcedTo(person, one) !== null).reverse();
  const isNews = (one: Incident) => {
    const said = one.affected.get(person);
    if (said === undefined || !isSolved(one)) return false;
    return said.seenAt === null || said.seenAt < (one.resolvedAt ?? one.closedAt ?? 0);
  };
  return [...all.filter((one) => !isSolved(one)).slice(0, 20), ...all.filter(isNews)];
}

// What the team does

/** Of one customer, or (null) an announcement. */
export function open(
  model: Model,
  company: Company,
  owner: Person | null,
  text: Pick<Incident, 'summary' | 'description' | 'priority' | 'category'>,
  status: Status,
): Incident {
  const made = makeIncident(model, company, owner, text, status, company.keyName);
  made.isUnread = owner !== null;
  return made;
}

export interface Change {
  summary?: string;
  priority?: string;
  techDescription?: string;
  status?: Status;
  note?: string;
}

/** Whose incident it is, is the caller's to look at. Nothing changes where the move is refused. */
export function change(
  model: Model,
  incident: Incident,
  { status, note, techDescription, ...open }: Change,
): Outcome {
  if (status !== undefined && status !== incident.status && !mayMove(incident.status, status)) {
    return 'move_refused';
  }
  const by = incident.company.keyName;
  const person = incident.owner;
  if (Object.keys(open).length > 0) {
    Object.assign(incident, open);
    tell(model, { kind: 'incident.updated', incident, person, isInternal: false });
  }
  if (techDescription !== undefined) {
    incident.techDescription = techDescription;
    tell(model, { kind: 'incident.updated', incident, person, isInternal: true });
  }
  if (note !== undefined) {
    addComment(model, incident, { content: note, author: by, isByTeam: true, isInternal: false });
    answered(incident);
  }
  if (status !== undefined && status !== incident.status) {
    enter(model, incident, status, by);
    answered(incident);
  }
  return 'ok';
}

export function answer(
  model: Model,
  incident: Incident,
  content: string,
  isInternal: boolean,
): Outcome {
  if (incident.status === 'CLOSED' && !isInternal) return 'incident_closed';
  const author = incident.company.keyName;
  addComment(model, incident, { content, author, isByTeam: true, isInternal });
  if (!isInternal) answered(incident);
  return 'ok';
}

// The steps of these

const tell = (model: Model, news: Told) => {
  model.told.push(news);
};

function makeIncident(
  model: Model,
  company: Company,
  owner: Person | null,
  text: Pick<Incident, 'summary' | 'description' | 'priority' | 'category'>,
  status: Status,
  by: string | null,
): Incident {
  const isOver = status === 'RESOLVED' || status === 'CLOSED';
  const made: Incident = {
    ...{ ...text, company, owner, status, techDescription: null, isUnread: false },
    ...{ number: model.incidents.length + 1, id: '', ticketNumber: '', waitingSince: null },
    ...{ comments: [], history: [{ status, by }], affected: new Map() },
    resolvedAt: isOver ? model.now : null,
    closedAt: status === 'CLOSED' ? model.now : null,
  };
  model.incidents.push(made);
  tell(model, { kind: 'incident.created', incident: made, person: owner, isInternal: false });
  return made;
}

function addComment(model: Model, incident: Incident, said: Omit<Comment, 'id'>): void {
  const comment = { id: '', ...said };
  incident.comments.push(comment);
  const { isInternal } = said;
  tell(model, { kind: 'comment.created', incident, person: incident.owner, isInternal, comment });
}

function enter(model: Model, incident: Incident, status: Status, by: string | null): void {
  incident.status = status;
  if (status === 'RESOLVED') incident.resolvedAt = model.now;
  else if (status !== 'CLOSED') incident.resolvedAt = null;
  incident.closedAt = status === 'CLOSED' ? model.now : null;
  incident.history.push({ status, by });
  tell(model, {
    ...{ kind: 'incident.updated', incident, person: incident.owner, isInternal: false, status },
  });
}

/** The customer has news, and no longer waits. */
function answered(incident: Incident): void {
  incident.waitingSince = null;
  incident.isUnread = incident.owner !== null;
}
