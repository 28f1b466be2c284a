/** The bad network of the fault tests does what it says. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';

let echo: Server;
let proxy: FaultProxy;
const clients: Socket[] = [];

beforeEach(async () => {
  echo = createServer((socket) => socket.on('error', () => {}).pipe(socket));
  await once(echo.listen(0, '127.0.0.1'), 'listening');
  proxy = await startFaultProxy((echo.address() as AddressInfo).port);
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  await proxy.close();
  echo.close();
});

/** A client that is connected; `said` is what came back. */
async function dial() {
  const socket = connect(proxy.port, '127.0.0.1');
  clients.push(socket);
  const client = { socket, said: '', error: '', pieces: 0 };
  socket.on('data', (bytes) => {
    client.said += bytes;
    client.pieces += 1;
  });
  socket.on('error', ({ code }: NodeJS.ErrnoException) => {
    client.error = code ?? '';
  });
  await once(socket, 'connect');
  return client;
}

const hears = (client: { said: string }, words: string) =>
  vi.waitFor(() => expect(client.said).toBe(words), 4_000);

it('leads to the port behind it, ends included', async () => {
  const client = await dial();
  client.socket.end('hello');
  await once(client.socket, 'close');
  expect(client.said).toBe('hello');
  expect(proxy.through('postgres://me@localhost:5432/db')).toBe(
    `postgres://me@127.0.0.1:${proxy.port}/db`,
  );
  await vi.waitFor(() => expect(proxy.connections()).toBe(0), 4_000);
});

it('delays in both directions, and keeps the order', async () => {
  const client = await dial();
  await proxy.become({ delayMs: 50 });
  const start = performance.now();
  for (const word of 'abc') client.socket.write(word);
  await hears(client, 'abc');
  // Timers may be early by a millisecond.
  expect(performance.now() - start).toBeGreaterThanOrEqual(98);
});

it('drips: the same bytes, a few at a time', async () => {
  const client = await dial();
  await proxy.become({ dripBytes: 2, everyMs: 5 });
  client.socket.write('0123456789');
  await hears(client, '0123456789');
  expect(client.pieces).toBeGreaterThan(3);
});

it('cuts: open connections are reset, new ones refused, until it passes again', async () => {
  const client = await dial();
  await proxy.become('cut');
  await vi.waitFor(() => expect(client.error).toBe('ECONNRESET'), 4_000);
  await expect(dial()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  await proxy.become('pass');
  const later = await dial();
  later.socket.write('back');
  await hears(later, 'back');
});

it('refuses new connections and keeps open ones', async () => {
  const client = await dial();
  client.socket.write('a');
  await hears(client, 'a');
  await proxy.become('refuse');
  await expect(dial()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  client.socket.write('b');
  await hears(client, 'ab');
});

it('is half-open: takes connections and bytes, and never says a word', async () => {
  const open = await dial();
  await proxy.become('half-open');
  const taken = await dial();
  for (const { socket } of [open, taken]) socket.write('anybody?');
  await proxy.become('pass');
  const later = await dial();
  later.socket.write('yes');
  await hears(later, 'yes');
  // What was asked before has had its time, and stays lost.
  expect([open.said, taken.said, open.error, taken.error]).toEqual(['', '', '', '']);
  expect([open, taken].every(({ socket }) => !socket.destroyed)).toBe(true);
});
