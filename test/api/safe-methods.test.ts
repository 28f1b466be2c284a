/**
 * GET, HEAD and OPTIONS change nothing (BAR 14): every path there is, by everybody there is, with all tables the same before
 * and after. What reading writes all the same is listed here, with its reason.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import type { Call } from '../support/client.ts';
import {
  buildApiKey,
  buildCustomer,
  buildDesk,
  buildMove,
  NOBODYS_ID,
} from '../support/factories.ts';
import { type Except, fingerprintOf, TRACES } from '../support/fingerprint.ts';
import { toRaw } from '../support/fuzz/mutations.ts';
import { createSender, type Sender } from '../support/fuzz/raw-request.ts';
import { named, OPERATIONS, type Operation } from '../support/operations/operations.ts';
import { type GoodRequest, goodRequest } from '../support/operations/request.ts';
import { buildKey, buildWorld, type World } from '../support/operations/world.ts';
import { shows } from '../support/shows.ts';

/** By operation: what its GET writes by contract. */
const WRITES: Readonly<Record<string, Except>> = {
  // It reserves a number.
  'GET /incident-ticket/generate-id': { ticket_counters: 'all', ticket_reservations: 'all' },
  // Who took a customer's data out is on record.
  'GET /customers/{id}/export': { audit_log: 'all' },
};

const HARMLESS = ['HEAD', 'OPTIONS'];
const METHODS = ['GET', ...HARMLESS];

let app: TestApp;
let world: World;
let sender: Sender;
let actors: Record<string, Omit<Call, 'body'>>;
let asked = 0;
beforeAll(async () => {
  app = await startApp({ webhooksAllowLoopback: true });
  sender = createSender(app.url);
  world = await buildWorld(app);
  const { owner, ids, teamKey, adminKey } = world;
  // News that somebody who reads has not seen yet.
  await buildMove(app, { id: ids.incident }, 'ACKNOWLEDGED');
  const stranger = await buildCustomer(app);
  const revoked = await buildKey(app, {});
  await app.api.delete(`/api-keys/${revoked.id}`, { apiKey: app.adminKey });
  actors = {
    nobody: {},
    'the customer': { token: owner.token },
    'a customer of another company': { token: stranger.token },
    'the team': { apiKey: teamKey },
    "another company's team": { apiKey: await buildApiKey(app, stranger.companyId) },
    'an admin': { apiKey: adminKey },
    'the desk': await buildDesk(app, teamKey),
  };
});
afterAll(() => sender.close());

/** Of an operation that changes something, too: its path, by a method that must not. */
async function readAll(
  { path }: Pick<GoodRequest, 'path'>,
  methods: readonly string[],
): Promise<void> {
  for (const [who, call] of Object.entries(actors)) {
    for (const method of methods) {
      const { status } = await sender.send(toRaw({ method, path, call }));
      expect(status, `${method} ${path} by ${who}`).toBeLessThan(500);
      asked += 1;
    }
  }
}

async function expectUnchanged(except: Except, work: () => Promise<void>): Promise<void> {
  const before = await fingerprintOf(app, except);
  await work();
  expect(await fingerprintOf(app, except)).toEqual(before);
}

const goodOf = (operation: Operation) => goodRequest(app, world, operation);

describe('reading', () => {
  it.each(named(OPERATIONS))('writes nothing: %s', async (name, operation) => {
    const request = await goodOf(operation);
    const read = OPERATIONS.find((one) => one.path === operation.path && one.method === 'GET');
    await expectUnchanged(TRACES, () => readAll(request, HARMLESS));
    const except = { ...TRACES, ...WRITES[read?.name ?? name] };
    await expectUnchanged(except, () => readAll(request, ['GET']));
  });

  it('writes nothing: pages, files, and what is not there', async () => {
    const before = await fingerprintOf(app, TRACES);
    const seal = app.deps.seals.seal(`mail-off.${world.owner.companyId}.${world.owner.id}`);
    const pages = [
      ...[
        '/',
        '/healthz',
        '/readyz',
        '/metrics',
        '/openapi.json',
        '/docs',
        '/widget.js',
        '/demo',
        '/desk',
      ],
      ...[
        '/panel',
        '/portal',
        `/panel?company=${world.owner.companyId}`,
        '/nothing',
        '/api/v1/nothing',
      ],
      `/mail/off?t=${world.owner.companyId}.${world.owner.id}.${seal}`,
      `/mail/off?t=${NOBODYS_ID}.${NOBODYS_ID}.${'x'.repeat(22)}&again=on`,
    ];
    for (const page of pages) {
      for (const method of METHODS) {
        const { status } = await fetch(`${app.url}${page}`, { method });
        expect(status, `${method} ${page}`).toBeLessThan(500);
        asked += 1;
      }
    }
    expect(await fingerprintOf(app, TRACES)).toEqual(before);
    shows(14, { 'reading requests that wrote nothing': asked });
  });

  it('writes what it writes by contract, and nothing else has an exception', async () => {
    for (const [name, except] of Object.entries(WRITES)) {
      const operation = OPERATIONS.find((one) => one.name === name);
      if (operation === undefined) throw new Error(`take ${name} out of WRITES: it is gone`);
      const [request, before] = [await goodOf(operation), await fingerprintOf(app, TRACES)];
      await sender.send(toRaw(request));
      const after = await fingerprintOf(app, TRACES);
      const written = Object.keys(after).filter((table) => after[table] !== before[table]);
      expect(written, name).toEqual(Object.keys(except));
    }
  });
});
