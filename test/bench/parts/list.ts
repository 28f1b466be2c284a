/** Reading: a customer's list and one incident with its conversation, beside the peers. */
import { agree } from '../parity.ts';
import type { Bench, Part, Row } from '../part.ts';
import { race } from '../peers-race.ts';
import { gets, lists } from '../requests.ts';
import { preparePeers, startOurs, startPeer } from '../sides.ts';

export const list: Part = {
  name: 'list',
  says: 'a list and one incident: requests a second beside node:http + pg (A), Koa + Knex (B), Express + Prisma (C)',
  run,
};

async function run(bench: Bench): Promise<Row[]> {
  await preparePeers(bench.say);
  const { url, people } = await bench.databases.full();
  const ours = await startOurs({ databaseUrl: url });
  bench.defer(() => ours.end());
  const [A, B, C] = await Promise.all([
    startPeer('node-pg', url),
    startPeer('koa-knex', url),
    startPeer('express-prisma', url),
  ]);
  const peers = { A, B, C };
  for (const peer of Object.values(peers)) bench.defer(() => peer.end());
  const [listed, got] = [lists(people), gets(people)];
  await agree([ours, A, B, C], [...listed.slice(0, 5), ...got.slice(0, 5)]);
  const targets = { A: 0.5, B: 1.2, C: 4 };
  return [
    ...(await race(bench, 'list', { ours, peers, targets, requests: listed })),
    ...(await race(bench, 'get', {
      ours,
      peers: { A, C },
      targets: { A: 0.7, C: 5 },
      requests: got,
    })),
  ];
}
