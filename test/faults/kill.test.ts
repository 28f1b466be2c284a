/**
 * `kill -9` in the middle of creating incidents: whatever was acknowledged is there after the restart, whole. On the
 * embedded database, and on PostgreSQL where TEST_DATABASE_URL names a server.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createClient } from '../support/client.ts';
import { expectData, PASSWORD, REPORT } from '../support/factories.ts';
import { type OwnDatabase, ownDatabase } from '../support/own-database.ts';
import { ADMIN_KEY, startServer } from '../support/server-process.ts';

const ROUNDS = 3;
const WRITERS = 4;

let database: OwnDatabase;
beforeAll(async () => {
  database = await ownDatabase();
});
afterAll(() => database.remove());

interface Acknowledged {
  id: string;
  ticketNumber: string;
}

/** Reports until the server is gone; returns what it said yes to. */
async function reportUntilKilled(url: string, token: string): Promise<Acknowledged[]> {
  const api = createClient(url);
  const acknowledged: Acknowledged[] = [];
  for (;;) {
    const reply = await api
      .post('/customer/create-incident', { token, body: REPORT })
      .catch(() => null);
    if (reply?.status !== 201) return acknowledged;
    acknowledged.push(reply.body.data);
  }
}

async function signUp(url: string): Promise<string> {
  const api = createClient(url);
  const company = { name: 'Acme', slug: 'acme' };
  const made = await api.post('/companies', { apiKey: ADMIN_KEY, body: company });
  const { id: companyId } = expectData(made, 201);
  const body = { email: 'a@example.com', password: PASSWORD, name: 'Ann', companyId };
  return expectData(await api.post('/customer/register', { body }), 201).token;
}

it('loses no acknowledged incident, session or ticket number', async () => {
  let server = await startServer(database.settings);
  const token = await signUp(server.url);
  const acknowledged: Acknowledged[] = [];
  for (let round = 1; round <= ROUNDS; round += 1) {
    const writers = Array.from({ length: WRITERS }, () => reportUntilKilled(server.url, token));
    setTimeout(() => void server.end('SIGKILL'), 300 + Math.random() * 700);
    acknowledged.push(...(await Promise.all(writers)).flat());
    await server.end('SIGKILL');
    server = await startServer(database.settings);
  }

  const api = createClient(server.url);
  const stored: Acknowledged[] = [];
  let cursor: string | null = null;
  do {
    const query: string = cursor === null ? '' : `&cursor=${cursor}`;
    const page = expectData(
      await api.get(`/customer/get-incidents?limit=100${query}`, { token }),
      200,
    );
    stored.push(...page.incidents);
    cursor = page.nextCursor;
  } while (cursor !== null);
  await server.end();

  const storedIds = new Set(stored.map((one) => one.id));
  const lost = acknowledged.filter((one) => !storedIds.has(one.id));
  console.log(
    `killed ${ROUNDS} times: ${acknowledged.length} acknowledged, ${stored.length} stored, ${lost.length} lost`,
  );
  expect(lost).toEqual([]);
  const numbers = stored.map((one) => Number(one.ticketNumber.slice(-4))).sort((a, b) => a - b);
  expect(numbers).toEqual(numbers.map((_, index) => index + 1));
});
