/** SIGTERM under load: not ready at once, every request answered, and the end within ten seconds. */
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type OwnDatabase, ownDatabase } from '../support/own-database.ts';
import { startServer } from '../support/server-process.ts';

const CLIENTS = 8;

let database: OwnDatabase;
beforeAll(async () => {
  database = await ownDatabase();
});
afterAll(() => database.remove());

/** A load balancer in miniature: asks /readyz now and then, and sends nothing more once the node is not ready. */
function balancedLoad(url: string) {
  const statuses = new Map<number | string, number>();
  let isReady = true;
  const count = (result: number | string) => statuses.set(result, (statuses.get(result) ?? 0) + 1);
  const watch = async () => {
    while (isReady) {
      await wait(100);
      isReady = (await fetch(`${url}/readyz`)).status === 200;
    }
  };
  const load = async () => {
    while (isReady) {
      await fetch(`${url}/api/v1/customer/companies`).then(
        async (response) => {
          await response.text();
          count(response.status);
        },
        (error) => count(String(error.cause?.code ?? error)),
      );
    }
  };
  return { statuses, done: Promise.all([watch(), ...Array.from({ length: CLIENTS }, load)]) };
}

it('fails no request and ends by itself', async () => {
  const server = await startServer({ ...database.settings, DRAIN_MS: '1000' });
  const { statuses, done } = balancedLoad(server.url);
  await expect.poll(() => statuses.get(200) ?? 0, { timeout: 10_000 }).toBeGreaterThan(CLIENTS);

  const start = performance.now();
  const ended = server.end('SIGTERM');
  await done;
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  expect(await ended).toBe(0);

  expect(performance.now() - start).toBeLessThan(10_000);
  expect([...statuses.keys()]).toEqual([200]);
});
