/**
 * A cookie alone authorises nothing that came from another site: every operation of customer and team, taken from the
 * routes themselves, is called with a good cookie and everything wrong that other pages, tabs and tools can send. And no
 * answer lets another site's script read what a cookie brought.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { ROUTES } from '../../server/app.ts';
import { startApp, type TestApp } from '../support/app.ts';
import {
  buildAnnouncement,
  buildApiKey,
  buildCompany,
  buildDesk,
  buildIncident,
  buildWebhook,
  expectData,
  ownPage,
  PASSWORD,
  REPORT,
  short,
} from '../support/factories.ts';
import { fingerprintOf } from '../support/fingerprint.ts';
import { everyTestShows, shows } from '../support/shows.ts';

let app: TestApp;
/** All that was stored before. */
let before: Record<string, string>;
/** What stands for each parameter of a path. Who asks is settled before it is looked up. */
let params: Record<string, string>;
let customerCookie: string;
let deskCookie: string;

everyTestShows(19);

beforeAll(async () => {
  app = await startApp({ webhooksAllowLoopback: true });
  const company = await buildCompany(app);
  const own = ownPage(app);
  const person = { email: `${short()}@example.com`, password: PASSWORD, name: 'Ada' };
  const body = { ...person, companyId: company.id, session: 'cookie' };
  const reply = await app.api.post('/customer/register', { headers: own, body });
  expectData(reply, 201);
  customerCookie = reply.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  const customer = await app.api.post('/customer/login', { body: { ...body, session: 'bearer' } });
  const incident = await buildIncident(app, expectData(customer, 200));
  await buildAnnouncement(app, company.id);
  await buildWebhook(app, company.id);
  deskCookie = (await buildDesk(app, await buildApiKey(app, company.id))).headers.cookie ?? '';
  params = { id: incident.id, incidentId: incident.id };
  before = await fingerprintOf(app);
});

const guarded = ROUTES.filter(({ spec }) => spec.access !== 'public').map(({ spec }) => {
  const { access, method, path } = spec;
  return { access, method: method.toUpperCase(), path };
});

const pathOf = (path: string) => path.replace(/:(\w+)/g, (_all, name) => params[name] ?? '');

/** Headers as pages of other sites, other tools and other tabs send them. */
const FOREIGN = (own: string): Record<string, string>[] => {
  const requested = { 'x-requested-by': 'porthole' };
  return [
    {},
    { origin: own },
    { origin: own, 'x-requested-by': 'XMLHttpRequest' },
    { ...requested, origin: 'https://evil.example' },
    { ...requested, origin: 'null' },
    { ...requested, origin: `${own}.evil.example` },
    { ...requested, origin: own.replace('http:', 'https:') },
    { ...requested, origin: own, 'sec-fetch-site': 'cross-site' },
    { ...requested, origin: own, 'sec-fetch-site': 'same-site' },
    { ...requested, origin: own, 'sec-fetch-site': 'none' },
    { origin: own, 'sec-fetch-site': 'same-origin' },
  ];
};

describe('with a good cookie, from anywhere but a page of ours', () => {
  it.each(guarded)('$method $path is refused', async ({ access, method, path }) => {
    const cookie = access === 'customer' ? customerCookie : deskCookie;
    const body = method === 'GET' ? {} : { body: REPORT };
    for (const foreign of FOREIGN(app.url)) {
      const headers = { ...foreign, cookie };
      const reply = await app.api.send(method, pathOf(path), { ...body, headers });
      expect([reply.status, reply.body.code], JSON.stringify(foreign)).toEqual([403, 'cross_site']);
      expect(reply.headers.get('access-control-allow-credentials')).toBeNull();
    }
    shows(19, { 'operations tried': 1, 'foreign requests refused': FOREIGN(app.url).length });
  });

  it('and nothing has changed, not even the time of a last request', async () => {
    expect(await fingerprintOf(app)).toEqual(before);
  });

  it('while a page of ours is answered', async () => {
    const headers = { ...ownPage(app), cookie: customerCookie };
    expect((await app.api.get('/customer/me', { headers })).status).toBe(200);
    const desk = { ...headers, cookie: deskCookie };
    expect((await app.api.get('/desk/session', { headers: desk })).status).toBe(200);
  });
});

it('no answer, and no preflight, allows another site a request with credentials', async () => {
  for (const { spec } of ROUTES) {
    const [method, path] = [spec.method.toUpperCase(), pathOf(spec.path)];
    const asked = {
      origin: 'https://evil.example',
      'access-control-request-method': method,
      'access-control-request-headers': 'content-type,x-requested-by',
    };
    const url = `${app.url}/api/v1${path}`;
    const preflight = await fetch(url, { method: 'OPTIONS', headers: asked });
    const plain = await app.api.send(method, path, { headers: { origin: asked.origin } });
    for (const { headers } of [preflight, plain]) {
      expect(headers.get('access-control-allow-credentials'), path).toBeNull();
      expect(headers.get('access-control-allow-origin') ?? '*', path).toBe('*');
      expect(headers.get('access-control-allow-headers') ?? '').not.toMatch(/x-requested-by/i);
    }
  }
});
