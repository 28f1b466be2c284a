/**
 * A worker killed with SIGKILL in the middle of a delivery: its lease ends within a minute, another node sends the same
 * message under the same id, and the attempt that died is seen in the log.
 */
import pg from 'pg';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createClient } from '../../support/client.ts';
import { expectData } from '../../support/factories.ts';
import { type OwnDatabase, ownDatabase } from '../../support/own-database.ts';
import { ADMIN_KEY, type ServerProcess, startServer } from '../../support/server-process.ts';
import { everyTestShows, shows } from '../../support/shows.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../../support/webhook-receiver.ts';

everyTestShows(28);

let database: OwnDatabase;
let receiver: WebhookReceiver;
let client: pg.Client;
const servers: ServerProcess[] = [];

const start = async () => {
  const settings = { ...database.settings, WEBHOOKS_ALLOW_LOOPBACK: 'true' };
  const server = await startServer(settings);
  servers.push(server);
  return { server, api: createClient(server.url) };
};

beforeAll(async () => {
  database = await ownDatabase();
  receiver = await startWebhookReceiver();
});
afterAll(async () => {
  await client?.end();
  for (const server of servers) await server.end();
  await receiver.close();
  await database.remove();
});

const call = { apiKey: ADMIN_KEY };

async function buildTest(api: ReturnType<typeof createClient>): Promise<string> {
  const company = { name: 'Acme', slug: 'acme' };
  const { id: companyId } = expectData(
    await api.post('/companies', { ...call, body: company }),
    201,
  );
  const body = { url: `${receiver.url}/hook`, companyId };
  const { id } = expectData(await api.post('/webhooks', { ...call, body }), 201);
  return expectData(await api.post(`/webhooks/${id}/test`, call), 201).id;
}

it('is sent again by another node, under the same id', async () => {
  const first = await start();
  client = new pg.Client({ connectionString: database.settings.DATABASE_URL });
  await client.connect();
  receiver.behave('hang');
  const id = await buildTest(first.api);
  await vi.waitFor(() => expect(receiver.received).toHaveLength(1), 10_000);
  await first.server.end('SIGKILL');

  const { rows } = await client.query<{ seconds: number }>(
    'select extract(epoch from leased_until - now())::float8 as seconds from deliveries where id = $1',
    [id],
  );
  const seconds = rows[0]?.seconds ?? Number.NaN;
  expect(seconds).toBeGreaterThan(0);
  expect(seconds).toBeLessThanOrEqual(60);
  shows(28, { "seconds until a dead worker's lease ends": Math.ceil(seconds) });
  // The minute passes.
  await client.query(
    `update deliveries set leased_until = leased_until - interval '60 seconds' where id = $1`,
    [id],
  );
  await client.query(`update webhooks set due_at = due_at - interval '60 seconds'`);

  receiver.behave({ status: 200 });
  const second = await start();
  await vi.waitFor(() => expect(receiver.received).toHaveLength(2), 20_000);
  expect(receiver.received.map(({ headers }) => headers['webhook-id'])).toEqual([id, id]);
  const found = await vi.waitFor(async () => {
    const data = expectData(await second.api.get(`/deliveries/${id}`, call), 200);
    expect(data.status).toBe('delivered');
    return data;
  }, 10_000);
  expect(found.attempts).toBe(2);
  expect(found.attemptLog).toMatchObject([
    { number: 1, durationMs: null, status: null },
    { number: 2, durationMs: expect.any(Number), status: 200 },
  ]);
});

it('is given back at once by a node that is asked to stop', async () => {
  const { server, api } = await start();
  for (const other of servers.filter((one) => one !== server)) await other.end();
  const [{ id: companyId }] = expectData(await api.get('/companies?limit=1', call), 200);
  receiver.behave('hang', '/stopping');
  const body = { url: `${receiver.url}/stopping`, companyId };
  const { id: hookId } = expectData(await api.post('/webhooks', { ...call, body }), 201);
  const { id } = expectData(await api.post(`/webhooks/${hookId}/test`, call), 201);
  const stopping = () => receiver.received.filter(({ path }) => path === '/stopping');
  await vi.waitFor(() => expect(stopping()).toHaveLength(1), 10_000);
  expect(await server.end('SIGTERM')).toBe(0);

  const { rows } = await client.query('select leased_until, status from deliveries where id = $1', [
    id,
  ]);
  expect(rows).toEqual([{ leased_until: null, status: 'pending' }]);
  receiver.behave({ status: 200 }, '/stopping');
  await start();
  await vi.waitFor(() => expect(stopping()).toHaveLength(2), 20_000);
});
