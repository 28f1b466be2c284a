/** Each event of the log is one line of JSON, whatever people and programs send; and what they sent is not in it. */
import { connect } from 'node:net';
import { pino } from 'pino';
import { beforeAll, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { startTestDelivery, type TestDelivery } from '../support/delivery.ts';
import {
  buildCompany,
  buildCustomer,
  buildIncident,
  buildNode,
  PASSWORD,
  rowsOf,
} from '../support/factories.ts';
import { HEADER_BREAKERS, MARKUP } from '../support/hostile-texts.ts';
import { shows } from '../support/shows.ts';

const written: string[] = [];
const log = pino({ level: 'trace' }, { write: (chunk: string) => void written.push(chunk) });

let app: TestApp;
let delivery: TestDelivery;
let node: Awaited<ReturnType<typeof buildNode>>;
beforeAll(async () => {
  app = await startApp();
  delivery = await startTestDelivery(app, { log });
  node = await buildNode(app, { log });
  return () => node.stop();
});

/** Sends a request whose parts no client would let through as they are. */
const raw = (method: string, path: string, headers: Record<string, string>) =>
  new Promise<void>((resolve) => {
    const lines = Object.entries({ host: 'x', connection: 'close', ...headers });
    const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
    const socket = connect(Number(new URL(node.url).port), '127.0.0.1', () => {
      socket.end(`${method} ${path} HTTP/1.1\r\n${head}\r\n`);
    });
    socket.resume().on('error', () => {});
    socket.on('close', () => resolve());
  });

it('stays whole under hostile addresses, headers, bodies, names and answers of the mail server', async () => {
  const words = [...HEADER_BREAKERS, ...MARKUP];
  const company = await buildCompany(app, { teamEmails: ['team@team.example'] });
  for (const [index, word] of words.entries()) {
    const escaped = encodeURIComponent(word);
    const hidden = { 'user-agent': word, 'x-request-id': word, 'x-forwarded-for': word };
    const credential = { authorization: `Bearer ${word}`, cookie: `__Host-porthole=${word}` };
    await raw('GET', `/${escaped}`, hidden);
    await raw('GET', `/api/v1/customer/get-incident/${escaped}?status=${escaped}`, credential);
    await raw('POST', `/panel?company=${escaped}`, { ...hidden, origin: word });
    const body = { email: `${index}@example.com`, password: PASSWORD, name: word };
    await fetch(`${node.url}/api/v1/customer/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...body, companyId: word }),
    });
  }
  // A mail that fails, for a customer of such a name, and a fault of our own with such a text in it.
  const [name = ''] = HEADER_BREAKERS;
  const customer = await buildCustomer(app, { companyId: company.id, name });
  delivery.smtp.refuse(550);
  await buildIncident(app, customer, { shortDescription: name });
  await expect
    .poll(
      async () => (await rowsOf(app, "select 1 from deliveries where status = 'failed'")).length,
    )
    .toBeGreaterThan(0);
  delivery.smtp.refuse(null);
  const broken = { ...app.deps.passwords, matches: () => Promise.reject(new Error(name)) };
  const faulty = await buildNode(app, { log, passwords: broken as never });
  const login = { email: customer.email, password: PASSWORD, companyId: company.id };
  const reply = await fetch(`${faulty.url}/api/v1/customer/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(login),
  });
  expect(reply.status).toBe(500);
  expect(await reply.text()).not.toContain('evil');
  await faulty.stop();

  // Some of it never comes past the reader of HTTP.
  expect(written.length).toBeGreaterThan(words.length * 3);
  for (const chunk of written) {
    expect(chunk.match(/[\r\n\u2028\u2029\u0085]/g), chunk).toEqual(['\n']);
    expect(chunk.endsWith('\n')).toBe(true);
    const event = JSON.parse(chunk);
    expect(event).toMatchObject({ level: expect.any(Number), time: expect.any(Number) });
    // The fault's own text is the one thing that may quote.
    if (event.err === undefined) expect(chunk).not.toMatch(/evil|alert|script|forged/i);
  }
  shows(16, { 'log lines read': written.length });
});
