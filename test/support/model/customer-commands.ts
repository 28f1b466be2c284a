/** What customers do, each as one command: done to the model and to the server, whose answers must agree. */
import { expect } from 'vitest';
import {
  aim,
  command,
  hasIncidents,
  personAt,
  type Scene,
  showTarget,
  type Target,
} from './command.ts';
import {
  announcementsFor,
  type Incident,
  look,
  type Outcome,
  ownOf,
  type Person,
  putAside,
  reply,
  report,
  sayAffected,
} from './model.ts';
import { asPerson, dataOf, listen, stopListening } from './real.ts';
import { announcementView, incidentView, type ListRequest, listView, plain } from './views.ts';

const PEOPLE = ['ann', 'ben', 'cem', 'dee', 'eva'];
const nameAt = (at: number) => PEOPLE[at % PEOPLE.length];

export const STATUS_OF: Readonly<Record<Exclude<Outcome, 'ok'>, number>> = {
  ...{ not_found: 404, incident_closed: 409, move_refused: 409 },
};

/** A command of somebody who has been here before: whose session is over is told so, and nothing happens. */
const byPerson = (
  at: number,
  text: string,
  isPossible: Parameters<typeof command>[1],
  run: (scene: Scene & { person: Person; isIn: boolean }) => Promise<void>,
) =>
  command(
    `${nameAt(at)} ${text}`,
    (model) => personAt(model, at).isRegistered && isPossible(model),
    ({ model, real }) => {
      const person = personAt(model, at);
      return run({ model, real, person, isIn: person.isIn });
    },
  );

const always = () => true;

export const register = (at: number) =>
  command(`${nameAt(at)} registers`, always, async ({ model, real }) => {
    const person = personAt(model, at);
    const { email, password, name, company } = person;
    const body = { email, password, name, companyId: company.id };
    const answer = await real.app.api.post('/customer/register', { body });
    if (person.isRegistered) return void dataOf(answer, 409, 'email_taken');
    const { token, customer } = dataOf(answer, 201);
    Object.assign(person, { isRegistered: true, isIn: true, id: customer.id });
    person.heardFrom = model.told.length;
    await listen(real, person, token);
  });

export interface LogIn {
  isPasswordWrong: boolean;
  isCompanySaid: boolean;
}

export const logIn = (at: number, { isPasswordWrong, isCompanySaid }: LogIn) => {
  const how = `${isPasswordWrong ? ', wrongly' : ''}${isCompanySaid ? '' : ', without saying where'}`;
  return command(`${nameAt(at)} logs in${how}`, always, async ({ model, real }) => {
    const { email, password, company } = personAt(model, at);
    const answer = await real.app.api.post('/customer/login', {
      body: {
        email,
        password: isPasswordWrong ? `${password}!` : password,
        ...(isCompanySaid && { companyId: company.id }),
      },
    });
    const meant = model.people.filter(
      (one) =>
        one.email === email && one.isRegistered && (!isCompanySaid || one.company === company),
    );
    const [person, ...more] = isPasswordWrong ? [] : meant;
    if (person === undefined) return void dataOf(answer, 401, 'wrong_credentials');
    if (more.length > 0) return void dataOf(answer, 409, 'company_required');
    const { token, customer } = dataOf(answer, 200);
    expect(customer.id).toBe(person.id);
    person.isIn = true;
    await listen(real, person, token);
  });
};

export const logOut = (at: number) =>
  byPerson(at, 'logs out', always, async ({ real, person, isIn }) => {
    // Before, so that nothing is told twice: the next stream begins where this one was read to.
    stopListening(real, person);
    const answer = await real.app.api.post('/customer/logout', asPerson(real, person));
    expectSession(answer, isIn, 200);
    person.isIn = false;
  });

const expectSession = (
  answer: Parameters<typeof dataOf>[0],
  isIn: boolean,
  status: number,
  code?: string,
) => (isIn ? dataOf(answer, status, code) : dataOf(answer, 401, 'unauthorized'));

export type Text = Pick<Incident, 'summary' | 'description' | 'priority' | 'category'>;

export const reports = (at: number, text: Text) =>
  byPerson(at, `reports "${text.summary}"`, always, async ({ model, real, person, isIn }) => {
    const { summary: shortDescription, ...body } = text;
    const answer = await real.app.api.post('/customer/create-incident', {
      ...asPerson(real, person),
      body: { ...body, shortDescription },
    });
    const data = expectSession(answer, isIn, 201);
    if (!isIn) return;
    const made = report(model, person, text);
    Object.assign(made, { id: data.id, ticketNumber: data.ticketNumber });
    expect(plain(data)).toEqual(incidentView(made));
  });

/** One that names an incident, with what the model says to it. */
const atTarget = (
  at: number,
  text: string,
  target: Target,
  steps: {
    send(
      scene: Scene & { person: Person; ref: string },
    ): ReturnType<Scene['real']['app']['api']['get']>;
    status: 200 | 201;
    inModel(scene: Scene & { person: Person; incident: Incident | undefined }): Outcome;
    learn?(data: { id: string }, scene: Scene & { person: Person; incident: Incident }): void;
  },
) =>
  byPerson(at, `${text} ${showTarget(target)}`, hasIncidents, async (scene) => {
    const { model, person, isIn } = scene;
    const { ref, incident } = aim(model, person.company, target);
    const answer = await steps.send({ ...scene, ref });
    if (!isIn) return void dataOf(answer, 401, 'unauthorized');
    const outcome = steps.inModel({ ...scene, incident });
    if (outcome !== 'ok') return void dataOf(answer, STATUS_OF[outcome], outcome);
    const data = dataOf(answer, steps.status);
    if (incident !== undefined) steps.learn?.(data, { ...scene, incident });
  });

export const replies = (at: number, target: Target, content: string) =>
  atTarget(at, `writes "${content}" to`, target, {
    send: ({ real, person, ref }) =>
      real.app.api.post(`/customer/${ref}/comments`, {
        ...asPerson(real, person),
        body: { content },
      }),
    status: 201,
    inModel: ({ model, person, incident }) => reply(model, person, incident, content),
    learn(data, { incident }) {
      const said = incident.comments.at(-1);
      if (said !== undefined) said.id = data.id;
    },
  });

export const reads = (at: number, target: Target) =>
  atTarget(at, 'reads', target, {
    send: ({ real, person, ref }) =>
      real.app.api.get(`/customer/get-incident/${ref}`, asPerson(real, person)),
    status: 200,
    inModel: ({ person, incident }) => (incident?.owner === person ? 'ok' : 'not_found'),
    learn: (data, { incident }) => expect(plain(data)).toEqual(incidentView(incident)),
  });

export const sees = (at: number, target: Target) =>
  atTarget(at, 'has seen', target, {
    send: ({ real, person, ref }) =>
      real.app.api.post(`/customer/${ref}/seen`, asPerson(real, person)),
    status: 200,
    inModel: ({ person, incident }) => look(person, incident),
  });

/** Announcements are named by their ids alone. */
const byId = ({ at }: Target): Target => ({ at, isByNumber: false });

export const says = (at: number, target: Target, isAffected: boolean) =>
  atTarget(at, `says it ${isAffected ? 'is' : 'is not'} affected by`, byId(target), {
    send: ({ real, person, ref }) =>
      real.app.api.send(
        isAffected ? 'PUT' : 'DELETE',
        `/customer/announcements/${ref}/affected`,
        asPerson(real, person),
      ),
    status: 200,
    inModel: ({ model, person, incident }) => sayAffected(model, person, incident, isAffected),
    learn: (data, { person, incident }) =>
      expect(plain(data)).toEqual(announcementView(incident, person)),
  });

export const putsAside = (at: number, target: Target) =>
  atTarget(at, 'puts aside', byId(target), {
    send: ({ real, person, ref }) =>
      real.app.api.post(`/customer/announcements/${ref}/seen`, asPerson(real, person)),
    status: 200,
    inModel: ({ model, person, incident }) => putAside(model, person, incident),
  });

const showList = ({ statuses, page, limit }: ListRequest) =>
  `${statuses.length === 0 ? 'all' : statuses.join(' and ')}, page ${page} of ${limit}`;

export const queryOf = ({ statuses, page, limit }: ListRequest) =>
  [`page=${page}`, `limit=${limit}`, ...statuses.map((one) => `status=${one}`)].join('&');

export const lists = (at: number, request: ListRequest) =>
  byPerson(at, `lists ${showList(request)}`, always, async ({ model, real, person, isIn }) => {
    const path = `/customer/get-incidents?${queryOf(request)}`;
    const answer = await real.app.api.get(path, asPerson(real, person));
    if (!isIn) return void dataOf(answer, 401, 'unauthorized');
    const { nextCursor: _, ...page } = dataOf(answer, 200);
    expect(plain(page)).toEqual(listView(model, person, request));
  });

/** The endless list, from its beginning to its end. */
export const scrolls = (at: number, request: ListRequest) =>
  byPerson(
    at,
    `scrolls through ${showList(request)}`,
    always,
    async ({ model, real, person, isIn }) => {
      if (!isIn) return;
      const seen: string[] = [];
      const query = queryOf({ ...request, page: 1 });
      for (let cursor = ''; ; ) {
        const path = `/customer/get-incidents?${query}${cursor && `&cursor=${cursor}`}`;
        const data = dataOf(await real.app.api.get(path, asPerson(real, person)), 200);
        seen.push(...data.incidents.map(({ id }: { id: string }) => id));
        if (data.nextCursor === null) break;
        cursor = data.nextCursor;
      }
      const isWanted = ({ status }: Incident) =>
        request.statuses.length === 0 || request.statuses.includes(status);
      const wanted = ownOf(model, person).filter(isWanted).reverse();
      expect(seen).toEqual(wanted.map(({ id }) => id));
    },
  );

export const looksAround = (at: number) =>
  byPerson(at, 'looks at what is announced', always, async ({ model, real, person, isIn }) => {
    const answer = await real.app.api.get('/customer/announcements', asPerson(real, person));
    if (!isIn) return void dataOf(answer, 401, 'unauthorized');
    const expected = announcementsFor(model, person).map((one) => announcementView(one, person));
    expect(plain(dataOf(answer, 200))).toEqual(expected);
  });
