/**
 * Webhooks and what must not be reached through them (BAR 24): a server on this machine counts connections, and every
 * way to lead Porthole there makes none, when an address is saved and when something is sent.
 */
import { once } from 'node:events';
import { type AddressInfo, createServer, Socket } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { post } from '../../server/delivery/post.ts';
import { createAddressGuard, type HostAddress } from '../../server/http/address-guard.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { startTestDelivery } from '../support/delivery.ts';
import { buildCompany, buildWebhook, expectData, rowsOf } from '../support/factories.ts';
import { everyTestShows, shows } from '../support/shows.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver.ts';

everyTestShows(24);

const PUBLIC: HostAddress = { address: '8.8.8.8', family: 4 };
const OWN: HostAddress = { address: '127.0.0.1', family: 4 };
const OWN_V6: HostAddress = { address: '::1', family: 6 };

/** What a name server answers, one after the other; the last one stays. */
let answers: HostAddress[][] = [];
let lookups = 0;
const resolve = async () => {
  lookups += 1;
  return (answers.length > 1 ? answers.shift() : answers[0]) ?? [];
};
const strict = createAddressGuard(false, resolve);
const openToLoopback = createAddressGuard(true, resolve);

let app: TestApp;
let receiver: WebhookReceiver;
let guard = strict;
let companyId: string;
let connections = 0;
/** Listens on every address of this machine. */
const inside = createServer((socket) => {
  connections += 1;
  socket.destroy();
});
let port: number;
beforeAll(async () => {
  app = await startApp();
  app.deps.guard = { check: (address) => guard.check(address) };
  receiver = await startWebhookReceiver();
  await startTestDelivery(app);
  await once(inside.listen(0), 'listening');
  port = (inside.address() as AddressInfo).port;
  companyId = (await buildCompany(app)).id;
});
afterAll(async () => {
  await receiver.close();
  await new Promise((done) => inside.close(done));
});
beforeEach(() => {
  guard = strict;
  answers = [[PUBLIC]];
  connections = 0;
  lookups = 0;
});

const call = (body: object = {}) => ({ apiKey: app.adminKey, body });

/** Sends a test to the webhook and answers what became of its first attempt. */
async function attempt(webhookId: string) {
  const { id } = expectData(await app.api.post(`/webhooks/${webhookId}/test`, call()), 201);
  return vi.waitFor(async () => {
    const found = expectData(await app.api.get(`/deliveries/${id}`, { apiKey: app.adminKey }), 200);
    expect(found.attemptLog[0]?.durationMs).toEqual(expect.any(Number));
    return found.attemptLog[0];
  }, 15_000);
}

/** A webhook that was good when it was saved, and has this address now. */
async function buildMoved(url: string): Promise<string> {
  const { id } = await buildWebhook(app, companyId, { url: 'https://hooks.example.com/' });
  await rowsOf(app, 'update webhooks set url = $2 where id = $1', [id, url]);
  return id;
}

/** Deletes what a test has set up: a company may have twenty. */
const remove = (id: string) => app.api.delete(`/webhooks/${id}`, { apiKey: app.adminKey });

const SPELLINGS = [
  ...['127.0.0.1', '127.1', '2130706433', '0x7f000001', '0177.0.0.1', '0.0.0.0', '127.0.0.1.'],
  ...['[::1]', '[::]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[::127.0.0.1]'],
  ...['[64:ff9b::127.0.0.1]', '[2002:7f00:1::]', 'localhost', 'localhost.', 'x.localhost'],
];
const URLS = SPELLINGS.flatMap((host) => [`https://${host}:PORT/`, `http://${host}:PORT/`]);

describe('an address that leads to this machine', () => {
  it.each(URLS)('makes no connection: %s', async (pattern) => {
    const url = pattern.replace('PORT', String(port));
    const made = await app.api.post('/webhooks', call({ url, companyId }));
    expect([made.status, made.body.code]).toEqual([400, 'invalid']);
    const id = await buildMoved(url);
    const changed = await app.api.put(`/webhooks/${id}`, call({ url }));
    expect(changed.status).toBe(400);
    expect(await attempt(id)).toMatchObject({
      status: null,
      error: expect.stringMatching(/^Not sent/),
    });
    expect(connections).toBe(0);
    await remove(id);
    shows(24, { 'spellings of an address inside': 1, 'connections made': connections });
  });

  it.each([
    ['a name', [OWN]],
    ['a name, in IPv6', [OWN_V6]],
    ['a name, beside a public one', [PUBLIC, OWN]],
    ['a name, as a mapped address', [{ address: '::ffff:127.0.0.1', family: 6 }]],
  ])('makes no connection: %s', async (_, leadsTo) => {
    const url = `https://hooks.example.com:${port}/`;
    answers = [leadsTo];
    const made = await app.api.post('/webhooks', call({ url, companyId }));
    expect([made.status, made.body.errors]).toEqual([400, ['url must lead to a public address.']]);
    expect(connections).toBe(0);
  });
});

/** Nobody here listens there, so it is counted who dials. */
const PRIVATE = [
  ...['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.0.1', '169.254.169.254', '100.64.0.1'],
  ...['0xA000001', '167772161', '012.0.0.1', '10.1', '198.18.0.1', '224.0.0.1', '255.255.255.255'],
  ...['[fc00::1]', '[fd12:3456::1]', '[fe80::1]', '[ff02::1]', '[::ffff:10.0.0.1]', '[::10.0.0.1]'],
  ...['[64:ff9b::10.0.0.1]', '[2002:a00:1::]'],
];

describe('an address within a private network', () => {
  it.each(PRIVATE)('makes no connection: %s', async (host) => {
    const dial = vi.spyOn(Socket.prototype, 'connect');
    const url = `https://${host}:${port}/`;
    const made = await app.api.post('/webhooks', call({ url, companyId }));
    expect([made.status, made.body.code]).toEqual([400, 'invalid']);
    const id = await buildMoved(url);
    expect((await attempt(id)).error).toBe('Not sent: url must lead to a public address.');
    const dialled = dial.mock.calls.filter((args) => JSON.stringify(args).includes(`:${port}`));
    dial.mockRestore();
    expect(dialled).toEqual([]);
    await remove(id);
    shows(24, { 'spellings of an address inside': 1, 'connections made': dialled.length });
  });

  it('would be seen dialling', async () => {
    const dial = vi.spyOn(Socket.prototype, 'connect');
    guard = openToLoopback;
    const { id } = await buildWebhook(app, companyId, { url: `http://127.0.0.1:${port}/` });
    await attempt(id);
    const dialled = dial.mock.calls.filter((args) => JSON.stringify(args).includes(`:${port}`));
    dial.mockRestore();
    expect(dialled).toHaveLength(1);
    await remove(id);
  });
});

describe('a name that leads elsewhere later', () => {
  it('makes no connection when it is this machine by the time of sending', async () => {
    const url = `https://hooks.example.com:${port}/`;
    const { id } = await buildWebhook(app, companyId, { url });
    answers = [[OWN]];
    expect((await attempt(id)).error).toBe('Not sent: url must lead to a public address.');
    expect(connections).toBe(0);
    await remove(id);
  });

  it('is looked up once for each attempt, and the socket goes to what was checked', async () => {
    // Nobody knows this name: a second look-up, by the socket, would lead nowhere.
    const checked = new URL(`http://hooks.invalid:${new URL(receiver.url).port}/pinned`);
    let checks = 0;
    const check = async () => {
      checks += 1;
      return { url: checked, addresses: [OWN] };
    };
    const result = await post({ check }, checked.href, { headers: {}, body: '{}' });
    expect([result.status, checks]).toEqual([200, 1]);
    expect(receiver.received.map(({ path, headers }) => [path, headers.host])).toEqual([
      ['/pinned', checked.host],
    ]);
  });

  it('is asked of the name server once for each check', async () => {
    answers = [[PUBLIC], [OWN]];
    const { addresses } = await strict.check('https://hooks.example.com/');
    expect([addresses, lookups]).toEqual([[PUBLIC], 1]);
  });
});

describe('a receiver that redirects', () => {
  it.each([301, 302, 303, 307, 308])('to this machine with %i is not followed', async (status) => {
    guard = openToLoopback;
    for (const scheme of ['http', 'https']) {
      const path = `/${status}-${scheme}`;
      const location = `${scheme}://127.0.0.1:${port}/`;
      receiver.behave({ status, headers: { location, refresh: `0; url=${location}` } }, path);
      const { id } = await buildWebhook(app, companyId, { url: receiver.url + path });
      expect(await attempt(id)).toMatchObject({
        status,
        error: `Answered ${status}: redirects are not followed.`,
      });
      await remove(id);
    }
    expect(connections).toBe(0);
  });
});

it('counts connections, so that the tests above can fail', async () => {
  guard = openToLoopback;
  const { id } = await buildWebhook(app, companyId, { url: `http://127.0.0.1:${port}/` });
  expect((await attempt(id)).error).toBe('The connection was cut.');
  expect(connections).toBe(1);
  await remove(id);
});
