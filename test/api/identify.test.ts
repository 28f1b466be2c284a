/** Customers whom their company has logged in: what their backend signs, what it opens, and what it does not. */
import { createHmac } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  buildIdentityKey,
  identityOf,
  mailedLink,
  signIdentity,
  type TestIdentityKey,
} from '../support/accounts.ts';
import { MAIL_IS_ON, startApp, type TestApp } from '../support/app.ts';
import {
  buildApiKey,
  buildCompany,
  buildCustomer,
  buildIncident,
  expectData,
  NOBODYS_ID,
  ownPage,
  PASSWORD,
  rowsOf,
  short,
} from '../support/factories.ts';

let app: TestApp;
let companyId: string;
let key: TestIdentityKey;
beforeAll(async () => {
  app = await startApp({ smtp: MAIL_IS_ON });
  companyId = (await buildCompany(app)).id;
  key = await buildIdentityKey(app, companyId);
});

const identify = (token: string, fields: object = {}) =>
  app.api.post('/customer/identify', { body: { token, ...fields } });
const statusOf = async (token: string) => (await app.api.get('/customer/me', { token })).status;
const nowSeconds = () => Math.floor(Date.now() / 1000);

describe('a signed token', () => {
  it('opens a session, and makes the account where there is none', async () => {
    const who = identityOf();
    const first = expectData(await identify(signIdentity(key, who)), 200);
    expect(first.customer).toMatchObject({
      ...{ email: who.email, name: 'Mia König', companyId, hasPassword: false },
    });
    await buildIncident(app, first);
    const again = signIdentity(
      key,
      identityOf({ sub: who.sub, email: who.email, name: 'Mia Lenz' }),
    );
    const second = expectData(await identify(again), 200);
    expect(second.customer).toMatchObject({ id: first.customer.id, name: 'Mia Lenz' });
    const { body } = await app.api.get('/customer/get-incidents', { token: second.token });
    expect(body.data.total).toBe(1);
  });

  it('works once, also when it is sent twenty times at the same moment', async () => {
    const token = signIdentity(key, identityOf());
    const replies = await Promise.all(Array.from({ length: 20 }, () => identify(token)));
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(replies.filter(({ body }) => body.code === 'identity_refused')).toHaveLength(19);
  });

  it('makes one account, however many tabs open at once', async () => {
    const who = identityOf();
    const tokens = Array.from({ length: 10 }, () =>
      signIdentity(key, identityOf({ sub: who.sub, email: who.email })),
    );
    const ids = await Promise.all(
      tokens.map(async (token) => expectData(await identify(token), 200).customer.id),
    );
    expect(new Set(ids).size).toBe(1);
  });

  it('opens the account that has its address only where the company has made sure of it, and tells its owner', async () => {
    const customer = await buildCustomer(app, { companyId });
    await rowsOf(app, 'update customers set verified_at = now() where id = $1', [customer.id]);
    const { email } = customer;
    const refused = await identify(signIdentity(key, identityOf({ email })));
    expect([refused.status, refused.body.code]).toEqual([401, 'identity_refused']);
    expect(refused.body.message).toContain('email_verified');
    const token = signIdentity(key, identityOf({ email, email_verified: true }));
    expect(expectData(await identify(token), 200).customer).toMatchObject({
      ...{ id: customer.id, hasPassword: true },
    });
    expect(await statusOf(customer.token)).toBe(200);
    const mails = await rowsOf(app, 'select event from deliveries where recipient = $1', [email]);
    expect(mails).toEqual([{ event: 'account.identified' }]);
  });

  it('takes an account over whose address nobody has confirmed: its password and sessions end', async () => {
    const squatter = await buildCustomer(app, { companyId });
    const { email } = squatter;
    const token = signIdentity(key, identityOf({ email, email_verified: true }));
    expect(expectData(await identify(token), 200).customer).toMatchObject({
      ...{ id: squatter.id, hasPassword: false },
    });
    expect(await statusOf(squatter.token)).toBe(401);
    const body = { email, companyId, password: PASSWORD };
    expect((await app.api.post('/customer/login', { body })).status).toBe(401);
  });

  it('brings along a new address: what was mailed to the old one opens nothing', async () => {
    const who = identityOf({ email_verified: true });
    const { customer } = expectData(await identify(signIdentity(key, who)), 200);
    const forgot = { email: who.email, companyId };
    expectData(await app.api.post('/customer/forgot-password', { body: forgot }), 200);
    const link = await mailedLink(app, who.email);
    const moved = identityOf({ sub: who.sub, email: `moved-${short()}@example.com` });
    expect(expectData(await identify(signIdentity(key, moved)), 200).customer).toMatchObject({
      ...{ id: customer.id, email: moved.email },
    });
    const redeemed = { token: link, password: 'whose is this one' };
    expect((await app.api.post('/customer/redeem-link', { body: redeemed })).status).toBe(404);
    // The old address is free: who has it now is somebody else.
    const next = expectData(
      await identify(signIdentity(key, identityOf({ email: who.email }))),
      200,
    );
    expect(next.customer.id).not.toBe(customer.id);
  });

  it('opens no account that belongs to another of the company’s customers, or is disabled', async () => {
    const who = identityOf();
    expectData(await identify(signIdentity(key, who)), 200);
    const claims = { email: who.email, email_verified: true };
    const other = await identify(signIdentity(key, identityOf(claims)));
    expect([other.status, other.body.code]).toEqual([401, 'identity_refused']);
    await rowsOf(app, 'update customers set disabled_at = now() where email = $1', [who.email]);
    const token = signIdentity(key, identityOf({ sub: who.sub, email: who.email }));
    expect((await identify(token)).status).toBe(401);
  });

  it('opens an account no more that the team has taken away from the company’s log-in', async () => {
    const who = identityOf();
    const { customer, token: session } = expectData(await identify(signIdentity(key, who)), 200);
    const call = { apiKey: app.adminKey, body: { externalId: null } };
    expectData(await app.api.put(`/customers/${customer.id}`, call), 200);
    expect(await statusOf(session)).toBe(401);
    const again = signIdentity(key, identityOf({ sub: who.sub, email: who.email }));
    expect((await identify(again)).body.message).toContain('there is an account with its address');
    const actions = await rowsOf<{ action: string }>(
      app,
      'select action from audit_log where subject_id = $1 order by at',
      [customer.id],
    );
    expect(actions.map(({ action }) => action)).toContain('customer.unlinked');
  });

  it('opens the account of its own company only', async () => {
    const elsewhere = await buildCustomer(app);
    const token = signIdentity(key, identityOf({ email: elsewhere.email }));
    const opened = expectData(await identify(token), 200);
    expect(opened.customer).toMatchObject({ companyId });
    expect(opened.customer.id).not.toBe(elsewhere.id);
  });
});

describe('a token that is not quite right', () => {
  const { sub: _sub, ...withoutSub } = identityOf();
  const { jti: _jti, ...withoutJti } = identityOf();
  const { exp: _exp, ...withoutEnd } = identityOf();
  const { iat: _iat, ...withoutBeginning } = identityOf();
  it.each<[string, () => string]>([
    [
      'has expired',
      () => signIdentity(key, identityOf({ iat: nowSeconds() - 300, exp: nowSeconds() - 60 })),
    ],
    [
      'holds for longer than five minutes',
      () => signIdentity(key, identityOf({ exp: nowSeconds() + 400 })),
    ],
    [
      'is from the future',
      () => signIdentity(key, identityOf({ iat: nowSeconds() + 120, exp: nowSeconds() + 240 })),
    ],
    ['is not valid yet', () => signIdentity(key, identityOf({ nbf: nowSeconds() + 120 }))],
    ['is for somebody else', () => signIdentity(key, identityOf({ aud: 'another' }))],
    ['names nobody', () => signIdentity(key, withoutSub)],
    ['could be used again', () => signIdentity(key, withoutJti)],
    ['never ends', () => signIdentity(key, withoutEnd)],
    ['never began', () => signIdentity(key, withoutBeginning)],
    ['has an address that is none', () => signIdentity(key, identityOf({ email: 'mia' }))],
    ['has a list for a name', () => signIdentity(key, identityOf({ sub: ['a'] }))],
    ['names no key', () => signIdentity(key, identityOf(), { alg: 'HS256' })],
    ['names another key', () => signIdentity(key, identityOf(), { alg: 'HS256', kid: NOBODYS_ID })],
    [
      'names a key with SQL in it',
      () => signIdentity(key, identityOf(), { alg: 'HS256', kid: "' or 1=1 --" }),
    ],
    [
      'is not signed',
      () =>
        `${signIdentity(key, identityOf(), { alg: 'none', kid: key.id }).split('.').slice(0, 2).join('.')}.`,
    ],
    [
      'says another algorithm',
      () => signIdentity(key, identityOf(), { alg: 'HS512', kid: key.id }),
    ],
    [
      'is signed with another secret',
      () => signIdentity({ ...key, secret: 'guessed' }, identityOf()),
    ],
    [
      'is signed with the id of the key',
      () => signIdentity({ ...key, secret: key.id }, identityOf()),
    ],
    [
      'has another payload',
      () =>
        signIdentity(key, identityOf()).replace(
          /\.[^.]+\./,
          `.${Buffer.from(JSON.stringify(identityOf())).toString('base64url')}.`,
        ),
    ],
    [
      'is a session of ours',
      () =>
        app.deps.tokens.sign({
          companyId,
          customerId: NOBODYS_ID,
          sessionId: NOBODYS_ID,
          expiresAt: '2099-01-01T00:00:00.000Z',
        }),
    ],
    ['is no token', () => 'a.b.c'],
  ])('opens nothing where it %s', async (_, sign) => {
    const before = await rowsOf(app, 'select count(*)::int from customers');
    const { status, body } = await identify(sign());
    expect([status, body.code]).toEqual([401, 'identity_refused']);
    expect(await rowsOf(app, 'select count(*)::int from customers')).toEqual(before);
  });

  it('opens nothing once its key or its company is gone', async () => {
    const company = await buildCompany(app);
    const own = await buildIdentityKey(app, company.id);
    expectData(await identify(signIdentity(own, identityOf())), 200);
    await rowsOf(app, 'update companies set disabled_at = now() where id = $1', [company.id]);
    expect((await identify(signIdentity(own, identityOf()))).status).toBe(401);
    await rowsOf(app, 'update companies set disabled_at = null where id = $1', [company.id]);
    const call = { apiKey: app.adminKey };
    expectData(await app.api.delete(`/identity-keys/${own.id}`, call), 200);
    expect((await identify(signIdentity(own, identityOf()))).status).toBe(401);
  });
});

describe('the keys that sign', () => {
  it('are made by whoever may manage, shown once, and three at most', async () => {
    const company = await buildCompany(app);
    const apiKey = await buildApiKey(app, company.id);
    const made = [];
    for (let count = 0; count < 3; count += 1) {
      const reply = await app.api.post('/identity-keys', {
        apiKey,
        body: { name: `Shop ${count}` },
      });
      made.push(expectData(reply, 201));
    }
    const fourth = await app.api.post('/identity-keys', { apiKey, body: { name: 'One more' } });
    expect([fourth.status, fourth.body.code]).toEqual([409, 'too_many_identity_keys']);
    const listed = await app.api.get('/identity-keys', { apiKey });
    expect(listed.body.data.map(({ id }: { id: string }) => id)).toEqual(
      made.map(({ id }) => id).reverse(),
    );
    for (const { secret } of made) {
      expect(Buffer.from(secret, 'base64url')).toHaveLength(32);
      expect(listed.text).not.toContain(secret);
    }
    const readOnly = { name: 'Reader', companyId: company.id, scopes: ['read'] };
    const reader = expectData(
      await app.api.post('/api-keys', { apiKey: app.adminKey, body: readOnly }),
      201,
    );
    const refused = await app.api.get('/identity-keys', { apiKey: reader.secret });
    expect(refused.status).toBe(403);
  });

  it('sign what any JWT library writes', async () => {
    const { default: jwt } = await import('jsonwebtoken');
    const { sub, email, name, jti } = identityOf();
    const token = jwt.sign({ sub, email, name, jti }, key.secret, {
      ...{ keyid: key.id, audience: 'porthole', expiresIn: 60 },
    });
    expect(expectData(await identify(token), 200).customer.email).toBe(email);
    // By hand it is the same: the secret's characters are the key.
    const [head, payload, signature] = token.split('.');
    const own = createHmac('sha256', key.secret).update(`${head}.${payload}`).digest('base64url');
    expect(signature).toBe(own);
  });

  it('give their session as a cookie to our own page only', async () => {
    const token = signIdentity(key, identityOf());
    const refused = await identify(token, { session: 'cookie' });
    expect([refused.status, refused.body.code]).toEqual([403, 'cross_site']);
    const headers = ownPage(app);
    const opened = await app.api.post('/customer/identify', {
      headers,
      body: { token, session: 'cookie' },
    });
    expect(opened.status).toBe(200);
    expect(opened.headers.getSetCookie()[0]).toMatch(/^__Host-porthole=/);
    expect(opened.body.data.token).toBeUndefined();
  });

  it('write a row of the audit log for each who comes', async () => {
    const who = identityOf({ sub: `audited-${short()}` });
    const { customer } = expectData(await identify(signIdentity(key, who)), 200);
    const rows = await rowsOf(app, 'select action from audit_log where subject_id = $1', [
      customer.id,
    ]);
    expect(rows).toEqual([{ action: 'customer.identified' }]);
  });
});
