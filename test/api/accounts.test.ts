/** Sign up, log in, who am I, log out. */
import { beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { buildCompany, buildCustomer, PASSWORD } from '../support/factories.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});

const signUp = async (overrides: object = {}) => {
  const { id: companyId } = await buildCompany(app);
  return {
    email: 'Ingrid@Example.com',
    password: PASSWORD,
    name: 'Ingrid Åkerström',
    companyId,
    ...overrides,
  };
};

describe('register', () => {
  it('opens a session whose token works', async () => {
    const body = await signUp();
    const { status, body: answer } = await app.api.post('/customer/register', { body });
    expect(status).toBe(201);
    expect(answer.data.customer).toMatchObject({
      email: 'Ingrid@Example.com',
      name: 'Ingrid Åkerström',
    });
    const me = await app.api.get('/customer/me', { token: answer.data.token });
    expect(me.body.data.customer).toEqual(answer.data.customer);
  });

  it('keeps the password only as a bcrypt hash', async () => {
    const body = await signUp();
    await app.api.post('/customer/register', { body });
    const { rows } = await app.deps.db.pool.query(
      'select password_hash from customers where company_id = $1',
      [body.companyId],
    );
    expect(rows).toEqual([{ password_hash: expect.stringMatching(/^\$2b\$/) }]);
  });

  it("accepts the portal's own field names", async () => {
    const { name: fullName, companyId: companyUserId, ...rest } = await signUp();
    const body = { ...rest, fullName, companyUserId };
    const { body: answer } = await app.api.post('/customer/register', { body });
    expect(answer.data.customer).toMatchObject({ name: fullName, companyId: companyUserId });
  });

  it('names every problem at once, each with its field', async () => {
    const body = { email: 'ingrid', password: 'short', companyId: '7' };
    const { status, body: answer } = await app.api.post('/customer/register', { body });
    expect(status).toBe(400);
    expect(answer.code).toBe('invalid');
    expect(
      answer.problems.map((one: { field: string; problem: string }) => [one.field, one.problem]),
    ).toEqual([
      ['email', 'invalid'],
      ['password', 'too_short'],
      ['name', 'missing'],
      ['companyId', 'invalid'],
    ]);
    expect(answer.errors).toHaveLength(4);
  });

  it('refuses a password beyond 72 bytes and never cuts it', async () => {
    const fits = await signUp({ password: 'éà'.repeat(18) });
    expect((await app.api.post('/customer/register', { body: fits })).status).toBe(201);
    const tooLong = await signUp({ password: `${'éà'.repeat(18)}x` });
    const { status, body } = await app.api.post('/customer/register', { body: tooLong });
    expect([status, body.problems[0].problem]).toEqual([400, 'too_long']);
  });

  it('answers 409 for a known address in any capitals, and lets it in at another company', async () => {
    const body = await signUp();
    await app.api.post('/customer/register', { body });
    const again = await app.api.post('/customer/register', {
      body: { ...body, email: body.email.toUpperCase() },
    });
    expect([again.status, again.body.code]).toEqual([409, 'email_taken']);
    const elsewhere = await signUp();
    expect((await app.api.post('/customer/register', { body: elsewhere })).status).toBe(201);
  });

  it('answers 404 for an unknown company', async () => {
    const body = await signUp({ companyId: '0199d0c5-6c3e-7cc3-98c4-dc0c0c07398f' });
    const { status, body: answer } = await app.api.post('/customer/register', { body });
    expect([status, answer.code]).toEqual([404, 'company_not_found']);
  });
});

describe('login', () => {
  it('opens another session of the same account', async () => {
    const customer = await buildCustomer(app);
    const { email, companyId } = customer;
    const reply = await app.api.post('/customer/login', {
      body: { email, password: PASSWORD, companyId },
    });
    expect(reply.status).toBe(200);
    expect(reply.body.data.customer.id).toBe(customer.id);
    expect(reply.body.data.token).not.toBe(customer.token);
  });

  it('answers the same bytes for a wrong password and an unknown address', async () => {
    const { email } = await buildCustomer(app);
    const bytes = async (body: object) => {
      const { status, text } = await app.api.post('/customer/login', { body });
      expect(status).toBe(401);
      return text.replace(/"requestId":"[^"]*"/, '');
    };
    const wrong = await bytes({ email, password: 'not the password' });
    expect(await bytes({ email: 'nobody@example.com', password: PASSWORD })).toBe(wrong);
  });

  it('takes no password that only begins like the right one', async () => {
    const password = 'xy'.repeat(36);
    const { email, companyId } = await buildCustomer(app, { password });
    const attempt = async (typed: string) =>
      (await app.api.post('/customer/login', { body: { email, companyId, password: typed } }))
        .status;
    expect([await attempt(password), await attempt(`${password}y`)]).toEqual([200, 401]);
  });

  it('asks for the company where an address has more accounts than are tried, and who it is has been proven', async () => {
    const email = 'at-many@example.com';
    for (let count = 0; count < 4; count += 1) await buildCustomer(app, { email });
    const attempt = async (password: string) => {
      const { status, body } = await app.api.post('/customer/login', { body: { email, password } });
      return [status, body.code];
    };
    expect(await attempt(PASSWORD)).toEqual([409, 'company_required']);
    expect(await attempt('of none of them')).toEqual([401, 'wrong_credentials']);
  });

  it('asks for the company only when the password fits at several', async () => {
    const email = 'everywhere@example.com';
    const first = await buildCustomer(app, { email });
    await buildCustomer(app, { email, password: 'another password' });
    const one = await app.api.post('/customer/login', { body: { email, password: PASSWORD } });
    expect(one.body.data.customer.id).toBe(first.id);
    const third = await buildCustomer(app, { email });
    const many = await app.api.post('/customer/login', { body: { email, password: PASSWORD } });
    expect([many.status, many.body.code]).toEqual([409, 'company_required']);
    const body = { email, password: PASSWORD, companyUserId: third.companyId };
    const named = await app.api.post('/customer/login', { body });
    expect(named.body.data.customer.id).toBe(third.id);
  });
});

describe('sessions', () => {
  it('end with log-out: the very next request is refused', async () => {
    const { token } = await buildCustomer(app);
    expect((await app.api.post('/customer/logout', { token })).status).toBe(200);
    expect((await app.api.get('/customer/me', { token })).status).toBe(401);
    expect((await app.api.post('/customer/logout', { token })).status).toBe(401);
  });

  it('end after their idle time and at their absolute end', async () => {
    for (const change of [
      "last_seen_at = now() - interval '8 days'",
      "expires_at = now() - interval '1 second'",
    ]) {
      const { token, id } = await buildCustomer(app);
      await app.deps.db.pool.query(`update sessions set ${change} where customer_id = $1`, [id]);
      expect((await app.api.get('/customer/me', { token })).status).toBe(401);
    }
  });

  it('live on by their use, which is noted every five minutes', async () => {
    const { token, id } = await buildCustomer(app);
    const pool = app.deps.db.pool;
    const lastSeen = async () =>
      (await pool.query('select last_seen_at from sessions where customer_id = $1', [id])).rows[0]
        .last_seen_at;
    const seenBefore = (time: string) =>
      pool.query(
        'update sessions set last_seen_at = now() - $2::interval where customer_id = $1 returning last_seen_at',
        [id, time],
      );
    const [recent] = (await seenBefore('4 minutes')).rows;
    await app.api.get('/customer/me', { token });
    expect(await lastSeen()).toBe(recent.last_seen_at);
    const [old] = (await seenBefore('6 minutes')).rows;
    await app.api.get('/customer/me', { token });
    await expect.poll(async () => (await lastSeen()) > old.last_seen_at).toBe(true);
  });

  it('end with the account or the company', async () => {
    for (const table of ['customers', 'companies']) {
      const { token, id, companyId } = await buildCustomer(app);
      const key = table === 'customers' ? id : companyId;
      await app.deps.db.pool.query(`update ${table} set disabled_at = now() where id = $1`, [key]);
      expect((await app.api.get('/customer/me', { token })).status).toBe(401);
    }
  });

  it('are refused with anything but a token of ours', async () => {
    const { token } = await buildCustomer(app);
    const [header, payload, signature] = token.split('.');
    const none = Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url');
    const forged = [
      '',
      'x',
      `${header}.${payload}.`,
      `${none}.${payload}.`,
      `${header}.${payload}.${signature?.replace(/./, (first) => (first === 'A' ? 'B' : 'A'))}`,
      app.adminKey,
    ];
    for (const bad of forged) {
      expect((await app.api.get('/customer/me', { token: bad })).status).toBe(401);
    }
    expect((await app.api.get('/customer/me')).status).toBe(401);
  });
});
