/**
 * Two nodes on one database: what is written on one is told on the other, in order and once, whatever is cut, killed
 * or committed late between them.
 */
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createClient } from '../../support/client.ts';
import { endOtherConnections } from '../../support/connections.ts';
import { customerEvents, type EventStream, teamEvents } from '../../support/event-stream.ts';
import { expectData, PASSWORD, REPORT, short } from '../../support/factories.ts';
import { type OwnDatabase, ownDatabase } from '../../support/own-database.ts';
import { ADMIN_KEY, type ServerProcess, startServer } from '../../support/server-process.ts';
import { everyTestShows, shows } from '../../support/shows.ts';

everyTestShows(30);

let database: OwnDatabase;
let here: ServerProcess;
let there: ServerProcess;
let knife: pg.Client;
beforeAll(async () => {
  database = await ownDatabase();
  here = await startServer(database.settings);
  there = await startServer(database.settings);
  knife = new pg.Client({ connectionString: database.settings.DATABASE_URL });
  await knife.connect();
});
afterAll(async () => {
  await knife?.end();
  await Promise.all([here?.end(), there?.end()]);
  await database?.remove();
});

interface Customer {
  id: string;
  companyId: string;
  token: string;
}

let customer: Customer;
beforeEach(async () => {
  const api = createClient(here.url);
  const company = { name: 'Acme', slug: `acme-${short()}` };
  const made = await api.post('/companies', { apiKey: ADMIN_KEY, body: company });
  const { id: companyId } = expectData(made, 201);
  const account = { email: `${short()}@example.com`, password: PASSWORD, name: 'Ann', companyId };
  const opened = await api.post('/customer/register', { body: account });
  const { token, customer: who } = expectData(opened, 201);
  customer = { id: who.id, companyId, token };
});

const report = async (node: ServerProcess): Promise<{ id: string }> =>
  expectData(
    await createClient(node.url).post('/customer/create-incident', {
      token: customer.token,
      body: REPORT,
    }),
    201,
  );

const incidentsOf = (stream: EventStream) => stream.events().map(({ data }) => data.incidentId);

/** The customer's events as the database has them, in the order in which they must be told. */
async function storedIncidents(): Promise<string[]> {
  const { rows } = await knife.query(
    'select incident_id from events where customer_id = $1 order by xid, id',
    [customer.id],
  );
  return rows.map((row) => row.incident_id);
}

/** Those that listen: their first query says so, and the others are signs of life. */
const listeners = async () => {
  const { rows } = await knife.query(`select pid from pg_stat_activity
    where datname = current_database() and application_name = 'porthole-listen'
      and query ~ '^(listen|select 1$)'`);
  return rows.map((row) => row.pid as number);
};

it('tells on one node what was written on both, all of it, once and in order', async () => {
  const stream = await customerEvents(there.url, customer);
  const team = await teamEvents(here.url, { apiKey: ADMIN_KEY });
  await Promise.all(
    [here, there].map(async (node) => {
      for (let count = 0; count < 100; count += 1) await report(node);
    }),
  );
  const expected = await storedIncidents();
  expect(expected).toHaveLength(200);
  for (const one of [stream, team]) {
    await one.untilEvents(200);
    expect(incidentsOf(one)).toEqual(expected);
    one.close();
  }
  shows(30, { 'events told across nodes': 2 * expected.length });
});

it('loses nothing of a transaction that began early and commits late, and keeps the order', async () => {
  const { id } = await report(here);
  const stream = await customerEvents(there.url, customer);
  const slow = new pg.Client({ connectionString: database.settings.DATABASE_URL });
  await slow.connect();
  await slow.query('begin');
  await slow.query(
    `insert into events (company_id, id, incident_id, customer_id, kind, is_internal, payload)
     values ($1, gen_random_uuid(), $2, $3, 'incident.updated', false, '{"status":"MITIGATED"}')`,
    [customer.companyId, id, customer.id],
  );
  const later = await report(here);
  // A stream that begins now is not told the later event before the earlier one either.
  const second = await customerEvents(here.url, { ...customer, after: stream.cursor() });
  // Committed by somebody who wakes nobody.
  await slow.query('commit');
  await slow.end();
  for (const one of [stream, second]) {
    await one.untilEvents(2);
    expect(incidentsOf(one)).toEqual([id, later.id]);
    one.close();
  }
});

it('tells what many write to one incident at the same time in the order in which it was written', async () => {
  const { id } = await report(here);
  const stream = await customerEvents(there.url, customer);
  const comment = { content: 'Any news?' };
  await Promise.all(
    [here, there, here, there].flatMap((node) => {
      const api = createClient(node.url);
      const byCustomer = () =>
        api.post(`/customer/${id}/comments`, { token: customer.token, body: comment });
      const byTeam = () =>
        api.post(`/incident-ticket/${id}/comments`, { apiKey: ADMIN_KEY, body: comment });
      return [byCustomer, byTeam].map(async (write) => {
        for (let count = 0; count < 25; count += 1) expectData(await write(), 201);
      });
    }),
  );
  const told = (await stream.untilEvents(200)).map(({ data }) => data.commentId);
  const { rows } = await knife.query(
    'select id, created_at from comments where incident_id = $1 order by created_at',
    [id],
  );
  const writtenAt = new Map(rows.map((row) => [row.id, row.created_at.getTime()]));
  const times = told.map((one) => writtenAt.get(one));
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  expect(new Set(told).size).toBe(200);
  stream.close();
});

it('goes on when the connections that listen are cut', async () => {
  const stream = await customerEvents(there.url, customer);
  for (let cut = 0; cut < 3; cut += 1) {
    const before = await listeners();
    for (const pid of before) await knife.query('select pg_terminate_backend($1)', [pid]);
    // Written while nobody listens.
    await report(here);
    await expect
      .poll(async () => (await listeners()).filter((pid) => !before.includes(pid)).length, {
        timeout: 10_000,
      })
      .toBe(2);
    await report(here);
    await stream.untilEvents(2 * (cut + 1));
  }
  expect(incidentsOf(stream)).toEqual(await storedIncidents());
  stream.close();
});

it('goes on where it was when every connection is cut, again and again', async () => {
  const stream = await customerEvents(there.url, customer);
  let isOver = false;
  const load = async () => {
    const { token } = customer;
    while (!isOver) {
      await createClient(here.url).post('/customer/create-incident', { token, body: REPORT });
    }
  };
  const loads = [load(), load()];
  try {
    for (let cut = 1; cut <= 5; cut += 1) {
      await stream.untilEvents(20 * cut);
      await endOtherConnections(knife);
    }
  } finally {
    isOver = true;
    await Promise.all(loads);
  }
  await expect.poll(() => report(here).catch(() => null), { timeout: 10_000 }).not.toBe(null);
  const stored = await storedIncidents();
  await stream.untilEvents(stored.length);
  expect(incidentsOf(stream)).toEqual(stored);
  stream.close();
  shows(30, { 'times every connection was cut': 5, 'events told through cuts': stored.length });
});

it('ends streams with a farewell on SIGTERM, and another node goes on where they were', async () => {
  const leaving = await startServer({ ...database.settings, DRAIN_MS: '200' });
  const streams = await Promise.all([1, 2, 3].map(() => customerEvents(leaving.url, customer)));
  await report(here);
  for (const stream of streams) await stream.untilEvents(1);
  const start = performance.now();
  const ended = leaving.end('SIGTERM');
  for (const stream of streams) {
    await stream.ended();
    expect(stream.frames.at(-1)?.event).toBe('bye');
  }
  await report(here);
  const again = await customerEvents(there.url, {
    ...customer,
    after: streams[0]?.cursor() ?? '',
  });
  await again.untilEvents(1);
  expect([...incidentsOf(streams[0] as EventStream), ...incidentsOf(again)]).toEqual(
    await storedIncidents(),
  );
  again.close();
  expect(await ended).toBe(0);
  expect(performance.now() - start).toBeLessThan(10_000);
});

it('loses nothing when the node of a stream is killed', async () => {
  const dying = await startServer(database.settings);
  const stream = await customerEvents(dying.url, customer);
  await report(dying);
  await stream.untilEvents(1);
  await Promise.all([dying.end('SIGKILL'), report(here)]);
  await stream.ended();
  const again = await customerEvents(there.url, { ...customer, after: stream.cursor() });
  await report(here);
  const stored = await storedIncidents();
  await again.untilEvents(stored.length - stream.events().length);
  expect([...incidentsOf(stream), ...incidentsOf(again)]).toEqual(stored);
  again.close();
});
