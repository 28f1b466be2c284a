/** The worst moment for `kill -9`: the database has committed, and its answer has not reached the server. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import pg from 'pg';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createClient } from '../../support/client.ts';
import { expectData, PASSWORD, REPORT } from '../../support/factories.ts';
import { type OwnDatabase, ownDatabase } from '../../support/own-database.ts';
import { ADMIN_KEY, type ServerProcess, startServer } from '../../support/server-process.ts';
import { shows } from '../../support/shows.ts';

const PARALLEL = 50;
const KEY = 'the-key-of-this-report';

let database: OwnDatabase;
let line: Awaited<ReturnType<typeof startLine>>;
let observer: pg.Client;
const servers: ServerProcess[] = [];
beforeAll(async () => {
  database = await ownDatabase();
  line = await startLine(database.settings.DATABASE_URL ?? '', KEY);
  observer = new pg.Client({ connectionString: database.settings.DATABASE_URL });
  await observer.connect();
});
afterAll(async () => {
  await Promise.all(servers.map((one) => one.end('SIGKILL')));
  await observer?.end();
  await line?.close();
  await database?.remove();
});

/** A line to the database. A connection that asks for something with these words in it hears no answer from then on. */
async function startLine(databaseUrl: string, words: string) {
  const to = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  const proxy = createServer((near) => {
    let isDeaf = false;
    const far = connect(Number(to.port), to.hostname);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        near.destroy();
        far.destroy();
      });
    }
    near.on('data', (bytes) => {
      isDeaf ||= bytes.includes(words);
      far.write(bytes);
    });
    far.on('data', (bytes) => isDeaf || near.write(bytes));
  });
  await once(proxy.listen(0, '127.0.0.1'), 'listening');
  const url = new URL(databaseUrl);
  url.port = String((proxy.address() as AddressInfo).port);
  return {
    url: url.href,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => proxy.close(resolve));
    },
  };
}

const start = async (settings: Record<string, string>) => {
  const server = await startServer({ ...database.settings, ...settings });
  servers.push(server);
  return { server, api: createClient(server.url) };
};

const incidents = async () => (await observer.query('select id from incidents')).rows;

it('makes one incident and fifty equal answers after a kill between commit and answer', async () => {
  const listen = { DATABASE_LISTEN_URL: database.settings.DATABASE_URL ?? '' };
  const dying = await start({ DATABASE_URL: line.url, ...listen });
  const company = { name: 'Acme', slug: 'acme' };
  const made = await dying.api.post('/companies', { apiKey: ADMIN_KEY, body: company });
  const { id: companyId } = expectData(made, 201);
  const account = { email: 'a@example.com', password: PASSWORD, name: 'Ann', companyId };
  const { token } = expectData(await dying.api.post('/customer/register', { body: account }), 201);
  const call = { token, body: REPORT, headers: { 'idempotency-key': KEY } };

  const sent = dying.api.post('/customer/create-incident', call).catch(() => 'cut');
  // Committed: somebody else can see it.
  await vi.waitFor(async () => expect(await incidents()).toHaveLength(1), 20_000);
  const [{ id }] = await incidents();
  await dying.server.end('SIGKILL');
  expect(await sent).toBe('cut');

  const { api } = await start({});
  const replies = await Promise.all(
    Array.from({ length: PARALLEL }, () => api.post('/customer/create-incident', call)),
  );
  expect([...new Set(replies.map((one) => `${one.status} ${one.text}`))]).toEqual([
    `201 ${replies[0]?.text}`,
  ]);
  expect(replies[0]?.body.data.id).toBe(id);
  expect(await incidents()).toEqual([{ id }]);
  const body = { ...REPORT, priority: 'LOW' };
  const other = await api.post('/customer/create-incident', { ...call, body });
  expect([other.status, other.body.code]).toEqual([422, 'idempotency_key_reused']);
  shows(26, { 'kills between commit and answer': 1, 'equal answers after it': replies.length });
});
