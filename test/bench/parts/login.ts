/** Whether people who log in hold others up: a trivial request's times while eight log in without pause. */

import { PASSWORD } from '../../support/factories.ts';
import { load, type Request } from '../contest.ts';
import { type Bench, figure, judged, type Part, type Row, spelled } from '../part.ts';
import { startOurs } from '../sides.ts';

export const login: Part = {
  name: 'login',
  says: 'log-ins a second (bcrypt), and how long a trivial request takes while eight people log in without pause',
  run,
};

const LOGINS = 8;

async function run({ databases, isShort, defer }: Bench): Promise<Row[]> {
  const dataset = await databases.small();
  const ours = await startOurs({ databaseUrl: dataset.url });
  defer(() => ours.end());
  const logins: Request[] = dataset.people.map(({ email, companyId }) => ({
    ...{ method: 'POST', path: '/api/v1/customer/login' },
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ email, companyId, password: PASSWORD }),
  }));
  const trivial: Request[] = [{ method: 'GET', path: '/healthz', headers: {} }];
  const { seconds, rounds } = isShort ? { seconds: 2, rounds: 2 } : { seconds: 4, rounds: 5 };
  const rates: number[] = [];
  const times: number[] = [];
  const alone: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    alone.push((await load(ours, { requests: trivial, connections: 1, seconds: 1 })).p99);
    const [busy, asked] = await Promise.all([
      load(ours, { requests: logins, connections: LOGINS, seconds }),
      load(ours, { requests: trivial, connections: 1, seconds: seconds - 0.5 }),
    ]);
    rates.push(busy.rate);
    times.push(asked.p99);
  }
  const note = `without log-ins ${spelled(figure(alone), 1, ' ms')}; ${spelled(figure(rates), 0)} log-ins a second`;
  const title = `a trivial request's p99 while ${LOGINS} people log in`;
  return [judged(title, figure(times), { atMost: 15 }, { digits: 1, unit: ' ms', note })];
}
