/** SIGTERM under load: not ready at once, every request answered, streams asked to come back, the end within ten seconds. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createClient, type Reply } from '../support/client.ts';
import { customerEvents } from '../support/event-stream.ts';
import { report, signUp } from '../support/load.ts';
import { type OwnDatabase, ownDatabase } from '../support/own-database.ts';
import { startServer } from '../support/server-process.ts';
import { shows } from '../support/shows.ts';

/** As many as a customer may have. */
const STREAMS = 4;
const LONGEST_MS = 10_000;
const CLIENTS = 8;
/** Long enough for a balancer that stalls with its machine to notice; the rest has five seconds more. */
const DRAIN_MS = '4000';

let database: OwnDatabase;
beforeAll(async () => {
  database = await ownDatabase();
});
afterAll(() => database.remove());

/** A load balancer in miniature: asks /readyz now and then, and sends nothing more once the node is not ready. */
function balancedLoad(url: string, token: string) {
  const api = createClient(url);
  const statuses = new Map<number | string, number>();
  let isReady = true;
  let inFlight = 0;
  const send = async (request: () => Promise<Reply>) => {
    inFlight += 1;
    const status = await request().then(
      (reply) => reply.status,
      (error) => String(error.cause?.code ?? error),
    );
    inFlight -= 1;
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
  };
  const watch = async () => {
    while (isReady) {
      await wait(100);
      isReady = (await fetch(`${url}/readyz`)).status === 200;
    }
  };
  const load = async () => {
    while (isReady) {
      await send(() => report(api, token));
      // Asked again: that one may have taken until the node was not ready, and longer than it goes on answering.
      if (isReady) await send(() => api.get('/customer/companies'));
    }
  };
  const done = Promise.all([watch(), ...Array.from({ length: CLIENTS }, load)]);
  return { statuses, inFlight: () => inFlight, done };
}

it('fails no request, asks streams to come back, and ends by itself', async () => {
  const server = await startServer({ ...database.settings, DRAIN_MS });
  const { token } = await signUp(server.url);
  const streams = await Promise.all(
    Array.from({ length: STREAMS }, () => customerEvents(server.url, { token })),
  );
  const { statuses, inFlight, done } = balancedLoad(server.url, token);
  await expect.poll(() => statuses.get(201) ?? 0, { timeout: 20_000 }).toBeGreaterThan(CLIENTS);

  const start = performance.now();
  const inFlightThen = inFlight();
  const ended = server.end('SIGTERM');
  await done;
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  expect(await ended).toBe(0);

  const ms = performance.now() - start;
  expect(ms).toBeLessThan(LONGEST_MS);
  expect([...statuses.keys()].sort()).toEqual([200, 201]);
  for (const one of streams) {
    await one.ended();
    // The last word, and with it the place to come back with.
    expect(one.frames.at(-1)).toMatchObject({ event: 'bye', id: expect.any(String) });
  }
  shows(32, {
    'requests in flight at SIGTERM': inFlightThen,
    'requests failed by SIGTERM': 0,
    'streams told to come back': STREAMS,
  });
});

it('ends in time even where somebody does not finish a request', async () => {
  const server = await startServer({ ...database.settings, DRAIN_MS: '0' });
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  await once(socket, 'connect');
  socket.on('error', () => {}).resume();
  socket.write('POST /api/v1/customer/login HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n');
  await wait(200);
  const start = performance.now();
  expect(await server.end('SIGTERM')).toBe(0);
  expect(performance.now() - start).toBeLessThan(LONGEST_MS);
  shows(32);
});
