/**
 * PostgreSQL dies under load, again and again: clients see 503 with Retry-After and nothing worse, what was acknowledged
 * is there afterwards, and the node is well again soon after PostgreSQL is.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findLost, signUp, startLoad, untilHealthy } from '../../support/load.ts';
import { type PostgresServer, startPostgres } from '../../support/postgres-server.ts';
import { createRandom } from '../../support/random.ts';
import { linesOf, type ServerProcess, startServer } from '../../support/server-process.ts';
import { shows } from '../../support/shows.ts';

const CLIENTS = 16;
const KILLS = process.env.LONG === '1' ? 30 : 3;
const HEALTHY_WITHIN_MS = 5_000;

let postgres: PostgresServer;
let server: ServerProcess;
beforeAll(async () => {
  postgres = await startPostgres();
  server = await startServer({ DATABASE_URL: postgres.url });
});
afterAll(async () => {
  await server?.end();
  await postgres?.remove();
});

/** What the log says beside its line for each request. */
const troubles = () =>
  linesOf(server).filter((line) => line.startsWith('{') && JSON.parse(line).level >= 40);

it(
  'answers 503, loses nothing, and is well again within five seconds',
  async () => {
    const random = createRandom();
    const { token } = await signUp(server.url);
    const load = startLoad(server.url, token, CLIENTS);
    let inFlight = 0;
    let slowestReturnMs = 0;
    const start = performance.now();
    for (let kill = 0; kill < KILLS; kill += 1) {
      const before = load.acknowledged.length;
      await expect
        .poll(() => load.acknowledged.length, { timeout: 10_000 })
        .toBeGreaterThan(before);
      await wait(random.below(300));
      inFlight += load.inFlight;
      await postgres.kill();
      await wait(random.below(1_500));
      expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
      await postgres.start();
      slowestReturnMs = Math.max(slowestReturnMs, await untilHealthy(server.url, token));
    }
    await load.stop();
    const seconds = (performance.now() - start) / 1000;
    const lost = await findLost(postgres.url, load.acknowledged);
    const unavailable = load.statuses.get(503) ?? 0;
    console.log(
      `seed ${random.seed}: killed ${KILLS} times, ${inFlight} requests in flight; ${load.acknowledged.length} acknowledged, ` +
        `${lost.length} lost; answers ${JSON.stringify([...load.statuses])}; well again after at most ` +
        `${Math.round(slowestReturnMs)} ms; slowest request ${Math.round(load.longestMs)} ms; ${troubles().length} lines in ${Math.round(seconds)} s`,
    );
    expect(
      [...load.statuses.keys()].filter((one) => ![200, 201, 503].includes(one as number)),
    ).toEqual([]);
    expect(unavailable).toBeGreaterThan(0);
    expect(load.withoutRetryAfter).toBe(0);
    expect(lost).toEqual([]);
    expect(slowestReturnMs).toBeLessThan(HEALTHY_WITHIN_MS);
    // A line a second of the requests, and of each part of the node (events, sessions, deliveries, listener) one a kill.
    expect(troubles().length).toBeLessThan(seconds + 8 * KILLS);
    shows(31, {
      'kills of PostgreSQL': KILLS,
      'requests in flight at the kill': inFlight,
      'answers 503': unavailable,
      'acknowledged writes': load.acknowledged.length,
      'acknowledged writes lost': lost.length,
      'longest return in ms': Math.round(slowestReturnMs),
    });
  },
  KILLS * 30_000,
);
