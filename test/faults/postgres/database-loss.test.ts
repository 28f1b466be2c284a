/** The database's connections are cut under load: only 503s, no acknowledged write lost, and calm again at once. */
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createClient } from '../../support/client.ts';
import { expectData, PASSWORD, REPORT } from '../../support/factories.ts';
import { type OwnDatabase, ownDatabase } from '../../support/own-database.ts';
import { ADMIN_KEY, type ServerProcess, startServer } from '../../support/server-process.ts';

const CLIENTS = 16;
const CUTS = 8;

let database: OwnDatabase;
let server: ServerProcess;
beforeAll(async () => {
  database = await ownDatabase();
  server = await startServer(database.settings);
});
afterAll(async () => {
  await server?.end();
  await database?.remove();
});

it('loses every connection again and again, and the node stays', async () => {
  const api = createClient(server.url);
  const company = { name: 'Acme', slug: 'acme' };
  const made = await api.post('/companies', { apiKey: ADMIN_KEY, body: company });
  const { id: companyId } = expectData(made, 201);
  const account = { email: 'a@example.com', password: PASSWORD, name: 'Ann', companyId };
  const { token } = expectData(await api.post('/customer/register', { body: account }), 201);

  const statuses = new Map<number, number>();
  const acknowledged: string[] = [];
  let isOver = false;
  const load = async () => {
    while (!isOver) {
      const reply = await api.post('/customer/create-incident', { token, body: REPORT });
      statuses.set(reply.status, (statuses.get(reply.status) ?? 0) + 1);
      if (reply.status === 201) acknowledged.push(reply.body.data.id);
      const list = await api.get('/incident-ticket?limit=1', { apiKey: ADMIN_KEY });
      statuses.set(list.status, (statuses.get(list.status) ?? 0) + 1);
    }
  };
  const clients = Array.from({ length: CLIENTS }, load);
  const knife = new pg.Client({ connectionString: database.settings.DATABASE_URL });
  await knife.connect();
  for (let cut = 0; cut < CUTS; cut += 1) {
    const before = acknowledged.length;
    await expect.poll(() => acknowledged.length, { timeout: 5_000 }).toBeGreaterThan(before);
    await knife.query(`select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid()`);
  }
  isOver = true;
  await Promise.all(clients);
  await knife.end();

  expect([...statuses.keys()].filter((one) => ![200, 201, 503].includes(one))).toEqual([]);
  const page = expectData(await api.get('/customer/get-incidents?limit=1', { token }), 200);
  expect(page.total).toBeGreaterThanOrEqual(acknowledged.length);
  const { rows } = await queried(database, 'select id from incidents');
  const stored = new Set(rows.map((row) => row.id));
  expect(acknowledged.filter((id) => !stored.has(id))).toEqual([]);
  console.log(
    `cut ${CUTS} times: ${acknowledged.length} acknowledged, answers ${JSON.stringify([...statuses])}`,
  );
});

async function queried({ settings }: OwnDatabase, sql: string): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: settings.DATABASE_URL });
  await client.connect();
  return client.query(sql).finally(() => client.end());
}
