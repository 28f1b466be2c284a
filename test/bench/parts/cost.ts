/**
 * What one request of each kind takes of a node's processor, of PostgreSQL's, of its log and of the disk: what growth-model.ts
 * reckons with.
 */
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { type Job, load } from '../contest.ts';
import { processorSeconds } from '../cpu.ts';
import type { Person } from '../databases.ts';
import { type Bench, type Figure, figure, type Part, type Row, spelled } from '../part.ts';
import { CONNECTIONS } from '../peers-race.ts';
import { creates, gets, lists, sessionsOf } from '../requests.ts';
import { startOurs } from '../sides.ts';

export const cost: Part = {
  name: 'cost',
  says: 'processor time, log and disk of one request of each kind: what the model of growth reckons with',
  isAside: 'always',
  run,
};

const MICROSECONDS = 1_000_000;

async function run({ databases, isShort, defer, say }: Bench): Promise<Row[]> {
  const dataset = await databases.full();
  const oneCompany = await databases.customersOfOneCompany(dataset, 200);
  const url = await databases.copy(dataset);
  const databasePid = (await databases.postgres()).pid();
  const database = new pg.Client({ connectionString: url });
  await database.connect();
  defer(() => database.end());
  const ours = await startOurs({ databaseUrl: url });
  defer(() => ours.end());

  const { seconds, rounds } = isShort ? { seconds: 2, rounds: 2 } : { seconds: 5, rounds: 5 };
  const rows: Row[] = [];
  const { people } = dataset;
  const reading = {
    'who is logged in': sessionsOf(people),
    list: lists(people),
    get: gets(people),
  };
  const writing = { create: creates(people), 'create, all of one company': creates(oneCompany) };
  for (const [what, requests] of Object.entries({ ...reading, ...writing })) {
    const isWriting = what in writing;
    const job: Job = { requests, connections: CONNECTIONS, seconds };
    await load(ours, job);
    const all: Measured[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const before = await sizeOf(database);
      const { rate, server, database: cores } = await load(ours, job, databasePid);
      if (isWriting) await wait(500);
      const count = rate * seconds;
      const after = await sizeOf(database);
      all.push({
        ...{ rate, node: server / rate, postgres: cores / rate },
        ...{ log: (after.log - before.log) / count, disk: (after.disk - before.disk) / count },
      });
    }
    rows.push(...described(what, all, isWriting));
    say(`${what} is measured`);
  }
  const events: number[] = [];
  const stream = await openStream(ours.url, people[0]);
  defer(() => stream.abort());
  for (let round = 0; round < rounds; round += 1) {
    const before = processorSeconds(ours.pid);
    const written = await writeEvents(database, seconds);
    await wait(500);
    events.push((processorSeconds(ours.pid) - before) / written);
  }
  const each = events.map((one) => one * MICROSECONDS);
  rows.push({
    what: 'an event: the processor of each node with a stream',
    reached: spelled(figure(each), 0, ' us'),
    note: `${EVENTS_A_SECOND.toLocaleString('en')} a second`,
  });
  return rows;
}

const EVENTS_A_SECOND = 2_000;
/** As often as a node tells the others of what it has written. */
const WAKE_MS = 20;

/** As many nodes would write them: a few at a time, and then a word to whoever listens. Returns how many. */
async function writeEvents(client: pg.Client, seconds: number): Promise<number> {
  const atOnce = (EVENTS_A_SECOND * WAKE_MS) / 1_000;
  const end = Date.now() + seconds * 1_000;
  let written = 0;
  for (let next = Date.now(); next < end; next += WAKE_MS) {
    await wait(Math.max(0, next - Date.now()));
    await client.query(
      `insert into events (company_id, id, incident_id, customer_id, kind, is_internal, payload)
       select company_id, gen_random_uuid(), id, customer_id, 'incident.updated', false, '{}'
       from incidents limit ${atOnce}`,
    );
    await client.query("select pg_notify('porthole', 'bench')");
    written += atOnce;
  }
  return written;
}

interface Measured {
  rate: number;
  /** Seconds of processor for each request. */
  node: number;
  postgres: number;
  /** Bytes for each request. */
  log: number;
  disk: number;
}

function described(what: string, all: readonly Measured[], isWriting: boolean): Row[] {
  const of = (key: keyof Measured, times = 1): Figure => figure(all.map((one) => one[key] * times));
  const us = (key: keyof Measured) => spelled(of(key, MICROSECONDS), 0, ' us');
  const rate = `${Math.round(of('rate').median).toLocaleString('en')}/s`;
  const beside = isWriting
    ? `${rate}; log ${spelled(of('log'), 0, ' B')}, disk ${spelled(of('disk'), 0, ' B')}`
    : rate;
  return [
    { what: `${what}: a node's processor`, reached: us('node'), note: beside },
    { what: `${what}: PostgreSQL's processors`, reached: us('postgres') },
  ];
}

async function sizeOf(client: pg.Client): Promise<{ log: number; disk: number }> {
  const { rows } = await client.query(
    "select pg_current_wal_insert_lsn() - '0/0' as log, pg_database_size(current_database()) as disk",
  );
  return { log: Number(rows[0].log), disk: Number(rows[0].disk) };
}

async function openStream(url: string, person: Person | undefined): Promise<AbortController> {
  const abort = new AbortController();
  const { ok, body } = await fetch(`${url}/api/v1/customer/events`, {
    headers: { authorization: `Bearer ${person?.token}` },
    signal: abort.signal,
  });
  if (!ok || body === null) throw new Error('no stream could be opened');
  void (async () => {
    for await (const _ of body);
  })().catch(() => {});
  return abort;
}
