/** The limits of whoever asks: told with every answer, and held. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROUTES } from '../../server/app.ts';
import { readConfig } from '../../server/config.ts';
import { connect } from '../../server/db/connection.ts';
import { createRateLimits } from '../../server/http/rate-limits.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { createClient } from '../support/client.ts';
import { customerEvents } from '../support/event-stream.ts';
import {
  buildApiKey,
  buildCustomer,
  buildIncident,
  buildNode,
  NOBODYS_ID,
  REPORT,
  short,
  type TestCustomer,
} from '../support/factories.ts';
import { randomAddress } from '../support/random.ts';
import { shows } from '../support/shows.ts';

const FIELD = /^"\w+";r=\d+;t=\d+$/;
const POLICY = /^"\w+";q=\d+;w=\d+$/;

let app: TestApp;
let customer: TestCustomer;
let teamKey: string;
beforeAll(async () => {
  const { trustedProxies, rateLimits } = readConfig({ TRUSTED_PROXIES: 'loopback' });
  app = await startApp({ trustedProxies, rateLimits });
  customer = await buildCustomer(app);
  teamKey = await buildApiKey(app, customer.companyId);
});

const ends: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const end of ends) await end();
});

/** A node with limits of its own, and a client that comes from one address. */
async function onNode(settings: string) {
  const { rateLimits } = readConfig({ RATE_LIMITS: settings });
  const { url, stop } = await buildNode(app, {
    rateLimits: createRateLimits({ rateLimits }, app.deps.db),
  });
  ends.push(stop);
  const headers = { 'x-forwarded-for': randomAddress() };
  return { api: createClient(url), headers, url };
}

describe('every route', () => {
  it.each(
    ROUTES.filter(({ spec }) => spec.produces === undefined).map(
      ({ spec }) => [`${spec.method} ${spec.path}`, spec] as const,
    ),
  )('says what is left of a limit, whatever it answers: %s', async (_, { method, path }) => {
    const to = path.replace(/:\w+/g, NOBODYS_ID);
    for (const call of [{}, { token: customer.token }, { apiKey: teamKey }]) {
      const headers = { 'x-forwarded-for': randomAddress() };
      // Nothing is sent that would end the session or make anything.
      if (path === '/customer/logout' && 'token' in call) continue;
      const { status, headers: answered } = await app.api.send(method.toUpperCase(), to, {
        ...call,
        headers,
      });
      expect(answered.get('ratelimit'), `${status}`).toMatch(FIELD);
      expect(answered.get('ratelimit-policy'), `${status}`).toMatch(POLICY);
    }
    shows(22, { operations: 1 });
  });

  it('says so of a stream too', async () => {
    const stream = await customerEvents(app.url, { token: customer.token });
    expect(stream.headers.get('ratelimit')).toMatch(FIELD);
    stream.close();
  });

  it('lets a page of another origin read it', async () => {
    const reply = await app.api.get('/customer/companies', {
      headers: { origin: 'https://shop.example' },
    });
    expect(reply.headers.get('access-control-expose-headers')).toMatch(
      /RateLimit,RateLimit-Policy,Retry-After/,
    );
  });
});

describe('one too many', () => {
  const expectRefused = ({ status, body, headers }: Awaited<ReturnType<typeof app.api.get>>) => {
    expect([status, body.code]).toEqual([429, 'rate_limited']);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    expect(headers.get('ratelimit')).toMatch(/;r=0;/);
  };

  it('of a customer is refused, on whatever device, and a colleague is not', async () => {
    const { api } = await onNode('customer=3/60');
    const colleague = await buildCustomer(app, { companyId: customer.companyId });
    const ask = (token: string) =>
      api.get('/customer/me', { token, headers: { 'x-forwarded-for': randomAddress() } });
    for (let count = 0; count < 3; count += 1) expect((await ask(customer.token)).status).toBe(200);
    expectRefused(await ask(customer.token));
    expect((await ask(colleague.token)).status).toBe(200);
    shows(22);
  });

  it('of a key is refused, and another key of the same team is not', async () => {
    const { api, headers } = await onNode('key=2/60');
    const another = await buildApiKey(app, customer.companyId);
    const ask = (apiKey: string) => api.get('/incident-ticket', { apiKey, headers });
    for (let count = 0; count < 2; count += 1) expect((await ask(teamKey)).status).toBe(200);
    expectRefused(await ask(teamKey));
    expect((await ask(another)).status).toBe(200);
  });

  it('without a credential, or with one that is none, is refused by its network', async () => {
    const { api, headers } = await onNode('network=4/60');
    expect((await api.get('/customer/companies', { headers })).status).toBe(200);
    expect((await api.get('/customer/me', { headers })).status).toBe(401);
    expect((await api.get('/customer/me', { headers, token: 'none' })).status).toBe(401);
    expect((await api.get('/companies', { headers, apiKey: 'ph_none' })).status).toBe(401);
    expectRefused(await api.get('/customer/companies', { headers }));
    expectRefused(await api.get('/companies', { headers, apiKey: 'ph_none' }));
    // Whoever has a good one is no part of that crowd.
    expect((await api.get('/customer/me', { headers, token: customer.token })).status).toBe(200);
    shows(22);
  });

  it('report or reply is refused, and reading goes on', async () => {
    const { api, headers } = await onNode('writing=2/600');
    const writer = await buildCustomer(app);
    const { id } = await buildIncident(app, writer);
    const call = { headers, token: writer.token };
    const report = () => api.post('/customer/create-incident', { ...call, body: REPORT });
    expect((await report()).status).toBe(201);
    const reply = { ...call, body: { content: 'And?' } };
    expect((await api.post(`/customer/${id}/comments`, reply)).status).toBe(201);
    expectRefused(await report());
    expectRefused(await api.post(`/customer/${id}/comments`, reply));
    expect((await api.get('/customer/get-incidents', call)).status).toBe(200);
  });

  it('log-in at the desk with a key that opens nothing is refused, and good ones are not counted', async () => {
    const { api, headers, url } = await onNode('desk=2/600');
    const logIn = (key: string) =>
      api.post('/desk/session', {
        headers: { ...headers, 'x-requested-by': 'porthole', origin: url },
        body: { key },
      });
    for (let count = 0; count < 4; count += 1) expect((await logIn(teamKey)).status).toBe(201);
    for (let count = 0; count < 2; count += 1) expect((await logIn(short())).status).toBe(401);
    expectRefused(await logIn(short()));
    expectRefused(await logIn(teamKey));
  });
});

describe('what guessing depends on', () => {
  it('is counted from memory while the database is away', async () => {
    const db = connect({ kind: 'url', url: 'postgres://nobody@127.0.0.1:1/none', poolSize: 1 });
    const { rateLimits } = readConfig({ RATE_LIMITS: 'attempts=2/900' });
    const limits = createRateLimits({ rateLimits }, db);
    const counts = [];
    for (let count = 0; count < 4; count += 1) counts.push(await limits.count('attempts', 'one'));
    expect(counts.map((one) => one?.isOver)).toEqual([false, false, true, true]);
    expect((await limits.count('attempts', 'another'))?.isOver).toBe(false);
    await db.close();
    shows(22, { 'counted from memory': counts.length });
  });

  it('is counted together by nodes that share nothing but the database', async () => {
    const { rateLimits } = readConfig({ RATE_LIMITS: 'attempts=10/900' });
    const nodes = [1, 2].map(() => createRateLimits({ rateLimits }, app.deps.db));
    const who = short();
    const counts = await Promise.all(
      Array.from({ length: 20 }, (_, index) => nodes[index % 2]?.count('attempts', who)),
    );
    expect(counts.filter((one) => one?.isOver === false)).toHaveLength(10);
    shows(22);
  });

  it('is taken back, and forgotten', async () => {
    const { rateLimits } = readConfig({ RATE_LIMITS: 'attempts=1/900' });
    const limits = createRateLimits({ rateLimits }, app.deps.db);
    const who = short();
    await limits.count('attempts', who);
    await limits.takeBack('attempts', who);
    expect((await limits.count('attempts', who))?.isOver).toBe(false);
    expect((await limits.count('attempts', who))?.isOver).toBe(true);
    await limits.forget('attempts', who);
    expect(await limits.look('attempts', who)).toBeNull();
    expect((await limits.count('attempts', who))?.isOver).toBe(false);
  });
});
