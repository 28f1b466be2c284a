/**
 * Two hundred slow connections: who is not slow is answered as before, and nothing of them is left afterwards. That the
 * server ends them by itself is shown with short limits in test/unit/connection-limits, and here with its own in the long
 * form.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createClient } from '../support/client.ts';
import { signUp } from '../support/load.ts';
import { type OwnDatabase, ownDatabase } from '../support/own-database.ts';
import { ADMIN_KEY, type ServerProcess, startServer } from '../support/server-process.ts';
import { shows } from '../support/shows.ts';
import { openSlowConnections } from '../support/slow-connections.ts';

const IS_LONG = process.env.LONG === '1';
const SLOW = 200;
const HEALTHY = 60;
const ROUNDS = IS_LONG ? 3 : 1;
/** Of the server's own limits the longest is a minute. */
const ENDED_WITHIN_MS = 100_000;
const FAST_MS = 1_000;
/** What the garbage collector has not come round to. */
const SLACK_BYTES = 48 * 1024 * 1024;

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

async function metric(name: string): Promise<number> {
  const response = await fetch(`${server.url}/metrics`, { headers: { 'x-api-key': ADMIN_KEY } });
  const line = (await response.text()).split('\n').find((one) => one.startsWith(name));
  return Number(line?.split(' ').at(-1));
}

const openSockets = () => metric('nodejs_active_resources{type="TCPSocketWrap"}');
const residentBytes = () => metric('process_resident_memory_bytes');

/** Median time of a healthy request, in milliseconds. */
async function medianOf(token: string): Promise<number> {
  const api = createClient(server.url);
  const times: number[] = [];
  for (let count = 0; count < HEALTHY; count += 1) {
    const start = performance.now();
    const { status } = await api.get('/customer/get-incidents', { token });
    expect(status).toBe(200);
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[HEALTHY / 2] as number;
}

it(
  'leave healthy requests fast, and nothing behind',
  async () => {
    const { token } = await signUp(server.url);
    await medianOf(token);
    const before = { ms: await medianOf(token), sockets: await openSockets() };
    const residents = [await residentBytes()];
    let slowestMs = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const slow = openSlowConnections(server.url, SLOW);
      await expect.poll(openSockets, { timeout: 10_000 }).toBeGreaterThanOrEqual(SLOW);
      // Nobody was refused or ended for being many. Later some may have been, for being slow.
      expect(slow.open()).toBe(SLOW);
      slowestMs = Math.max(slowestMs, await medianOf(token));
      if (!IS_LONG) slow.close();
      const timeout = IS_LONG ? ENDED_WITHIN_MS : 10_000;
      await expect.poll(openSockets, { timeout }).toBeLessThanOrEqual(before.sockets + 2);
      slow.close();
      residents.push(await residentBytes());
    }
    const mebibytes = residents.map((bytes) => Math.round(bytes / 1024 / 1024));
    console.log(
      `${SLOW} slow connections: median ${before.ms.toFixed(1)} ms without, ${slowestMs.toFixed(1)} ms with; memory ${mebibytes.join(', ')} MiB`,
    );
    expect(slowestMs).toBeLessThan(FAST_MS);
    const [, first = 0] = residents;
    expect(residents.at(-1)).toBeLessThanOrEqual(first + SLACK_BYTES);
    shows(25, {
      'slow connections': SLOW * ROUNDS,
      'median ms without them': Math.round(before.ms),
      'median ms with them': Math.round(slowestMs),
      'connections left': 0,
    });
  },
  ROUNDS * ENDED_WITHIN_MS + 60_000,
);
