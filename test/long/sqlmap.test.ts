/**
 * sqlmap against a running server (BAR 15): with the settings that find a hole planted for it in a small server of this
 * test, it goes over every operation of the OpenAPI document, every parameter, field and header, and finds nothing.
 */
import { createServer, request as httpRequest, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Koa from 'koa';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSeals } from '../../server/http/seals.ts';
import { MAIL_IS_ON, TEST_KEYS, type TestApp } from '../support/app.ts';
import { createClient } from '../support/client.ts';
import { named, OPERATIONS, PREFIX } from '../support/operations/operations.ts';
import { type RequestParts, wholeRequest } from '../support/operations/request.ts';
import { buildWorld } from '../support/operations/world.ts';
import { type OwnDatabase, ownDatabase } from '../support/own-database.ts';
import { ADMIN_KEY, type ServerProcess, startServer } from '../support/server-process.ts';
import { shows } from '../support/shows.ts';
import { hasValues, sqlmap } from './sqlmap.ts';

/** A stream has no end, and sqlmap waits for one. */
const STREAM_MS = 300;

let database: OwnDatabase;
let server: ServerProcess;
let front: Server;
let hole: Server;
let pool: pg.Pool;
/** The server behind the front, with as much of an app as good requests are made of. */
let app: TestApp;
beforeAll(async () => {
  database = await ownDatabase();
  server = await startServer({
    ...database.settings,
    WEBHOOKS_ALLOW_LOOPBACK: 'true',
    JWT_KEYS: TEST_KEYS.map(({ kid, secret }) => `${kid}:${secret}`).join(),
    SMTP_URL: MAIL_IS_ON.url,
    MAIL_FROM: MAIL_IS_ON.from.address,
  });
  front = await startFront(server.url);
  pool = new pg.Pool({ connectionString: database.settings.DATABASE_URL, max: 4 });
  hole = await plantHole();
  const url = originOf(front);
  const deps = { db: { pool }, seals: createSeals(TEST_KEYS) };
  app = { url, deps, api: createClient(url), adminKey: ADMIN_KEY } as unknown as TestApp;
});
afterAll(async () => {
  front?.close();
  hole?.close();
  await pool?.end();
  await server?.end();
  await database?.remove();
});

const originOf = (one: Server) => `http://127.0.0.1:${(one.address() as AddressInfo).port}`;

async function listen(one: Server): Promise<Server> {
  await new Promise<void>((resolve) => one.listen(0, '127.0.0.1', resolve));
  return one;
}

/** What nobody should write: the name goes into the statement as it comes. */
function plantHole(): Promise<Server> {
  const app = new Koa();
  app.use(async (context) => {
    const { searchParams } = context.URL;
    const sql = `select name from companies where slug = '${searchParams.get('slug')}'`;
    const { rows } = await pool.query(sql).catch(() => ({ rows: [] }));
    context.body = { success: true, data: rows };
  });
  return listen(createServer(app.callback()));
}

/** Passes everything on to the server, and ends streams early. */
function startFront(origin: string): Promise<Server> {
  const passOn = createServer((incoming, answer) => {
    const { method, headers, url = '' } = incoming;
    const outgoing = httpRequest(new URL(origin).origin + url, { method, headers }, (reply) => {
      answer.writeHead(reply.statusCode ?? 502, reply.headers);
      reply.pipe(answer);
      const isStream = reply.headers['content-type']?.startsWith('text/event-stream');
      if (isStream) setTimeout(() => answer.end(() => reply.destroy()), STREAM_MS);
    });
    outgoing.on('error', () => answer.destroy());
    incoming.pipe(outgoing);
  });
  return listen(passOn);
}

const HOLE: RequestParts = {
  ...{ method: 'GET', path: '/companies', params: {}, query: { slug: 'acme' } },
  ...{ headers: {}, body: null },
};

describe('sqlmap', () => {
  it('finds the hole that was planted for it', async () => {
    await buildWorld(app, []);
    // One that is there: whether a condition holds shows in the answer, and no clock is needed.
    const { rows } = await pool.query('select slug from companies limit 1');
    const request = { ...HOLE, query: { slug: rows[0].slug } };
    const { holes, requests, said } = await sqlmap(originOf(hole), '', request);
    expect(holes.join('\n'), said).toMatch(/^Parameter: /);
    shows(15, {
      'holes found where one was planted': 1,
      'requests of sqlmap to the hole': requests,
    });
  });

  it.each(named(OPERATIONS))('finds nothing: %s', async (_, operation) => {
    // A new one for each: some operations end a session or a key.
    const whole = await wholeRequest(app, await buildWorld(app), operation);
    // No number: it is taken after the first of many requests.
    const body = whole.body && { ...whole.body, ticketNumber: undefined };
    const request = { ...whole, body };
    if (!hasValues(request)) return shows(15, { 'operations without a value to spoil': 1 });
    const { holes, requests, said } = await sqlmap(originOf(front), PREFIX, request);
    expect(holes, said).toEqual([]);
    expect(said).toMatch(/all tested parameters do not appear to be injectable/);
    expect(requests, said).toBeGreaterThan(10);
    shows(15, { 'operations gone over by sqlmap': 1, 'requests of sqlmap': requests });
  });
});
