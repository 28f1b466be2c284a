/**
 * A door that is shut stays shut (statement 2 of the bar): after a log-out, the disabling of a customer or company, or an
 * erasure, the very next request with what was good before is 401 on every node, and open streams end within 5 s.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { type Call, createClient } from '../support/client.ts';
import { customerEvents, type EventStream, teamEvents } from '../support/event-stream.ts';
import {
  buildApiKey,
  buildCustomer,
  buildDesk,
  buildIncident,
  buildNode,
  expectData,
  PASSWORD,
  type TestCustomer,
} from '../support/factories.ts';
import { shows } from '../support/shows.ts';

/** What the statement promises. */
const STREAM_ENDS_MS = 5_000;

let app: TestApp;
let other: Awaited<ReturnType<typeof buildNode>>;
beforeAll(async () => {
  app = await startApp();
  other = await buildNode(app, {});
});
afterAll(() => other?.stop());

const nodes = () => [app.url, other.url];
const put = (path: string, isDisabled: boolean) =>
  app.api.put(path, { apiKey: app.adminKey, body: { isDisabled } });

/** One request on each node, at once. */
const askAll = (path: string, call: Call) =>
  Promise.all(
    nodes().map(async (url) => {
      const { status, body } = await createClient(url).get(path, call);
      return [status, body.code];
    }),
  );
const REFUSED = [401, 'unauthorized'];

/** Milliseconds until the last of the streams had ended. */
async function timeUntilEnded(streams: readonly EventStream[], act: () => Promise<unknown>) {
  await act();
  const start = performance.now();
  return { start, ended: Promise.all(streams.map((one) => one.ended())) };
}

type Shut = (customer: TestCustomer) => Promise<unknown>;

describe('the very next request of a customer', () => {
  it.each<[string, Shut]>([
    ['a log-out', ({ token }) => app.api.post('/customer/logout', { token })],
    ['the disabling of the customer', ({ id }) => put(`/customers/${id}`, true)],
    ['the disabling of the company', ({ companyId }) => put(`/companies/${companyId}`, true)],
    [
      'an erasure',
      ({ id, email }) =>
        app.api.post(`/customers/${id}/erase`, { apiKey: app.adminKey, body: { email } }),
    ],
  ])('is refused after %s, on every node, and their streams end', async (what, shut) => {
    const customer = await buildCustomer(app);
    const { token } = customer;
    await buildIncident(app, customer);
    const streams = await Promise.all(nodes().map((url) => customerEvents(url, { token })));
    for (const answer of await askAll('/customer/me', { token })) expect(answer[0]).toBe(200);
    const { start, ended } = await timeUntilEnded(streams, async () => {
      const reply = (await shut(customer)) as { status: number; text: string };
      expect(reply.status, reply.text).toBe(200);
    });
    for (const path of ['/customer/me', '/customer/get-incidents', '/customer/events']) {
      expect(await askAll(path, { token }), path).toEqual([REFUSED, REFUSED]);
    }
    const write = { token, body: { content: 'Still here' } };
    expect((await app.api.post('/customer/INC-20260101-0001/comments', write)).status).toBe(401);
    await ended;
    const ms = Math.round(performance.now() - start);
    expect(ms).toBeLessThan(STREAM_ENDS_MS);
    shows(2, {
      'requests refused': 7,
      'streams ended': streams.length,
      [`ms until streams ended after ${what}`]: ms,
    });
  });
});

describe('a customer who is disabled', () => {
  it('cannot log in, and once enabled again has to: what was open before stays closed', async () => {
    const { id, email, token, companyId } = await buildCustomer(app);
    const logIn = () =>
      app.api.post('/customer/login', { body: { email, companyId, password: PASSWORD } });
    expect(expectData(await put(`/customers/${id}`, true), 200)).toMatchObject({
      ...{ id, isDisabled: true, disabledAt: expect.any(String) },
    });
    expect((await logIn()).body.code).toBe('wrong_credentials');
    const enabled = expectData(await put(`/customers/${id}`, false), 200);
    expect(enabled).toMatchObject({ isDisabled: false, disabledAt: null });
    expect(await askAll('/customer/me', { token })).toEqual([REFUSED, REFUSED]);
    const again = expectData(await logIn(), 200).token;
    for (const [status] of await askAll('/customer/me', { token: again })) expect(status).toBe(200);
    shows(2);
  });

  it('is marked as such where the team looks', async () => {
    const customer = await buildCustomer(app);
    const incident = await buildIncident(app, customer);
    await put(`/customers/${customer.id}`, true);
    const read = await app.api.get(`/incident-ticket/${incident.id}`, { apiKey: app.adminKey });
    expect(expectData(read, 200).customer).toMatchObject({ id: customer.id, isDisabled: true });
  });
});

describe('a company that is disabled', () => {
  it('shuts out its team too: key and desk, on every node, and their streams', async () => {
    const { companyId } = await buildCustomer(app);
    const apiKey = await buildApiKey(app, companyId);
    const { headers } = await buildDesk(app, apiKey);
    const streams = await Promise.all([
      ...nodes().map((url) => teamEvents(url, { apiKey })),
      teamEvents(app.url, { headers }),
    ]);
    const { start, ended } = await timeUntilEnded(streams, () =>
      put(`/companies/${companyId}`, true),
    );
    expect(await askAll('/incident-ticket', { apiKey })).toEqual([REFUSED, REFUSED]);
    expect((await app.api.get('/incident-ticket', { headers })).body.code).toBe('unauthorized');
    await ended;
    const ms = Math.round(performance.now() - start);
    expect(ms).toBeLessThan(STREAM_ENDS_MS);
    shows(2, {
      'requests refused': 3,
      'streams ended': 3,
      "ms until the team's streams ended": ms,
    });
  });

  it('is found and listed by admin keys, who enable it again: then everybody goes on', async () => {
    const { companyId, token } = await buildCustomer(app);
    const apiKey = await buildApiKey(app, companyId);
    const admin = { apiKey: app.adminKey };
    expect(expectData(await put(`/companies/${companyId}`, true), 200).isDisabled).toBe(true);
    expect(expectData(await app.api.get(`/companies/${companyId}`, admin), 200)).toMatchObject({
      ...{ id: companyId, isDisabled: true },
    });
    const { meta } = (await app.api.get('/companies?limit=1', admin)).body;
    const listed: { id: string; isDisabled: boolean }[] = [];
    for (let page = 1; page <= Math.ceil(meta.total / 100); page += 1) {
      listed.push(
        ...expectData(await app.api.get(`/companies?limit=100&page=${page}`, admin), 200),
      );
    }
    expect(listed.find(({ id }) => id === companyId)?.isDisabled).toBe(true);
    expect(expectData(await put(`/companies/${companyId}`, false), 200).isDisabled).toBe(false);
    for (const [status] of await askAll('/customer/me', { token })) expect(status).toBe(200);
    for (const [status] of await askAll('/incident-ticket', { apiKey })) expect(status).toBe(200);
  });

  it('is nowhere for the public: no panel, no registration, no log-in', async () => {
    const { companyId, email, company } = await buildCustomer(app);
    await put(`/companies/${companyId}`, true);
    const register = { email: `new-${email}`, password: PASSWORD, name: 'New', companyId };
    const replies = [
      await app.api.get(`/panel/boot?company=${company.slug}`),
      await app.api.post('/customer/register', { body: register }),
      await app.api.post('/customer/login', { body: { email, companyId, password: PASSWORD } }),
    ];
    expect(replies.map(({ body }) => body.code)).toEqual([
      ...['company_not_found', 'company_not_found', 'wrong_credentials'],
    ]);
  });
});
