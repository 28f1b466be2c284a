/** The embedded database of the trial beside PostgreSQL, with the same build and the same rows. */

import { createTokens } from '../../../server/http/tokens.ts';
import { PASSWORD, REPORT } from '../../support/factories.ts';
import { contest, described, type Job, type Request, ratio, timing } from '../contest.ts';
import type { Person } from '../databases.ts';
import { type Bench, judged, type Part, type Row } from '../part.ts';
import { creates, gets, lists } from '../requests.ts';
import { ADMIN_KEY, KEY, type Side, startOurs } from '../sides.ts';

export const embedded: Part = {
  name: 'embedded',
  says: 'the embedded database of the trial beside PostgreSQL, with the same build',
  run,
};

const PEOPLE = 10;
const INCIDENTS = 20;

async function run({ databases, isShort, defer }: Bench): Promise<Row[]> {
  const empty = await databases.empty();
  const trial = await startOurs({ settings: { LOG_LEVEL: 'info' } });
  defer(() => trial.end());
  const server = await startOurs({ databaseUrl: empty });
  defer(() => server.end());
  const people = new Map<Side, Person[]>();
  for (const side of [trial, server]) people.set(side, await fill(side));
  const { seconds, rounds } = timing({ isShort }, { seconds: 3, rounds: 7 });
  const measure = async (what: string, ask: (people: Person[]) => Request[]) => {
    const job = (side: Side): Job => ({
      ...{ requests: ask(people.get(side) ?? []), connections: 16, seconds },
    });
    const result = await contest([trial, server], job, { rounds });
    const note = `embedded: ${described(result, trial)}; PostgreSQL: ${described(result, server)}`;
    const title = `${what}, embedded to PostgreSQL`;
    return judged(title, ratio(result, trial, server), { atLeast: 0.35 }, { note });
  };
  return [
    await measure('list', lists),
    await measure('get', gets),
    await measure('create', creates),
  ];
}

/** Through the API, as people do. */
async function fill({ url }: Side): Promise<Person[]> {
  const post = async (path: string, body: object, headers: Record<string, string> = {}) => {
    const answer = await fetch(`${url}/api/v1${path}`, {
      ...{ method: 'POST', body: JSON.stringify(body) },
      headers: { 'Content-Type': 'application/json', ...headers },
    });
    // biome-ignore lint/suspicious/noExplicitAny: answers of several operations, read at once.
    const { data, message } = (await answer.json()) as any;
    if (!answer.ok) throw new Error(`${path}: ${message}`);
    return data;
  };
  const company = { name: 'Bench', slug: 'bench' };
  const { id: companyId } = await post('/companies', company, { 'x-api-key': ADMIN_KEY });
  const people: Person[] = [];
  const tokens = createTokens([KEY]);
  for (let count = 0; count < PEOPLE; count += 1) {
    const account = { email: `c${count}@example.com`, password: PASSWORD, name: 'Ann', companyId };
    const { token, customer } = await post('/customer/register', account);
    const incidentIds: string[] = [];
    for (let report = 0; report < INCIDENTS; report += 1) {
      const headers = { authorization: `Bearer ${token}` };
      incidentIds.push((await post('/customer/create-incident', REPORT, headers)).id);
    }
    if (tokens.verify(token) === null) throw new Error('a token of another key');
    const { id: customerId, email } = customer;
    people.push({ companyId, customerId, email, token, incidentIds: incidentIds.slice(-5) });
  }
  return people;
}
