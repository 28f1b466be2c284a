/** Every middleware, the token's check, validation, limits, log and metrics; no database. Beside Koa alone (K). */
import { contest, described, ratio, timing } from '../contest.ts';
import { buildWithDoor } from '../other-door.ts';
import { type Bench, judged, type Part, type Row } from '../part.ts';
import { sessionsOf } from '../requests.ts';
import { startOurs, startPeer } from '../sides.ts';

export const stack: Part = {
  name: 'stack',
  says: 'the whole stack of middlewares with a verified token and no database, beside Koa alone (K)',
  run,
};

async function run(bench: Bench): Promise<Row[]> {
  const { databases, isShort, defer } = bench;
  const { url, people } = await databases.small();
  const main = await buildWithDoor('none', bench);
  const ours = await startOurs({ databaseUrl: url, main });
  defer(() => ours.end());
  const koa = await startPeer('koa');
  defer(() => koa.end());
  const { seconds, rounds } = timing({ isShort }, { seconds: 3, rounds: 7 });
  const job = { requests: sessionsOf(people), connections: 32, seconds };
  const result = await contest([ours, koa], () => job, { rounds });
  const note = `Porthole: ${described(result, ours)}; K: ${described(result, koa)}`;
  return [
    judged('stack, ratio to K (bare Koa)', ratio(result, ours, koa), { atLeast: 0.6 }, { note }),
  ];
}
