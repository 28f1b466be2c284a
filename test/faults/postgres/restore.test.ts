/**
 * SECURITY.md's way back to a moment: a base backup that is taken while people write, the archived log, and a server that
 * stops where it is told to. What was acknowledged before the moment is there, and nothing that came after it.
 */
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createClient } from '../../support/client.ts';
import { expectData, PASSWORD, REPORT, short } from '../../support/factories.ts';
import { type ArchivedPostgres, startArchivedPostgres } from '../../support/postgres-archive.ts';
import { ADMIN_KEY, type ServerProcess, startServer } from '../../support/server-process.ts';
import { shows } from '../../support/shows.ts';

/** Reports that are enough to tell one side of the moment from the other. */
const SOME = 20;

let original: ArchivedPostgres;
beforeAll(async () => {
  original = await startArchivedPostgres();
});
afterAll(() => original?.remove());

const serverOn = (url: string) => startServer({ DATABASE_URL: url });

async function newCustomer(server: ServerProcess): Promise<{ token: string }> {
  const api = createClient(server.url);
  const company = { name: 'Acme', slug: `acme-${short()}` };
  const { id: companyId } = expectData(
    await api.post('/companies', { apiKey: ADMIN_KEY, body: company }),
    201,
  );
  const body = { email: `${short()}@example.com`, name: 'Ann', password: PASSWORD, companyId };
  return expectData(await api.post('/customer/register', { body }), 201);
}

/** Reports one after the other until it is told to stop; what has been acknowledged. */
function startWriting(server: ServerProcess, { token }: { token: string }) {
  const api = createClient(server.url);
  const acknowledged: string[] = [];
  let isStopped = false;
  const running = (async () => {
    while (!isStopped) {
      const reply = await api.post('/customer/create-incident', { token, body: REPORT });
      acknowledged.push(expectData(reply, 201).id);
    }
  })();
  return {
    acknowledged,
    async stop() {
      isStopped = true;
      await running;
    },
  };
}

/** The database's own clock: it is what the way back goes by. */
async function momentOf(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query('select clock_timestamp()::text as now');
  await client.end();
  return rows[0].now;
}

it('goes back to a moment, loses nothing acknowledged before it, and starts again', async () => {
  const server = await serverOn(original.url);
  const customer = await newCustomer(server);
  const writing = startWriting(server, customer);
  await original.backUp();
  const backedUp = writing.acknowledged.length;
  await expect.poll(() => writing.acknowledged.length).toBeGreaterThan(backedUp + SOME);
  const before = [...writing.acknowledged];
  const moment = await momentOf(original.adminUrl);
  // Of the first writer, what was under way at the moment may lie on either side of it.
  const later = startWriting(server, customer);
  await expect.poll(() => later.acknowledged.length).toBeGreaterThan(SOME);
  await Promise.all([writing.stop(), later.stop()]);
  const after = later.acknowledged;
  await server.end('SIGKILL');
  await original.archiveRest();

  const restored = await original.restoreTo(moment);
  const again = await serverOn(restored.url);
  const client = new pg.Client({ connectionString: restored.url });
  await client.connect();
  const { rows } = await client.query('select id from incidents');
  await client.end();
  const found = new Set(rows.map(({ id }) => id));
  expect(before.filter((id) => !found.has(id))).toEqual([]);
  expect(after.filter((id) => found.has(id))).toEqual([]);
  // It serves: the session of before the moment still stands, and the next ticket number is free.
  const api = createClient(again.url);
  const { token } = customer;
  expectData(await api.post('/customer/create-incident', { token, body: REPORT }), 201);
  await again.end();
  await restored.remove();
  expect(before.length).toBeGreaterThan(0);
  expect(after.length).toBeGreaterThan(0);
  shows(31, {
    'restored to a moment, found': before.length,
    'acknowledged before the moment and lost': 0,
    'of after the moment and found': 0,
  });
});
