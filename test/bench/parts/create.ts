/** Writing: a report with its history, event and outbox in one durable commit, beside the peers. */
import pg from 'pg';
import type { Bench, Part, Row } from '../part.ts';
import { race } from '../peers-race.ts';
import { creates } from '../requests.ts';
import { preparePeers, startOurs, startPeer } from '../sides.ts';

export const create: Part = {
  name: 'create',
  says: 'reports a second, each durable with its event and outbox, beside A and C; each on a copy of the rows',
  run,
};

async function run(bench: Bench): Promise<Row[]> {
  const { databases, say, defer } = bench;
  await preparePeers(say);
  const dataset = await databases.full();
  // Nobody's deliveries are another one's work.
  const urls = [];
  for (let count = 0; count < 3; count += 1) urls.push(await databases.copy(dataset));
  const [ownUrl = '', aUrl = '', cUrl = ''] = urls;
  const ours = await startOurs({ databaseUrl: ownUrl });
  defer(() => ours.end());
  const A = await startPeer('node-pg', aUrl);
  defer(() => A.end());
  const C = await startPeer('express-prisma', cUrl);
  defer(() => C.end());
  const requests = creates(dataset.people);
  const peers = { A, C };
  const rows = await race(bench, 'create', { ours, peers, targets: { A: 0.55, C: 6 }, requests });
  await Promise.all(urls.map((url) => requireWhole(url, dataset.size.incidents)));
  return rows;
}

/** What was answered is there, with all that belongs to it: a race to leave things out would prove nothing. */
async function requireWhole(url: string, before: number): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client
    .query(
      `with made as (select company_id, id from incidents order by created_at desc, id desc limit (
         select count(*) - $1 from incidents))
       select count(*) as made, count(h.id) as history, count(e.id) as events from made i
       left join incident_history h on h.company_id = i.company_id and h.incident_id = i.id
       left join events e on e.company_id = i.company_id and e.incident_id = i.id`,
      [before],
    )
    .finally(() => client.end());
  const [{ made, history, events }] = rows;
  if (made === '0' || made !== history || made !== events) {
    throw new Error(`of ${made} reports ${history} have a history and ${events} an event`);
  }
}
