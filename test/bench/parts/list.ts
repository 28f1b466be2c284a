/** Reading: a customer's list and one incident with its conversation, beside the peers. */
import { contest, described, type Job, ratio } from '../contest.ts';
import { agree } from '../parity.ts';
import { type Bench, figure, judged, type Part, type Row } from '../part.ts';
import { gets, lists } from '../requests.ts';
import { preparePeers, startOurs, startPeer } from '../sides.ts';

export const list: Part = {
  name: 'list',
  says: 'a list and one incident: requests a second beside node:http + pg (A), Koa + Knex (B), Express + Prisma (C)',
  run,
};

const CONNECTIONS = 32;
const TARGETS = {
  list: { A: 0.5, B: 1.2, C: 4 },
  get: { A: 0.7, C: 5 },
} as const;

async function run({ databases, isShort, say, defer }: Bench): Promise<Row[]> {
  await preparePeers(say);
  const { url, people } = await databases.full();
  const databasePid = (await databases.postgres()).pid();
  const ours = await startOurs({ databaseUrl: url });
  defer(() => ours.end());
  const a = await startPeer('node-pg', url);
  defer(() => a.end());
  const b = await startPeer('koa-knex', url);
  defer(() => b.end());
  const c = await startPeer('express-prisma', url);
  defer(() => c.end());
  const sides = [ours, a, b, c];
  const peers = { A: a, B: b, C: c };

  const asked = { list: lists(people), get: gets(people) };
  await agree(sides, [...asked.list.slice(0, 5), ...asked.get.slice(0, 5)]);

  const timing = isShort ? { seconds: 1.5, rounds: 3 } : { seconds: 4, rounds: 7 };
  const rows: Row[] = [];
  for (const [what, requests] of Object.entries(asked)) {
    const job: Job = { requests, connections: CONNECTIONS, seconds: timing.seconds };
    const result = await contest(sides, () => job, { rounds: timing.rounds, databasePid });
    for (const [letter, atLeast] of Object.entries(TARGETS[what as 'list' | 'get'])) {
      const peer = peers[letter as keyof typeof peers];
      const title = `${what}, ratio to ${letter} (${peer.name})`;
      const note = `${letter}: ${described(result, peer)}`;
      rows.push(judged(title, ratio(result, ours, peer), { atLeast }, { note }));
    }
    rows.push({ what: `${what}, Porthole`, reached: described(result, ours) });
    const spread = (result.get(ours) ?? []).map(({ p50, p99 }) => p99 / p50);
    rows.push(
      judged(`${what}, p99 / p50 at ${CONNECTIONS} connections`, figure(spread), { atMost: 3 }),
    );
  }
  return rows;
}
