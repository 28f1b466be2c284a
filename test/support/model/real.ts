/** The real thing beside the model: accounts' tokens, teams' keys, and what everybody's event stream has told so far. */
import { expect } from 'vitest';
import type { TestApp } from '../app.ts';
import type { Call, Reply } from '../client.ts';
import { customerEvents, type EventStream, type Frame, teamEvents } from '../event-stream.ts';
import { buildApiKey, buildCompany, expectData, short } from '../factories.ts';
import { type Company, heardBy, heardByTeam, type Model, type Person } from './model.ts';
import { heardView, plain, teamHeardView } from './views.ts';

/** One listener's streams: whoever comes back goes on behind what was read last. */
interface Ear {
  heard: Frame[];
  cursor: string;
  stream: EventStream | null;
}

export interface Real {
  app: TestApp;
  /** The newest token of everybody, good or ended. */
  tokens: Map<Person, string>;
  keys: Map<Company, string>;
  ears: Map<Person, Ear>;
  teamEars: Map<Company, EventStream>;
  /** Commands that have been run. */
  count: number;
}

const PEOPLE = [
  ...([
    ['ann', 0],
    ['ben', 0],
    ['cem', 0],
    ['dee', 1],
    ['eva', 1],
  ] as const),
] as const;

/** Two companies with their teams, and five people who may come. Ben and Eva are one: the same address at both. */
export async function setUp(app: TestApp): Promise<{ model: Model; real: Real }> {
  const real: Real = {
    ...{ app, tokens: new Map(), keys: new Map(), ears: new Map(), teamEars: new Map(), count: 0 },
  };
  const companies = [await setUpCompany(real, 'Acme'), await setUpCompany(real, 'Bolt')];
  const shared = `both-${short()}@example.com`;
  const people = PEOPLE.map(
    ([name, at]): Person => ({
      ...{ name, company: companies[at] as Company, isRegistered: false, isIn: false },
      ...{ heardFrom: 0, id: '', password: 'correct horse battery' },
      email: name === 'ben' || name === 'eva' ? shared : `${name}-${short()}@example.com`,
    }),
  );
  return { model: { companies, people, incidents: [], told: [], now: 0 }, real };
}

async function setUpCompany(real: Real, name: string): Promise<Company> {
  const { app, keys, teamEars } = real;
  const { id } = await buildCompany(app, { name: `${name} ${short()}` });
  const company = { name, id, keyName: `${name} team` };
  const apiKey = await buildApiKey(app, id, company.keyName);
  keys.set(company, apiKey);
  teamEars.set(company, await teamEvents(app.url, { apiKey }));
  return company;
}

export const asPerson = (real: Real, person: Person): Call => ({
  token: real.tokens.get(person) ?? '',
});
export const asTeam = (real: Real, company: Company): Call => ({
  apiKey: real.keys.get(company) ?? '',
});

export async function listen(real: Real, person: Person, token: string): Promise<void> {
  real.tokens.set(person, token);
  const ear = real.ears.get(person) ?? { heard: [], cursor: '', stream: null };
  real.ears.set(person, ear);
  if (ear.stream !== null) return;
  const after = ear.cursor === '' ? {} : { after: ear.cursor };
  ear.stream = await customerEvents(real.app.url, { token, ...after });
}

export function stopListening(real: Real, person: Person): void {
  const ear = real.ears.get(person);
  if (ear?.stream == null) return;
  ear.heard.push(...ear.stream.events());
  ear.cursor = ear.stream.cursor();
  ear.stream.close();
  ear.stream = null;
}

export function tearDown(real: Real): void {
  for (const { stream } of real.ears.values()) stream?.close();
  for (const stream of real.teamEars.values()) stream.close();
}

/** Every stream has told what the model says, in its order, and nothing else. */
export async function expectHeard(model: Model, real: Real): Promise<void> {
  for (const company of model.companies) {
    const expected = heardByTeam(model, company).map(teamHeardView);
    const stream = real.teamEars.get(company);
    await stream?.untilEvents(expected.length);
    expect(stream?.events().map(said), `the team of ${company.name} heard`).toEqual(expected);
  }
  for (const [person, { heard, stream }] of real.ears) {
    // Who is away hears when they come back.
    if (stream === null) continue;
    const expected = heardBy(model, person).map(heardView);
    await stream.untilEvents(expected.length - heard.length);
    expect([...heard, ...stream.events()].map(said), `${person.name} heard`).toEqual(expected);
  }
}

const said = ({ event, data }: Frame) => ({ event, data: plain(data) });

/** The status as expected; the answer's data brought to the form of the views, null for a failure. */
export function dataOf(reply: Reply, status: number, code?: string) {
  const data = status < 300 ? expectData(reply, status) : null;
  expect([reply.status, reply.body.code]).toEqual([status, code]);
  return data;
}
