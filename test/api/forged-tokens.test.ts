/**
 * Forged and misplaced credentials (BAR 1), on every operation that needs one: 401, and every table holds afterwards what
 * it held before.
 */
import jwt from 'jsonwebtoken';
import { beforeAll, describe, expect, it } from 'vitest';
import { ROUTES } from '../../server/app.ts';
import { startApp, TEST_KEYS, type TestApp } from '../support/app.ts';
import type { Call } from '../support/client.ts';
import {
  buildApiKey,
  buildCustomer,
  buildDesk,
  buildIncident,
  ownPage,
  REPORT,
  type TestCustomer,
} from '../support/factories.ts';
import { fingerprintOf } from '../support/fingerprint.ts';
import { type Claimed, forge, forgeries } from '../support/forgeries.ts';
import { everyTestShows, shows } from '../support/shows.ts';

everyTestShows(1);

const [KEY] = TEST_KEYS as [(typeof TEST_KEYS)[0]];

let app: TestApp;
let customer: TestCustomer;
let apiKey: string;
let incidentId: string;
let claimed: Claimed;
let another: Claimed;
beforeAll(async () => {
  app = await startApp();
  customer = await buildCustomer(app);
  ({ id: incidentId } = await buildIncident(app, customer));
  apiKey = await buildApiKey(app, customer.companyId);
  claimed = claimedBy(customer);
  another = claimedBy(await buildCustomer(app, { companyId: customer.companyId }));
});

function claimedBy({ token, id, companyId }: TestCustomer): Claimed {
  const { sid } = jwt.decode(token) as jwt.JwtPayload;
  return { companyId, customerId: id, sessionId: sid };
}

interface Operation {
  method: string;
  path: string;
}

/** With the customer's own incident for an id: everything but the credential is right. */
const operationsFor = (isAsked: (access: string) => boolean): Operation[] =>
  ROUTES.filter(({ spec }) => isAsked(spec.access)).map(({ spec }) => ({
    method: spec.method.toUpperCase(),
    path: spec.path.replace(/:\w+/g, incidentId),
  }));
const customerOperations = () => operationsFor((access) => access === 'customer');
const teamOperations = () => operationsFor((access) => access === 'team' || access === 'admin');

/** Asks all, and fails for what is not 401. Answers how many were asked. */
async function expectRefused(operations: readonly Operation[], call: Call): Promise<number> {
  const replies = await Promise.all(
    operations.map(async ({ method, path }) => {
      const isBodiless = method === 'GET' || method === 'DELETE';
      const body = isBodiless ? {} : { body: { ...REPORT, content: 'x', name: 'x' } };
      const reply = await app.api.send(method, path, { ...body, ...call });
      return `${method} ${path} ${reply.status} ${reply.body.code}`;
    }),
  );
  const wanted = operations.map(({ method, path }) => `${method} ${path} 401 unauthorized`);
  expect(replies).toEqual(wanted);
  return replies.length;
}

async function expectUntouched(work: () => Promise<number>): Promise<void> {
  const before = await fingerprintOf(app);
  const requests = await work();
  const after = await fingerprintOf(app);
  const changed = Object.keys(after).filter((table) => after[table] !== before[table]);
  expect(changed).toEqual([]);
  shows(1, { 'requests refused': requests, 'tables changed': changed.length });
}

describe('a forged token', () => {
  it('is refused by every operation of customers, and changes no row', async () => {
    const all = forgeries(KEY, claimed, another);
    await expectUntouched(async () => {
      let requests = 0;
      for (const [, token] of all) requests += await expectRefused(customerOperations(), { token });
      return requests;
    });
    shows(1, { forgeries: all.length });
  });

  it('is refused as a cookie too', async () => {
    const own = { ...ownPage(app), 'sec-fetch-site': 'same-origin' };
    await expectUntouched(async () => {
      let requests = 0;
      for (const [, token] of forgeries(KEY, claimed, another)) {
        const headers = { ...own, cookie: `__Host-porthole=${token}` };
        requests += await expectRefused(customerOperations().slice(0, 3), { headers });
      }
      return requests;
    });
  });

  it('differs from a good one in that thing alone', async () => {
    const reply = await app.api.get('/customer/me', { token: forge(KEY, claimed) });
    expect([reply.status, reply.body.data.customer.id]).toEqual([200, customer.id]);
  });
});

describe('a good credential in the wrong place', () => {
  it('is refused: a key of the team by what is for customers', async () => {
    const desk = await buildDesk(app, apiKey);
    await expectUntouched(async () => {
      let requests = 0;
      for (const call of [
        { token: apiKey },
        { apiKey },
        { token: app.adminKey },
        { apiKey: app.adminKey },
        desk,
      ]) {
        requests += await expectRefused(customerOperations(), call);
      }
      return requests;
    });
  });

  it("is refused: a customer's token by what is for the team", async () => {
    const own = ownPage(app);
    await expectUntouched(async () => {
      let requests = 0;
      for (const call of [
        { token: customer.token },
        { apiKey: customer.token },
        { headers: { ...own, cookie: `__Host-porthole=${customer.token}` } },
        { headers: { ...own, cookie: `__Host-porthole-desk=${customer.token}` } },
      ]) {
        requests += await expectRefused(teamOperations(), call);
      }
      return requests;
    });
  });

  it('is refused: a token anywhere but in its header', async () => {
    const { token } = customer;
    await expectUntouched(async () => {
      let requests = 0;
      for (const name of ['token', 'access_token', 'authorization', 'jwt']) {
        const inQuery = customerOperations().map((one) => ({
          ...one,
          path: `${one.path}?${name}=${token}`,
        }));
        requests += await expectRefused(inQuery, {});
      }
      for (const authorization of [token, `Basic ${token}`, `Bearer ${token} ${token}`, 'Bearer']) {
        requests += await expectRefused(customerOperations(), { headers: { authorization } });
      }
      return requests;
    });
  });
});
