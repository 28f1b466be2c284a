/** Connections that take too long are ended, each in its way; live streams and those who are merely slow are not. */
import { once } from 'node:events';
import type { Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import Koa from 'koa';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { listen } from '../../server/listen.ts';
import { everyTestShows } from '../support/shows.ts';

everyTestShows(25);

/** Small, and still far apart. */
const LIMITS = {
  headersMs: 300,
  requestMs: 600,
  idleMs: 300,
  unreadMs: 1_000,
  checkMs: 50,
  most: 30,
};
/** Small pieces, so that a slow machine moves one in time; together more than a connection can hold underway. */
const PIECE = Buffer.alloc(16 * 1024, 'x');
const PIECES = 6_400;

let server: Server;
const sockets: Socket[] = [];
beforeAll(async () => {
  const app = new Koa();
  // Of those that are cut.
  app.silent = true;
  app.use(async (context) => {
    if (context.path === '/large') {
      context.body = Readable.from(Array(PIECES).fill(PIECE));
    } else if (context.path === '/stream') {
      context.respond = false;
      const beat = setInterval(() => context.res.write(': alive\n\n'), 50);
      context.res.once('close', () => clearInterval(beat));
    } else {
      for await (const _ of context.req);
      context.body = 'ok';
    }
  });
  server = await listen(app, { port: 0, host: '127.0.0.1' }, LIMITS);
});
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});
afterAll(() => {
  server.close();
});

/** A connection that has sent this, and notes what it hears and when it is over. */
async function dial(text = '') {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  sockets.push(socket);
  const client = { socket, heard: '', over: once(socket, 'close').catch(() => {}) };
  socket.on('error', () => {});
  socket.on('data', (bytes) => {
    // The large one is not kept.
    client.heard = (client.heard + bytes).slice(0, 1_000);
  });
  await once(socket, 'connect');
  if (text !== '') socket.write(text);
  return client;
}

const GET = (path: string) => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`;

describe('a request whose headers take too long', () => {
  it.each([
    ['come in drops', 'GET / HTTP/1.1\r\nHost: x\r\nX-Slow: '],
    ['never begin', ''],
  ])('is refused with 408: they %s', async (_, beginning) => {
    const client = await dial(beginning);
    const drops = setInterval(() => beginning !== '' && client.socket.write('a'), 50);
    await client.over;
    clearInterval(drops);
    expect(client.heard).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
    expect(client.heard).toMatch(/"code":"request_timeout","requestId":"[0-9a-f-]{36}"\}$/);
  });
});

describe('a request whose body takes too long', () => {
  it('is refused with 408, however alive its connection is', async () => {
    const client = await dial('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n');
    const drops = setInterval(() => client.socket.write('a'), 50);
    await client.over;
    clearInterval(drops);
    expect(client.heard).toMatch(/^HTTP\/1\.1 408 /);
  });
});

/** As the server sees it: a client that does not read hears of nothing. */
const openConnections = () =>
  new Promise<number>((resolve) => server.getConnections((_, open) => resolve(open)));

describe('an answer', () => {
  beforeEach(() => expect.poll(openConnections, { timeout: 5_000 }).toBe(0));

  it('is given up when nobody reads it', async () => {
    const client = await dial(GET('/large'));
    client.socket.pause();
    await expect.poll(openConnections, { timeout: 5_000 }).toBe(1);
    const start = performance.now();
    await expect.poll(openConnections, { timeout: 10_000 }).toBe(0);
    expect(performance.now() - start).toBeGreaterThan(LIMITS.unreadMs / 2);
  });

  it('may take its time when somebody reads it', async () => {
    const client = await dial(GET('/large'));
    const until = performance.now() + 3 * LIMITS.unreadMs;
    while (performance.now() < until) {
      client.socket.pause();
      await wait(20);
      client.socket.resume();
      await once(client.socket, 'data');
    }
    expect(await openConnections()).toBe(1);
  });
});

describe('a live stream', () => {
  it('outlasts every limit', async () => {
    const client = await dial(GET('/stream'));
    await wait(3 * LIMITS.requestMs);
    expect(client.socket.destroyed).toBe(false);
    expect(client.heard).toContain(': alive');
  });
});

describe('a connection without a request', () => {
  it('is closed without a word after a while', async () => {
    const client = await dial(GET('/'));
    await client.over;
    expect(client.heard).toMatch(/^HTTP\/1\.1 200 OK/);
    expect(client.heard).not.toContain('408');
  });

  it('is refused where as many are open as may be', async () => {
    const clients = await Promise.all(Array.from({ length: LIMITS.most + 1 }, () => dial()));
    await Promise.race(clients.map(({ over }) => over));
    expect(clients.filter(({ socket }) => socket.destroyed)).toHaveLength(1);
  });
});
