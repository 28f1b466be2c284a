/** The panel's document, its first call, and the session that lives in a cookie no other site can use. */
import { beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import {
  buildCompany,
  buildCustomer,
  buildIncident,
  buildMove,
  buildNode,
  expectData,
  NOBODYS_ID,
  ownPage,
  PASSWORD,
  REPORT,
  rowsOf,
  short,
} from '../support/factories.ts';
import { everyTestShows } from '../support/shows.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});

const openPanel = (query = '', origin = app.url) => fetch(`${origin}/panel${query}`);

/** The directives of the policy that came with an answer. */
function policyOf(response: Response): Record<string, string> {
  const policy = response.headers.get('content-security-policy') ?? '';
  return Object.fromEntries(
    policy.split('; ').map((part) => {
      const [name = '', ...values] = part.split(' ');
      return [name, values.join(' ')];
    }),
  );
}

/** Name and value of a cookie as the browser sends them back. */
const pairOf = (setCookie: string | undefined) => setCookie?.split(';')[0] ?? '';

/** A new customer whose session is a cookie. */
async function buildCookieCustomer(overrides: { companyId?: string } = {}) {
  const companyId = overrides.companyId ?? (await buildCompany(app)).id;
  const email = `${short()}@example.com`;
  const body = { email, password: PASSWORD, name: 'Ada', companyId, session: 'cookie' };
  const reply = await app.api.post('/customer/register', { headers: ownPage(app), body });
  const { customer } = expectData(reply, 201);
  return { ...customer, companyId, email, cookie: pairOf(reply.headers.getSetCookie()[0]) };
}

const boot = (query = '', headers: Record<string, string> = {}) =>
  app.api.get(`/panel/boot${query}`, { headers });

describe("the panel's document", () => {
  everyTestShows(18, 20);

  it('comes under the strictest policy', async () => {
    const response = await openPanel();
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(policyOf(response)).toEqual({
      'default-src': "'none'",
      'script-src': "'self'",
      'style-src': "'self'",
      'img-src': "'self' data: blob:",
      'font-src': "'self'",
      'connect-src': "'self'",
      'worker-src': "'self'",
      'form-action': "'none'",
      'base-uri': "'none'",
      'require-trusted-types-for': "'script'",
      // For the worker that solves challenges.
      'trusted-types': 'porthole-worker',
      'frame-ancestors': '*',
    });
  });

  it('is not stored, not sniffed, tells no referrer and asks for no device', async () => {
    const { headers } = await openPanel();
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    for (const feature of ['camera', 'microphone', 'geolocation', 'payment', 'usb']) {
      expect(headers.get('permissions-policy')).toContain(`${feature}=()`);
    }
  });

  it('holds no script or style of its own', async () => {
    const text = await (await openPanel()).text();
    expect(text).not.toMatch(/<script(?![^>]* src=)/);
    expect(text).not.toMatch(/<style|\sstyle=|\son\w+=/);
  });

  it('sets the probe cookie', async () => {
    const { headers } = await openPanel();
    expect(headers.getSetCookie()).toEqual([
      '__Host-porthole-probe=1; Path=/; Secure; HttpOnly; SameSite=None; Partitioned; Max-Age=120',
    ]);
  });

  it('may be framed by the origins of its company, by slug and by id', async () => {
    const allowedOrigins = ['https://www.example.com', 'http://localhost:8080'];
    const { slug, id } = await buildCompany(app, { allowedOrigins });
    for (const company of [slug, slug.toUpperCase(), id]) {
      const response = await openPanel(`?company=${company}`);
      expect(policyOf(response)['frame-ancestors'], company).toBe(
        "'self' https://www.example.com http://localhost:8080",
      );
    }
  });

  it('may be framed by any page in the trial and by none but our own in production, where nothing is listed', async () => {
    const { slug } = await buildCompany(app);
    expect(policyOf(await openPanel(`?company=${slug}`))['frame-ancestors']).toBe('*');
    const config = { ...app.deps.config, isProduction: true };
    const { url, stop } = await buildNode(app, { config });
    for (const query of [`?company=${slug}`, '', '?company=unknown']) {
      expect(policyOf(await openPanel(query, url))['frame-ancestors'], query).toBe("'self'");
    }
    await stop();
  });

  it('falls back where its address is odd', async () => {
    for (const query of [
      '?company=unknown',
      `?company=${'x'.repeat(5000)}`,
      '?company=a&company=b',
      '?company=%00',
      '?company=%F0%9F%98%80',
      '?theme=%22%3E%3Cscript%3E',
      "?company=';--",
    ]) {
      const response = await openPanel(query);
      expect(response.status, query).toBe(200);
      expect(await response.text()).toContain('data-theme="auto"');
    }
  });

  it('takes light and dark from its address', async () => {
    expect(await (await openPanel('?theme=dark')).text()).toContain('data-theme="dark"');
  });
});

describe("the panel's first call", () => {
  it('tells the company as the panel shows it, and that nobody is logged in', async () => {
    const made = await buildCompany(app, {
      ...{ accent: '#0b7285', greeting: 'How can we help?', categories: ['A', 'B'] },
      ...{ isListed: false, allowedOrigins: ['https://www.example.com'] },
    });
    const { id, name, slug, accent, greeting, categories } = made;
    for (const company of [slug, slug.toUpperCase(), id]) {
      const { status, body, headers } = await boot(`?company=${company}`);
      expect([status, headers.get('cache-control')]).toEqual([200, 'no-store']);
      expect(body.data).toEqual({
        areCookiesKept: false,
        company: { id, name, slug, accent, greeting, categories },
        me: null,
        announcements: [],
        isMailOn: false,
      });
    }
  });

  it('works without a company, for the selector', async () => {
    for (const query of ['', '?company=']) {
      expect((await boot(query)).body.data).toEqual({
        areCookiesKept: false,
        company: null,
        me: null,
        announcements: [],
        isMailOn: false,
      });
    }
  });

  it('answers 404 for a company that is unknown or disabled', async () => {
    const { id, slug } = await buildCompany(app);
    await rowsOf(app, 'update companies set disabled_at = now() where id = $1', [id]);
    for (const company of [id, slug, 'unknown', NOBODYS_ID, "';--", '%F0%9F%98%80']) {
      const { status, body } = await boot(`?company=${company}`);
      expect([status, body.code], company).toEqual([404, 'company_not_found']);
    }
  });

  it('refuses what can be no company, and names the parameter', async () => {
    for (const query of ['?company=%00', `?company=${'x'.repeat(64)}`, '?company=a&company=b']) {
      const { status, body } = await boot(query);
      expect([status, body.code], query).toEqual([400, 'invalid']);
      expect(body.errors[0], query).toContain('company');
    }
  });

  it('tells whether the cookie of the document came back', async () => {
    const probe = pairOf((await openPanel()).headers.getSetCookie()[0]);
    expect((await boot('', { cookie: probe })).body.data.areCookiesKept).toBe(true);
    expect((await boot('', { cookie: 'a=1; other=2' })).body.data.areCookiesKept).toBe(false);
  });

  it('tells who is logged in, by cookie and by token', async () => {
    const { cookie, email, companyId } = await buildCookieCustomer();
    const { data } = (await boot('', { ...ownPage(app), cookie })).body;
    expect(data.areCookiesKept).toBe(true);
    expect(data.company.id).toBe(companyId);
    expect(data.me.customer).toMatchObject({ email, companyId });
    const { token, id } = await buildCustomer(app);
    const byToken = await app.api.get('/panel/boot', { token });
    expect(byToken.body.data.me.customer.id).toBe(id);
  });

  it('tells nobody at the panel of another company', async () => {
    const { cookie } = await buildCookieCustomer();
    const other = await buildCompany(app);
    const { data } = (await boot(`?company=${other.slug}`, { ...ownPage(app), cookie })).body;
    expect([data.company.id, data.me]).toEqual([other.id, null]);
  });

  it('tells nobody where the session is over or the credential no good', async () => {
    const { cookie, slug } = { ...(await buildCookieCustomer()), ...(await buildCompany(app)) };
    await app.api.post('/customer/logout', { headers: { ...ownPage(app), cookie } });
    for (const headers of [
      { ...ownPage(app), cookie },
      { ...ownPage(app), cookie: '__Host-porthole=x' },
      { ...ownPage(app), cookie: `${cookie}; ${cookie}` },
      { authorization: 'Bearer x' },
    ]) {
      const { status, body } = await boot(`?company=${slug}`, headers);
      expect([status, body.data.me]).toEqual([200, null]);
    }
  });
});

describe('announcements in the first call', () => {
  /** The team tells the whole company. */
  const announce = async (companyId: string, summary: string) => {
    const body = { companyId, summary, description: 'We are on it.', priority: 'HIGH' };
    return expectData(await app.api.post('/incident-ticket', { apiKey: app.adminKey, body }), 201);
  };
  const bootOf = async (slug: string, token?: string) =>
    expectData(await app.api.get(`/panel/boot?company=${slug}`, token ? { token } : {}), 200);

  it('are those of the company that are not solved, for everybody', async () => {
    const company = await buildCompany(app);
    await announce((await buildCompany(app)).id, 'Of somebody else');
    expect((await bootOf(company.slug)).announcements).toEqual([]);
    const solved = await announce(company.id, 'Solved long ago');
    await buildMove(app, solved, 'RESOLVED');
    const { ticketNumber } = await announce(company.id, 'Meter readings are delayed');
    expect((await bootOf(company.slug)).announcements).toMatchObject([
      { ticketNumber, shortDescription: 'Meter readings are delayed', isAffected: false },
    ]);
    expect((await bootOf('')).announcements).toEqual([]);
  });

  it('say to a customer what they said to them, and those of their own company only', async () => {
    const customer = await buildCustomer(app);
    const { slug } = customer.company;
    const { id } = await announce(customer.companyId, 'Meter readings are delayed');
    const { token } = customer;
    expectData(await app.api.put(`/customer/announcements/${id}/affected`, { token }), 200);
    expect((await bootOf(slug, token)).announcements).toMatchObject([{ id, isAffected: true }]);
    expect((await bootOf(slug)).announcements).toMatchObject([{ id, isAffected: false }]);
    const other = await buildCompany(app);
    expect((await bootOf(other.slug, token)).announcements).toEqual([]);
  });
});

describe('the portal', () => {
  const openPortal = (query = '') => fetch(`${app.url}/portal${query}`);

  it('is the same document under the same policy, and nothing may embed it', async () => {
    const { slug } = await buildCompany(app, { allowedOrigins: ['https://www.example.com'] });
    const [panel, portal] = [await openPanel(), await openPortal(`?company=${slug}`)];
    expect(portal.status).toBe(200);
    expect(policyOf(portal)).toEqual({ ...policyOf(panel), 'frame-ancestors': "'none'" });
    expect(portal.headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect(portal.headers.get('cross-origin-resource-policy')).toBe('same-origin');
    for (const name of ['cache-control', 'permissions-policy', 'referrer-policy', 'set-cookie']) {
      expect(portal.headers.get(name), name).toBe(panel.headers.get(name));
    }
    const text = await portal.text();
    expect(text).not.toContain('https://www.example.com');
    expect(text).not.toMatch(/<script(?![^>]* src=)|<style|\sstyle=|\son\w+=/);
  });

  it('is named after its company, whatever that is called', async () => {
    const { slug } = await buildCompany(app, { name: '</title><script>1</script> & "Söhne"' });
    const text = await (await openPortal(`?company=${slug}`)).text();
    expect(text).toContain(
      '<title>&lt;/title&gt;&lt;script&gt;1&lt;/script&gt; &amp; &quot;Söhne&quot;: Support</title>',
    );
  });

  it('lets people choose the company where its address names none, in production too', async () => {
    const config = { ...app.deps.config, isProduction: true };
    const { url, stop } = await buildNode(app, { config });
    for (const query of ['', '?company=unknown', '?company=%00', '?theme=%22%3E%3Cscript%3E']) {
      const response = await fetch(`${url}/portal${query}`);
      expect(response.status, query).toBe(200);
      expect(await response.text(), query).toContain('<title>Support</title>');
    }
    await stop();
  });
});

describe('a session in a cookie', () => {
  everyTestShows(19);

  it('is opened by register and login, with exactly these attributes and without a token in the body', async () => {
    const { email, companyId } = await buildCookieCustomer();
    const call = {
      headers: ownPage(app),
      body: { email, password: PASSWORD, companyId, session: 'cookie' },
    };
    const reply = await app.api.post('/customer/login', call);
    expect(reply.status).toBe(200);
    expect(Object.keys(reply.body.data).sort()).toEqual(['customer', 'expiresAt']);
    const [cookie = '', ...more] = reply.headers.getSetCookie();
    expect(more).toEqual([]);
    const maxAge = app.deps.config.sessionAbsoluteSeconds;
    expect(cookie.replace(/=[\w.-]+/, '=…')).toBe(
      `__Host-porthole=…; Path=/; Secure; HttpOnly; SameSite=None; Partitioned; Max-Age=${maxAge}`,
    );
    expect(reply.text).not.toContain(pairOf(cookie).split('=')[1]);
  });

  it('is not opened for a page of anybody else', async () => {
    const { email, companyId } = await buildCookieCustomer();
    const login = { email, password: PASSWORD, companyId, session: 'cookie' };
    const register = { ...login, email: `new-${email}`, name: 'Ada' };
    for (const headers of foreignPages()) {
      for (const [path, body] of [
        ['/customer/login', login],
        ['/customer/register', register],
      ] as const) {
        const reply = await app.api.post(path, { headers, body });
        expect([reply.status, reply.body.code]).toEqual([403, 'cross_site']);
        expect(reply.headers.getSetCookie()).toEqual([]);
      }
    }
    const made = await rowsOf(app, 'select 1 from customers where email = $1', [register.email]);
    expect(made).toEqual([]);
  });

  it('lets our own panel read and write', async () => {
    const { cookie, id } = await buildCookieCustomer();
    const headers = { ...ownPage(app), cookie };
    const made = expectData(
      await app.api.post('/customer/create-incident', { headers, body: REPORT }),
      201,
    );
    expect(made.customerId).toBe(id);
    const { origin: _, ...withoutOrigin } = headers;
    for (const reading of [
      headers,
      withoutOrigin,
      { ...withoutOrigin, 'sec-fetch-site': 'same-origin' },
    ]) {
      const reply = await app.api.get(`/customer/get-incident/${made.id}`, { headers: reading });
      expect(reply.status).toBe(200);
    }
  });

  it('authorises nothing that came from elsewhere', async () => {
    const { cookie, id } = await buildCookieCustomer();
    for (const page of foreignPages()) {
      const headers = { ...page, cookie };
      const calls = [
        app.api.post('/customer/create-incident', { headers, body: REPORT }),
        app.api.post('/customer/logout', { headers }),
      ];
      for (const reply of await Promise.all(calls)) {
        expect([reply.status, reply.body.code]).toEqual([403, 'cross_site']);
      }
    }
    for (const page of foreignPages().filter(({ origin }) => origin !== undefined)) {
      const headers = { ...page, cookie };
      for (const path of ['/customer/me', '/customer/get-incidents', '/panel/boot']) {
        const reply = await app.api.get(path, { headers });
        expect([reply.status, reply.body.code], path).toEqual([403, 'cross_site']);
      }
    }
    expect(await rowsOf(app, 'select 1 from incidents where customer_id = $1', [id])).toEqual([]);
    expect((await boot('', { ...ownPage(app), cookie })).body.data.me.customer.id).toBe(id);
  });

  it('does not read for a page without our header', async () => {
    const { cookie } = await buildCookieCustomer();
    for (const headers of [
      { cookie },
      { cookie, 'x-requested-by': 'XMLHttpRequest' },
      { cookie, 'x-requested-by': 'porthole', 'sec-fetch-site': 'cross-site' },
      { cookie, 'x-requested-by': 'porthole', 'sec-fetch-site': 'same-site' },
      { cookie, 'x-requested-by': 'porthole', 'sec-fetch-site': 'none' },
    ]) {
      expect((await app.api.get('/customer/me', { headers })).status).toBe(403);
    }
  });

  it('counts for nothing where two are sent, or none is whole', async () => {
    const [one, other] = [await buildCookieCustomer(), await buildCookieCustomer()];
    for (const cookie of [
      `${one.cookie}; ${other.cookie}`,
      `${one.cookie}; ${one.cookie}`,
      `${one.cookie}x`,
      one.cookie.replace('__Host-', ''),
      '__Host-porthole=',
    ]) {
      const reply = await app.api.get('/customer/me', { headers: { ...ownPage(app), cookie } });
      expect([reply.status, reply.body.code]).toEqual([401, 'unauthorized']);
    }
  });

  it('gives way to a bearer token that is sent along', async () => {
    const { cookie } = await buildCookieCustomer();
    const { token, id } = await buildCustomer(app);
    const reply = await app.api.get('/customer/me', { token, headers: { cookie } });
    expect(reply.body.data.customer.id).toBe(id);
  });

  it('ends with log-out, which takes the cookie away', async () => {
    const { cookie } = await buildCookieCustomer();
    const headers = { ...ownPage(app), cookie };
    const reply = await app.api.post('/customer/logout', { headers });
    expect(reply.headers.getSetCookie()).toEqual([
      '__Host-porthole=; Path=/; Secure; HttpOnly; SameSite=None; Partitioned; Max-Age=0',
    ]);
    expect((await app.api.get('/customer/me', { headers })).status).toBe(401);
  });

  it('takes the public address for its own where there is one', async () => {
    const { cookie } = await buildCookieCustomer();
    const config = { ...app.deps.config, publicUrl: 'https://support.example.com' };
    const { url, stop } = await buildNode(app, { config });
    const me = async (origin: string) => {
      const headers = { cookie, origin, 'x-requested-by': 'porthole' };
      return (await fetch(`${url}/api/v1/customer/me`, { headers })).status;
    };
    expect([await me('https://support.example.com'), await me(url)]).toEqual([200, 403]);
    await stop();
  });

  it('refuses a kind of session that there is not', async () => {
    const { email, companyId } = await buildCookieCustomer();
    const body = { email, password: PASSWORD, companyId, session: 'local' };
    const reply = await app.api.post('/customer/login', { headers: ownPage(app), body });
    expect([reply.status, reply.body.problems[0].field]).toEqual([400, 'session']);
  });

  /** Headers as pages of other sites, other tools and other tabs send them. */
  function foreignPages(): Record<string, string>[] {
    const requested = { 'x-requested-by': 'porthole' };
    return [
      {},
      { origin: app.url },
      requested,
      { ...requested, origin: 'https://evil.example' },
      { ...requested, origin: 'null' },
      { ...requested, origin: app.url.replace('http:', 'https:') },
      { ...requested, origin: `${app.url}.evil.example` },
      { ...requested, origin: app.url, 'sec-fetch-site': 'cross-site' },
      { ...requested, origin: app.url, 'sec-fetch-site': 'same-site' },
      { origin: app.url, 'x-requested-by': 'Porthole' },
    ];
  }
});

describe('pages of other sites', () => {
  const preflight = (path: string, method: string) =>
    fetch(`${app.url}/api/v1${path}`, {
      method: 'OPTIONS',
      headers: {
        origin: 'https://www.example.com',
        'access-control-request-method': method,
        'access-control-request-headers': 'authorization,content-type,x-requested-by',
      },
    });
  const origin = 'https://www.example.com';

  it('may call the customer API with a token, never with the cookie', async () => {
    const { token } = await buildCustomer(app);
    const { id } = await buildIncident(app, { token });
    for (const [method, path] of [
      ['GET', `/customer/get-incident/${id}`],
      ['GET', `/customer/get-incident/${NOBODYS_ID}`],
      ['POST', '/customer/create-incident'],
      ['POST', '/customer/login'],
    ] as const) {
      const reply = await app.api.send(method, path, { token, headers: { origin } });
      expect(reply.headers.get('access-control-allow-origin'), path).toBe('*');
      expect(reply.headers.get('access-control-allow-credentials')).toBe(null);
    }
  });

  it('are told in the preflight what they may send; our own header is not of it', async () => {
    const { status, headers } = await preflight('/customer/create-incident', 'POST');
    expect(status).toBe(204);
    expect(headers.get('access-control-allow-origin')).toBe('*');
    expect(headers.get('access-control-allow-credentials')).toBe(null);
    const allowed = headers.get('access-control-allow-headers')?.toLowerCase().split(',') ?? [];
    expect(allowed.map((one) => one.trim())).toEqual([
      'authorization',
      'content-type',
      'idempotency-key',
      'if-none-match',
      'last-event-id',
    ]);
  });

  it('may not call the API of the team, nor the panel', async () => {
    for (const path of ['/incident-ticket', '/companies', '/api-keys', '/panel/boot']) {
      const call = { apiKey: app.adminKey, headers: { origin } };
      const answers = [await app.api.get(path, call), await preflight(path, 'GET')];
      for (const { headers } of answers) {
        const cors = [...headers.keys()].filter((name) => name.startsWith('access-control'));
        expect(cors, path).toEqual([]);
        expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
      }
    }
  });
});
