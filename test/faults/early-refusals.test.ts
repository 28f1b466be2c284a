/** Requests that Node refuses before any route: in our envelope too, and the node goes on. */
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type OwnDatabase, ownDatabase } from '../support/own-database.ts';
import { type ServerProcess, startServer } from '../support/server-process.ts';
import { shows } from '../support/shows.ts';

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

/**
 * Writes bytes to the server's port and returns what comes back until it hangs up. `more` is what the client was about
 * to send when the answer came. Rejects when the connection is torn down instead of ended; to who had sent everything
 * that is all the same once the whole answer is there.
 */
function raw(request: string, more?: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1', () =>
      socket.write(request),
    );
    socket.setTimeout(20_000, () => socket.destroy());
    socket.on('data', (chunk) => {
      if (more && answer === '') socket.write(more);
      answer += chunk;
    });
    socket.on('error', (error) => {
      if (more === undefined && isWhole(answer)) resolve(answer);
      else reject(error);
    });
    socket.on('close', () => resolve(answer));
  });
}

function isWhole(answer: string): boolean {
  const [head = '', body] = answer.split('\r\n\r\n');
  const length = /^content-length: (\d+)/im.exec(head)?.[1];
  return length !== undefined && Buffer.byteLength(body ?? '') === Number(length);
}

it.each([
  ['a broken request line', 'GET\r\n\r\n', 400, 'malformed'],
  [
    'an address that cannot be read',
    'GET http://[/x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
    400,
    'malformed',
  ],
  [
    'headers beyond what is read',
    `GET / HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${'x'.repeat(40_000)}\r\n\r\n`,
    431,
    'headers_too_large',
  ],
  [
    'a token of 1 MB, before it is one',
    `GET /api/v1/customer/me HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${'x'.repeat(1_000_000)}\r\n\r\n`,
    431,
    'headers_too_large',
  ],
  [
    'two lengths',
    'POST /api/v1/customer/login HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello',
    400,
    'malformed',
  ],
  [
    'an expectation',
    'GET /api/v1/customer/me HTTP/1.1\r\nHost: x\r\nExpect: foo\r\nConnection: close\r\n\r\n',
    401,
    'unauthorized',
  ],
])('%s', async (_, request, status, code) => {
  const answer = await raw(request);
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  expect(head.split('\r\n')[0]).toContain(` ${status} `);
  expect(JSON.parse(body)).toMatchObject({ success: false, code, requestId: expect.any(String) });
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  if (status === 431) shows(1, { 'headers too large for a token': 1 });
});

it('lets a client finish what it is sending, which a connection torn down would punish with a lost answer', async () => {
  const piece = 'x'.repeat(200_000);
  const answer = await raw(`GET / HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${piece}`, piece);
  expect(answer).toMatch(/^HTTP\/1.1 431 .*headers_too_large/s);
});
