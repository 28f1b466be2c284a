/** The desk's document, and the session that an API key opens there: a cookie which no script reads and no other site uses. */
import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import {
  buildApiKey,
  buildCompany,
  buildCustomer,
  buildDesk,
  buildIncident,
  expectData,
  ownPage,
  rowsOf,
  withoutRequestId,
} from '../support/factories.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});

const logIn = (key: unknown, headers: Record<string, string> = ownPage(app)) =>
  app.api.post('/desk/session', { headers, body: { key } });

async function buildKey(fields: object = {}): Promise<{ id: string; secret: string }> {
  const body = { name: 'Billing team', companyId: (await buildCompany(app)).id, ...fields };
  return expectData(await app.api.post('/api-keys', { apiKey: app.adminKey, body }), 201);
}

type Desk = Awaited<ReturnType<typeof buildDesk>>;

const hashOf = ({ headers }: Desk) =>
  createHash('sha256')
    .update(headers.cookie?.split('=')[1] ?? '')
    .digest();
const who = (desk: Desk) => app.api.get('/desk/session', desk);
const isOpen = async (desk: Desk) => (await app.api.get('/incident-ticket', desk)).status === 200;

describe("the desk's document", () => {
  it('comes under the strictest policy, and nothing may embed it', async () => {
    const { status, headers } = await fetch(`${app.url}/desk`);
    expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
    expect(policy).toContain("require-trusted-types-for 'script'; trusted-types 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('permissions-policy')).toContain('camera=()');
  });

  it('holds no script or style of its own', async () => {
    const text = await (await fetch(`${app.url}/desk`)).text();
    expect(text).toContain('<title>Desk</title>');
    expect(text).not.toMatch(/<script(?![^>]* src=)|<style|\sstyle=|\son\w+=/);
  });
});

describe('logging in to the desk', () => {
  it('sets a cookie that no script reads and no other site brings along, and keeps only its hash', async () => {
    const { secret } = await buildKey();
    const reply = await logIn(secret);
    expect(reply.status).toBe(201);
    const [cookie = '', ...others] = reply.headers.getSetCookie();
    expect(others).toEqual([]);
    expect(cookie).toMatch(
      /^__Host-porthole-desk=[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Strict; Max-Age=604800$/,
    );
    const token = /=([\w-]{43});/.exec(cookie)?.[1] ?? '';
    for (const word of [token, secret]) expect(reply.text).not.toContain(word);
    const rows = await rowsOf(app, 'select * from desk_sessions where token_hash = $1', [
      createHash('sha256').update(token).digest(),
    ]);
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain(token);
  });

  it('tells who is at the desk: a company for its own key, none for an admin key', async () => {
    const { id, name, slug, accent } = await buildCompany(app, { accent: '#0b7285' });
    const key = await buildKey({ companyId: id, scopes: ['read', 'write'] });
    expect(expectData(await logIn(key.secret), 201)).toEqual({
      keyName: 'Billing team',
      scopes: ['read', 'write'],
      company: { id, name, slug, accent },
      expiresAt: expect.any(String),
    });
    const admin = expectData(await logIn(app.adminKey), 201);
    expect(admin).toMatchObject({ keyName: 'The team', company: null });
  });

  it('opens what the key opens, under its name', async () => {
    const customer = await buildCustomer(app);
    const { id } = await buildIncident(app, customer);
    const desk = await buildDesk(app, await buildApiKey(app, customer.companyId, 'Night shift'));
    const call = { ...desk, body: { content: 'We are on it.' } };
    const comment = expectData(await app.api.post(`/incident-ticket/${id}/comments`, call), 201);
    expect(comment.authorName).toBe('Night shift');
    expect((await app.api.get('/api-keys', desk)).status).toBe(403);
  });

  it('is refused in the same words for a key that is unknown, revoked, expired, or of a disabled company', async () => {
    const [revoked, expired, disabled] = [await buildKey(), await buildKey(), await buildKey()];
    await app.api.delete(`/api-keys/${revoked.id}`, { apiKey: app.adminKey });
    const change = (sql: string, id: string) => rowsOf(app, sql, [id]);
    await change('update api_keys set expires_at = now() where id = $1', expired.id);
    await change(
      'update companies set disabled_at = now() where id = (select company_id from api_keys where id = $1)',
      disabled.id,
    );
    const unknown = await logIn('ph_unknown');
    expect([unknown.status, unknown.body.code]).toEqual([401, 'unauthorized']);
    for (const { secret } of [revoked, expired, disabled]) {
      const reply = await logIn(secret);
      expect([reply.status, withoutRequestId(reply)]).toEqual([401, withoutRequestId(unknown)]);
      expect(reply.headers.getSetCookie()).toEqual([]);
    }
  });

  it('is refused with a 400 where no key is sent, and a 403 for a key that may not read', async () => {
    for (const odd of [undefined, null, '', 7, 'x'.repeat(513)]) {
      expect((await logIn(odd)).status, String(odd).slice(0, 9)).toBe(400);
    }
    const { secret } = await buildKey({ scopes: ['write'] });
    const reply = await logIn(secret);
    expect([reply.status, reply.body.message]).toEqual([403, 'This key lacks the scope read.']);
  });
});

describe("a request with the desk's cookie", () => {
  const FOREIGN: Record<string, (headers: Record<string, string>) => Record<string, string>> = {
    'without our header': ({ 'x-requested-by': _, ...rest }) => rest,
    'from another origin': (headers) => ({ ...headers, origin: 'https://evil.example' }),
    'from an opaque origin': (headers) => ({ ...headers, origin: 'null' }),
    'of another site': (headers) => ({ ...headers, 'sec-fetch-site': 'cross-site' }),
    'of a neighbour': (headers) => ({ ...headers, 'sec-fetch-site': 'same-site' }),
  };

  it.each(Object.entries(FOREIGN))('is refused %s, logging in too', async (_, distort) => {
    const customer = await buildCustomer(app);
    const { id } = await buildIncident(app, customer);
    const key = await buildApiKey(app, customer.companyId);
    const desk = await buildDesk(app, key);
    const headers = distort(desk.headers);
    const write = { headers, body: { status: 'CLOSED' } };
    for (const reply of [
      await app.api.get('/incident-ticket', { headers }),
      await app.api.put(`/incident-ticket/${id}`, write),
      await app.api.delete('/desk/session', { headers }),
      await logIn(key, distort(ownPage(app))),
    ]) {
      expect([reply.status, reply.body.code]).toEqual([403, 'cross_site']);
    }
    expect(await isOpen(desk)).toBe(true);
  });

  it('that writes must name its origin', async () => {
    const desk = await buildDesk(app, app.adminKey);
    const { origin: _, ...headers } = desk.headers;
    const body = { name: 'Company', slug: 'company-without-origin' };
    expect((await app.api.post('/companies', { headers, body })).status).toBe(403);
    expect((await app.api.get('/companies', { headers })).status).toBe(200);
  });

  it('counts for nothing when the cookie comes twice, or beside a key', async () => {
    const desk = await buildDesk(app, app.adminKey);
    const twice = { ...desk.headers, cookie: `${desk.headers.cookie}; ${desk.headers.cookie}` };
    expect((await app.api.get('/companies', { headers: twice })).status).toBe(401);
    const { secret } = await buildKey();
    expect((await app.api.get('/companies', { ...desk, apiKey: secret })).status).toBe(403);
    expect((await app.api.get('/companies', { ...desk, apiKey: 'ph_unknown' })).status).toBe(401);
  });

  it("never opens a customer's operations", async () => {
    const desk = await buildDesk(app, app.adminKey);
    expect((await app.api.get('/customer/me', desk)).status).toBe(401);
  });
});

describe('the session at the desk', () => {
  it('is told with its end, and is not there for a request with a key', async () => {
    const desk = await buildDesk(app, app.adminKey);
    const { keyName, expiresAt } = expectData(await who(desk), 200);
    expect(keyName).toBe('The team');
    const hours = (Date.parse(expiresAt) - Date.now()) / 3_600_000;
    expect(hours).toBeGreaterThan(11.9);
    expect(hours).toBeLessThan(12.1);
    for (const method of ['GET', 'DELETE']) {
      const reply = await app.api.send(method, '/desk/session', { apiKey: app.adminKey });
      expect(reply.status, method).toBe(404);
    }
  });

  it('ends with its key, if that is sooner', async () => {
    const expiresAt = new Date(Date.now() + 60_000).toISOString();
    const { secret } = await buildKey({ expiresAt });
    expect(expectData(await logIn(secret), 201).expiresAt).toBe(expiresAt);
  });

  it('ends by logging out: at once, and with its cookie', async () => {
    const [desk, other] = [await buildDesk(app, app.adminKey), await buildDesk(app, app.adminKey)];
    const reply = await app.api.delete('/desk/session', desk);
    expect(reply.status).toBe(200);
    expect(reply.headers.getSetCookie()).toEqual([
      '__Host-porthole-desk=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0',
    ]);
    expect([await isOpen(desk), await isOpen(other)]).toEqual([false, true]);
    expect((await app.api.delete('/desk/session', desk)).status).toBe(401);
  });

  it('can be ended by a key that may only read', async () => {
    const { secret } = await buildKey({ scopes: ['read'] });
    expect((await app.api.delete('/desk/session', await buildDesk(app, secret))).status).toBe(200);
  });

  const admin = () => ({ apiKey: app.adminKey });
  const ENDS: Record<string, (key: { id: string }, desk: Desk) => Promise<unknown>> = {
    'its key is revoked': ({ id }) => app.api.delete(`/api-keys/${id}`, admin()),
    'its key is rotated': ({ id }) =>
      app.api.post(`/api-keys/${id}/rotate`, { ...admin(), body: { overlapHours: 24 } }),
    'its key expires': ({ id }) =>
      rowsOf(app, 'update api_keys set expires_at = now() where id = $1', [id]),
    'its company is disabled': ({ id }) =>
      rowsOf(
        app,
        'update companies set disabled_at = now() where id = (select company_id from api_keys where id = $1)',
        [id],
      ),
    'nobody used it for 12 hours': (_, desk) =>
      rowsOf(
        app,
        "update desk_sessions set last_seen_at = now() - interval '12 hours' where token_hash = $1",
        [hashOf(desk)],
      ),
    'it is 7 days old': (_, desk) =>
      rowsOf(
        app,
        "update desk_sessions set expires_at = expires_at - interval '7 days' where token_hash = $1",
        [hashOf(desk)],
      ),
  };

  it.each(Object.entries(ENDS))('is over with the next request when %s', async (_, end) => {
    const key = await buildKey();
    const desk = await buildDesk(app, key.secret);
    expect(await isOpen(desk)).toBe(true);
    await end(key, desk);
    const reply = await app.api.get('/incident-ticket', desk);
    expect([reply.status, reply.body.code]).toEqual([401, 'unauthorized']);
    expect((await who(desk)).status).toBe(401);
  });

  it('is kept alive by use, which is written every five minutes at most', async () => {
    const desk = await buildDesk(app, app.adminKey);
    const seenAt = async () => {
      const rows = await rowsOf<{ last_seen_at: string }>(
        app,
        'select last_seen_at from desk_sessions where token_hash = $1',
        [hashOf(desk)],
      );
      return rows[0]?.last_seen_at ?? '';
    };
    const opened = await seenAt();
    expect(await isOpen(desk)).toBe(true);
    expect(await seenAt()).toBe(opened);
    await rowsOf(
      app,
      "update desk_sessions set last_seen_at = now() - interval '11 hours' where token_hash = $1",
      [hashOf(desk)],
    );
    expect(await isOpen(desk)).toBe(true);
    expect((await seenAt()) >= opened).toBe(true);
  });
});
