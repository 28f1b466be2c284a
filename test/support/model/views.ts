/** What the API must answer where the model is right, and what it did answer, brought to one form: times only as there or not. */
import {
  type Company,
  type Incident,
  incidentsOf,
  isSolved,
  type Model,
  mayMove,
  openComments,
  ownOf,
  type Person,
  STATUSES,
  type Status,
  type Told,
} from './model.ts';

// biome-ignore-start lint/suspicious/noExplicitAny: answers, checked against the document by the client already.

/** Of an answer: every moment becomes `true`, a missing one `false`, and those that every row has are left out. */
export function plain(answer: any): any {
  if (Array.isArray(answer)) return answer.map(plain);
  if (typeof answer !== 'object' || answer === null) return answer;
  return Object.fromEntries(
    Object.entries(answer)
      .filter(([key]) => !['createdAt', 'updatedAt', 'at'].includes(key))
      .map(([key, value]) => [
        key,
        ['resolvedAt', 'closedAt', 'waitingSince'].includes(key) ? value !== null : plain(value),
      ]),
  );
}
// biome-ignore-end lint/suspicious/noExplicitAny: see above.

// What customers see

const fieldsOf = (one: Incident) => ({
  ...{ id: one.id, ticketNumber: one.ticketNumber, shortDescription: one.summary },
  ...{ description: one.description, priority: one.priority, category: one.category },
  ...{ status: one.status, companyId: one.company.id, customerId: one.owner?.id ?? null },
  ...{ resolvedAt: one.resolvedAt !== null, closedAt: one.closedAt !== null },
});

const commentsOf = (all: Incident['comments']) =>
  all.map(({ id, content, author, isByTeam, isInternal }) => ({
    ...{ id, content, authorName: author, isInternal },
    authorType: isByTeam ? 'USER' : 'CUSTOMER',
  }));

export const incidentView = (one: Incident) => ({
  ...fieldsOf(one),
  isUnread: one.isUnread,
  comments: commentsOf(openComments(one)),
  history: one.history.map(({ status }) => ({ status })),
  attachments: [],
});

export interface ListRequest {
  statuses: readonly Status[];
  page: number;
  limit: number;
}

const countsOf = (all: readonly Incident[]) =>
  Object.fromEntries(
    STATUSES.map((one) => [one, all.filter(({ status }) => status === one).length]),
  );

/** Without `nextCursor`, which is not for people to know. */
export function listView(model: Model, person: Person, { statuses, page, limit }: ListRequest) {
  const own = ownOf(model, person);
  const wanted = own
    .filter(({ status }) => statuses.length === 0 || statuses.includes(status))
    .reverse();
  return {
    incidents: wanted.slice((page - 1) * limit, page * limit).map((one) => ({
      ...fieldsOf(one),
      ...{ isUnread: one.isUnread, commentCount: openComments(one).length },
    })),
    ...{ total: wanted.length, page, totalPages: Math.ceil(wanted.length / limit) },
    counts: countsOf(own),
    unread: own.filter(({ isUnread }) => isUnread).length,
  };
}

export function announcementView(one: Incident, reader: Person) {
  const { companyId: _, customerId: __, category: ___, closedAt: ____, ...fields } = fieldsOf(one);
  return {
    ...fields,
    isAffected: one.affected.has(reader),
    updates: openComments(one)
      .slice(-20)
      .map(({ id, content, author }) => ({ id, content, authorName: author })),
    history: one.history.map(({ status }) => ({ status })),
  };
}

// What the team sees

const personView = (person: Person) => ({ id: person.id, name: person.name, email: person.email });

const teamFields = (one: Incident) => ({
  ...fieldsOf(one),
  ...{ summary: one.summary, techDescription: one.techDescription },
  ...{ source: one.history[0]?.by === null ? 'PORTAL' : 'TEAM' },
  ...{ impactSummary: null, blastRadius: null, serviceArea: null, environment: null },
  ...{ region: null, assignedToEmail: null, waitingSince: one.waitingSince !== null },
  affectedCount: one.affected.size,
  allowedMoves: STATUSES.filter((to) => mayMove(one.status, to)),
});

export const teamView = (model: Model, one: Incident) => ({
  ...teamFields(one),
  customer: one.owner && {
    ...personView(one.owner),
    incidentCount: ownOf(model, one.owner).length,
    isDisabled: false,
  },
  comments: commentsOf(one.comments),
  history: one.history,
});

export interface QueueRequest extends ListRequest {
  priority: string | null;
  isWaiting: boolean;
  announcements: boolean | null;
  /** One word of a report, or its beginning. */
  search: string;
}

const hasWord = ({ summary, description }: Incident, start: string) =>
  `${summary} ${description}`.split(' ').some((word) => word.startsWith(start));

export function queueView(model: Model, company: Company, request: QueueRequest) {
  const { statuses, page, limit, priority, isWaiting, announcements, search } = request;
  const all = incidentsOf(model, company);
  const wanted = all.filter(
    (one) =>
      (statuses.length === 0 || statuses.includes(one.status)) &&
      (priority === null || one.priority === priority) &&
      (!isWaiting || one.waitingSince !== null) &&
      (announcements === null || (one.owner === null) === announcements) &&
      (search === '' || hasWord(one, search)),
  );
  const since = ({ waitingSince }: Incident) => waitingSince ?? 0;
  const ordered = isWaiting ? wanted.sort((a, b) => since(a) - since(b)) : wanted.reverse();
  const theirs = all.filter(({ owner }) => owner !== null);
  return {
    incidents: ordered.slice((page - 1) * limit, page * limit).map((one) => ({
      ...teamFields(one),
      ...{ customer: one.owner && personView(one.owner), commentCount: openComments(one).length },
    })),
    ...{ total: wanted.length, page, totalPages: Math.ceil(wanted.length / limit) },
    counts: {
      ...countsOf(theirs),
      waiting: theirs.filter(({ waitingSince }) => waitingSince !== null).length,
      announcements: all.filter((one) => one.owner === null && !isSolved(one)).length,
    },
  };
}

/** Newest first. */
export const affectedView = ({ affected }: Incident) =>
  [...affected].sort(([, a], [, b]) => b.at - a.at).map(([person]) => personView(person));

// What both hear

export const heardView = ({ kind, incident, status, comment }: Told) => ({
  event: kind,
  data: {
    ...{ incidentId: incident.id, isAnnouncement: incident.owner === null },
    ...(status && { status }),
    ...(comment && { commentId: comment.id }),
  },
});

export const teamHeardView = (told: Told) => {
  const { event, data } = heardView(told);
  const { incident, person, isInternal } = told;
  const more = { companyId: incident.company.id, customerId: person?.id ?? null, isInternal };
  return { event, data: { ...data, ...more } };
};
