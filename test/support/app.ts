/** The real application on a real database and a real socket, for tests that speak HTTP. */
import type { AddressInfo } from 'node:net';
import { type Logger, pino } from 'pino';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, inject } from 'vitest';
import { createApp } from '../../server/app.ts';
import { type Config, readConfig } from '../../server/config.ts';
import { connect, type Database } from '../../server/db/connection.ts';
import { createWakeup, type Wakeup } from '../../server/db/wakeup.ts';
import { createAddressGuard } from '../../server/http/address-guard.ts';
import { type Assets, toAsset } from '../../server/http/assets.ts';
import { createChallenges } from '../../server/http/challenge.ts';
import type { Deps } from '../../server/http/deps.ts';
import { createMetrics } from '../../server/http/metrics.ts';
import { createPasswords } from '../../server/http/passwords.ts';
import { createRateLimits } from '../../server/http/rate-limits.ts';
import { createSeals } from '../../server/http/seals.ts';
import { createTokens } from '../../server/http/tokens.ts';
import { serverOf } from '../../server/listen.ts';
import { createLive } from '../../server/live/live.ts';
import { makeApiKey, newSecret } from '../../server/team/make-api-key.ts';
import { type Client, createClient } from './client.ts';

export interface TestApp {
  /** Origin of the listening server. */
  url: string;
  deps: Deps;
  /** Speaks to the server, and checks every answer against the OpenAPI document. */
  api: Client;
  /** An admin key of this run. */
  adminKey: string;
}

export const TEST_KEYS = [{ kid: 'test', secret: 'a-signing-secret-for-tests-only-0123456789' }];

/** Settings of a server that may promise mail; where it goes, a test's own worker decides. */
export const MAIL_IS_ON = {
  url: 'smtp://127.0.0.1:1',
  from: { name: 'Porthole', address: 'porthole@mail.example' },
};

/** Lowest cost, since tests hash many passwords and none of them matters; no limits but where a test is about them. */
const QUICK = { PASSWORD_COST: '4', LOG_LEVEL: 'silent', RATE_LIMITS: 'off' };

/** Starts the app for a test file and ends it after the file. */
export async function startApp(overrides: Partial<Config> = {}): Promise<TestApp> {
  const config = { ...readConfig(QUICK), ...overrides };
  const db = connect(inject('database'));
  const log = pino({ level: config.logLevel });
  const metrics = createMetrics(db);
  const wakeup = testWakeup(db, log);
  const deps: Deps = {
    ...{ config, db, log, metrics, wakeup },
    tokens: createTokens(config.jwtKeys ?? TEST_KEYS),
    seals: createSeals(config.jwtKeys ?? TEST_KEYS),
    rateLimits: createRateLimits(config, db),
    challenges: createChallenges(config.challenge, config.jwtKeys ?? TEST_KEYS),
    guard: createAddressGuard(config.webhooksAllowLoopback),
    passwords: await createPasswords(config.passwordCost),
    newId: uuidv7,
    live: createLive({ config, db, log, metrics, wakeup }),
    lifecycle: { isDraining: false },
  };
  const server = serverOf(createApp(deps, emptyAssets()));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const adminKey = newSecret();
  await makeApiKey(deps, { name: 'The team', companyId: null }, adminKey);
  afterAll(async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
    await deps.live.close();
    await deps.wakeup.close();
    await db.close();
  });
  return { url, deps, api: createClient(url), adminKey };
}

/** Of a node of its own: through the database where that is a real one. */
export function testWakeup(db: Database, log: Logger): Wakeup {
  const target = inject('database');
  return createWakeup(db, { listenUrl: target.kind === 'url' ? target.url : null, log });
}

/** API tests need no built widget; the browser tests use the real files. */
function emptyAssets(): Assets {
  const script = toAsset(Buffer.from('// test'), 'text/javascript; charset=utf-8', true);
  const files = new Map([
    ['/assets/panel-test.js', script],
    ['/widget.js', { ...script, isImmutable: false }],
    ['/demo', toAsset(Buffer.from('<!doctype html>'), 'text/html; charset=utf-8', false)],
  ]);
  const panel = { script: '/assets/panel-test.js', style: '/assets/panel-test.css' };
  return { files, panel, desk: panel };
}
