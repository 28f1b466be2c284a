/**
 * The way to the database is lost while the database itself lives: its connections are ended, cut, slow or silent, or all of
 * them are in use. Clients see 503 with Retry-After, every request ends, no acknowledged write is lost.
 */
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { endOtherConnections } from '../../support/connections.ts';
import { type FaultProxy, startFaultProxy } from '../../support/fault-proxy.ts';
import { findLost, type Load, signUp, startLoad, untilHealthy } from '../../support/load.ts';
import { type OwnDatabase, ownDatabase } from '../../support/own-database.ts';
import { type ServerProcess, startServer } from '../../support/server-process.ts';
import { shows } from '../../support/shows.ts';

const CLIENTS = 16;
const CUTS = process.env.LONG === '1' ? 40 : 6;
/** The longest that a request may wait: 5 s for a connection, 10 s for its answer; and a noisy machine. */
const LONGEST_MS = 20_000;
/** A silent connection is given up after 10 s, whenever the line comes back. */
const LAST_SILENT_MS = 15_000;

let database: OwnDatabase;
let line: FaultProxy;
let server: ServerProcess;
let knife: pg.Client;
let token: string;
let load: Load;
beforeAll(async () => {
  database = await ownDatabase();
  const url = database.settings.DATABASE_URL ?? '';
  line = await startFaultProxy(Number(new URL(url).port));
  server = await startServer({
    ...database.settings,
    DATABASE_URL: line.through(url),
    DATABASE_POOL: '4',
  });
  ({ token } = await signUp(server.url));
  knife = new pg.Client({ connectionString: url });
  await knife.connect();
});
afterAll(async () => {
  await server?.end();
  await knife?.end();
  await line?.close();
  await database?.remove();
});

beforeEach(() => {
  load = startLoad(server.url, token, CLIENTS);
});
/** Whatever was lost and however: this is true afterwards. */
afterEach(async () => {
  await line.become('pass');
  await load.stop();
  const lost = await findLost(database.settings.DATABASE_URL ?? '', load.acknowledged);
  console.log(
    `${load.acknowledged.length} acknowledged, ${lost.length} lost, answers ${JSON.stringify([...load.statuses])}, slowest ${Math.round(load.longestMs)} ms`,
  );
  expect(lost).toEqual([]);
  expect([...load.statuses.keys()].filter((one) => !ALLOWED.includes(one))).toEqual([]);
  expect(load.withoutRetryAfter).toBe(0);
  expect(load.longestMs).toBeLessThan(LONGEST_MS);
});
const ALLOWED: readonly unknown[] = [200, 201, 503];

const unavailable = () => load.statuses.get(503) ?? 0;

/** Waits until reports go through, again or still. */
async function goesOn(): Promise<void> {
  const before = load.acknowledged.length;
  await vi.waitFor(() => expect(load.acknowledged.length).toBeGreaterThan(before), 15_000);
}

const isAlive = async () => (await fetch(`${server.url}/healthz`)).status === 200;

describe('connections', () => {
  it('may be ended by the database, again and again', async () => {
    for (let cut = 0; cut < CUTS; cut += 1) {
      await goesOn();
      await endOtherConnections(knife);
    }
    await goesOn();
    shows(31, { 'connections ended by PostgreSQL, times': CUTS, 'answers 503': unavailable() });
  });

  it('may be cut on their way, again and again', async () => {
    for (let cut = 0; cut < CUTS; cut += 1) {
      await goesOn();
      await line.become('cut');
      await wait(100);
      await line.become('pass');
    }
    expect(await untilHealthy(server.url, token)).toBeLessThan(5_000);
    expect(unavailable()).toBeGreaterThan(0);
    shows(31, { 'connections cut, times': CUTS, 'answers 503': unavailable() });
  });

  it('may be slow: requests are slow then, and nothing else', async () => {
    await goesOn();
    await line.become({ delayMs: 100 });
    await goesOn();
    await goesOn();
    expect(unavailable()).toBe(0);
  });

  it('may fall silent: every request ends, and the node comes back by itself', async () => {
    await goesOn();
    await line.become('half-open');
    // Those with a connection wait for its answer, those without wait for one: both give up.
    await vi.waitFor(() => expect(unavailable()).toBeGreaterThan(CLIENTS / 2), 2 * LONGEST_MS);
    expect(await isAlive()).toBe(true);
    expect((await fetch(`${server.url}/readyz`)).status).toBe(503);
    await line.become('pass');
    const returnMs = await untilHealthy(server.url, token);
    expect(returnMs).toBeLessThan(LAST_SILENT_MS);
    shows(31, { 'silent connections survived, times': 1, 'answers 503': unavailable() });
  });
});

describe('a pool of which every connection is in use', () => {
  it('answers 503 to those who wait, and goes on as soon as one is free', async () => {
    await goesOn();
    // Who wants to write waits for the holder of this lock, with a connection in hand.
    await knife.query('begin; lock table incidents in access exclusive mode');
    await vi.waitFor(() => expect(unavailable()).toBeGreaterThan(CLIENTS / 2), 2 * LONGEST_MS);
    expect(await isAlive()).toBe(true);
    await knife.query('commit');
    expect(await untilHealthy(server.url, token)).toBeLessThan(5_000);
    shows(31, { 'requests refused by a pool in use': unavailable() });
  });
});
