/**
 * A door that is shut stays shut (statement 2 of the bar): after a log-out, the disabling of a customer or company, or an
 * erasure, the very next request with what was good before is 401 on every node, and open streams end within 5 s.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { type Call, createClient, type Reply } from '../support/client.ts';
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

type Shut = (customer: TestCustomer) => Promise<Reply>;

const WAYS: Record<string, Shut> = {
  'a log-out': ({ token }) => app.api.post('/customer/logout', { token }),
  'the disabling of the customer': ({ id }) => put(`/customers/${id}`, true),
  'the disabling of the company': ({ companyId }) => put(`/companies/${companyId}`, true),
  'an erasure': ({ id, email }) =>
    app.api.post(`/customers/${id}/erase`, { apiKey: app.adminKey, body: { email } }),
};

/** Shuts, asks at once, and waits for the streams to end. */
async function seeShut(shut: () => Promise<Reply>, streams: readonly EventStream[], call: Call) {
  const reply = await shut();
  const start = performance.now();
  const ended = Promise.all(streams.map((one) => one.ended()));
  const isTeam = 'apiKey' in call;
  const paths = isTeam
    ? ['/incident-ticket', '/incident-ticket/events']
    : ['/customer/me', '/customer/get-incidents', '/customer/events'];
  const answers = (await Promise.all(paths.map((path) => askAll(path, call)))).flat();
  await ended;
  return { status: reply.status, answers, ms: Math.round(performance.now() - start) };
}

describe('what was good before', () => {
  let seen: Record<string, Awaited<ReturnType<typeof seeShut>>>;
  beforeAll(async () => {
    const asCustomer = Object.entries(WAYS).map(async ([what, shut]) => {
      const customer = await buildCustomer(app);
      const { token } = customer;
      await buildIncident(app, customer);
      const streams = await Promise.all(nodes().map((url) => customerEvents(url, { token })));
      expect((await askAll('/customer/me', { token })).map(([status]) => status)).toEqual([
        200, 200,
      ]);
      return [what, await seeShut(() => shut(customer), streams, { token })] as const;
    });
    const asTeam = async () => {
      const { companyId } = await buildCustomer(app);
      const apiKey = await buildApiKey(app, companyId);
      const { headers } = await buildDesk(app, apiKey);
      const calls = [{ apiKey }, { headers }];
      const streams = await Promise.all(calls.map((call) => teamEvents(app.url, call)));
      const shut = () => put(`/companies/${companyId}`, true);
      return ["the team's company", await seeShut(shut, streams, { apiKey })] as const;
    };
    // All at once: each waits for the same look of the node at its streams.
    seen = Object.fromEntries(await Promise.all([...asCustomer, asTeam()]));
  }, 60_000);

  it.each([...Object.keys(WAYS), "the team's company"])(
    'is refused with the very next request, on every node, and its streams end: %s',
    (what) => {
      const { status = 0, answers = [], ms = Number.NaN } = seen[what] ?? {};
      expect(status).toBe(200);
      expect(answers.length).toBeGreaterThanOrEqual(4);
      for (const answer of answers) expect(answer).toEqual([401, 'unauthorized']);
      expect(ms).toBeLessThan(STREAM_ENDS_MS);
      shows(2, {
        'requests refused': answers.length,
        'streams ended': 2,
        [`ms until streams ended: ${what}`]: ms,
      });
    },
  );
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
