/** What teams do, each as one command; and what everybody looks at together. */
import { expect } from 'vitest';
import {
  aim,
  command,
  companyAt,
  hasIncidents,
  personAt,
  type Scene,
  showTarget,
  type Target,
} from './command.ts';
import { queryOf, STATUS_OF, type Text } from './customer-commands.ts';
import {
  answer,
  type Change,
  type Company,
  change,
  type Incident,
  type Outcome,
  open,
  type Status,
} from './model.ts';
import { asTeam, dataOf, expectHeard } from './real.ts';
import { affectedView, plain, type QueueRequest, queueView, teamView } from './views.ts';

const COMPANIES = ['Acme', 'Bolt'];
const nameAt = (at: number) => `the team of ${COMPANIES[at % COMPANIES.length]}`;

/** For whom: a customer, of another company too, who is then not found; or (null) everybody. */
export const opens = (at: number, forWhom: number | null, text: Text, status: Status) => {
  const what = forWhom === null ? 'announces' : `opens for person ${forWhom}`;
  return command(
    `${nameAt(at)} ${what} "${text.summary}", ${status}`,
    (model) => forWhom === null || personAt(model, forWhom).isRegistered,
    async ({ model, real }) => {
      const company = companyAt(model, at);
      const owner = forWhom === null ? null : personAt(model, forWhom);
      const body = { ...text, status, ...(owner && { customerId: owner.id }) };
      const reply = await real.app.api.post('/incident-ticket', { ...asTeam(real, company), body });
      if (owner !== null && owner.company !== company) {
        return void dataOf(reply, 404, 'customer_not_found');
      }
      const data = dataOf(reply, 201);
      const made = open(model, company, owner, text, status);
      Object.assign(made, { id: data.id, ticketNumber: data.ticketNumber });
      expect(plain(data)).toEqual(teamView(model, made));
    },
  );
};

/** One that names an incident, with what the model says to it. Another company's is not found. */
const atTarget = (
  at: number,
  text: string,
  target: Target,
  steps: {
    send(
      scene: Scene & { company: Company; ref: string },
    ): ReturnType<Scene['real']['app']['api']['get']>;
    status: 200 | 201;
    inModel(scene: Scene & { incident: Incident }): Outcome;
    // biome-ignore lint/suspicious/noExplicitAny: an answer of either kind, checked by the client.
    learn?(data: any, scene: Scene & { incident: Incident }): void;
  },
) =>
  command(`${nameAt(at)} ${text} ${showTarget(target)}`, hasIncidents, async (scene) => {
    const { model } = scene;
    const company = companyAt(model, at);
    const { ref, incident } = aim(model, company, target);
    const reply = await steps.send({ ...scene, company, ref });
    if (incident?.company !== company) return void dataOf(reply, 404, 'not_found');
    const outcome = steps.inModel({ ...scene, incident });
    if (outcome !== 'ok') return void dataOf(reply, STATUS_OF[outcome], outcome);
    steps.learn?.(dataOf(reply, steps.status), { ...scene, incident });
  });

export const changes = (at: number, target: Target, wanted: Change) =>
  atTarget(at, `sets ${JSON.stringify(wanted)} of`, target, {
    send: ({ real, company, ref }) =>
      real.app.api.put(`/incident-ticket/${ref}`, { ...asTeam(real, company), body: wanted }),
    status: 200,
    inModel: ({ model, incident }) => change(model, incident, wanted),
    learn: (data, { model, incident }) => expect(plain(data)).toEqual(teamView(model, incident)),
  });

export const resolves = (at: number, target: Target, note: string | null) =>
  atTarget(at, `resolves, ${note === null ? 'without a word' : `with "${note}"`},`, target, {
    send: ({ real, company, ref }) =>
      real.app.api.post(`/incident-ticket/resolve/${ref}`, {
        ...asTeam(real, company),
        body: note === null ? {} : { note },
      }),
    status: 200,
    inModel: ({ model, incident }) =>
      change(model, incident, { status: 'RESOLVED', ...(note !== null && { note }) }),
    learn(data, { model, incident }) {
      const said = incident.comments.at(-1);
      if (note !== null && said !== undefined) said.id = data.comments.at(-1).id;
      expect(plain(data)).toEqual(teamView(model, incident));
    },
  });

export const answers = (at: number, target: Target, content: string, isInternal: boolean) =>
  atTarget(at, `${isInternal ? 'notes' : 'answers'} "${content}" at`, target, {
    send: ({ real, company, ref }) =>
      real.app.api.post(`/incident-ticket/${ref}/comments`, {
        ...asTeam(real, company),
        body: { content, isInternal },
      }),
    status: 201,
    inModel: ({ model, incident }) => answer(model, incident, content, isInternal),
    learn(data, { incident }) {
      const said = incident.comments.at(-1);
      if (said !== undefined) said.id = data.id;
    },
  });

export const teamReads = (at: number, target: Target) =>
  atTarget(at, 'reads', target, {
    send: ({ real, company, ref }) =>
      real.app.api.get(`/incident-ticket/${ref}`, asTeam(real, company)),
    status: 200,
    inModel: () => 'ok',
    learn: (data, { model, incident }) => expect(plain(data)).toEqual(teamView(model, incident)),
  });

export const asksWho = (at: number, target: Target) =>
  atTarget(at, 'asks who is affected by', target, {
    send: ({ real, company, ref }) =>
      real.app.api.get(`/incident-ticket/${ref}/affected`, asTeam(real, company)),
    status: 200,
    inModel: () => 'ok',
    learn: (data, { incident }) => expect(plain(data.customers)).toEqual(affectedView(incident)),
  });

export const looksAtQueue = (at: number, request: QueueRequest) => {
  const { priority, isWaiting, announcements, search } = request;
  const query = [
    queryOf(request),
    ...(priority === null ? [] : [`priority=${priority}`]),
    ...(isWaiting ? ['waiting=true'] : []),
    ...(announcements === null ? [] : [`announcements=${announcements}`]),
    ...(search === '' ? [] : [`search=${search}`]),
  ].join('&');
  return command(
    `${nameAt(at)} asks for ${query}`,
    () => true,
    async ({ model, real }) => {
      const company = companyAt(model, at);
      const reply = await real.app.api.get(`/incident-ticket?${query}`, asTeam(real, company));
      expect(plain(dataOf(reply, 200))).toEqual(queueView(model, company, request));
    },
  );
};

export const everybodyListens = () =>
  command(
    'everybody has heard',
    () => true,
    ({ model, real }) => expectHeard(model, real),
  );
