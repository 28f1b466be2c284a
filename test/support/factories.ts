/** What tests need to exist first, made through the API itself. Everything is new each time, so tests never meet. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import type { QueryResultRow } from 'pg';
import { createApp } from '../../server/app.ts';
import type { Deps } from '../../server/http/deps.ts';
import { serverOf } from '../../server/listen.ts';
import { createLive, type Live } from '../../server/live/live.ts';
import type { Status } from '../../shared/incident.ts';
import type {
  Company,
  Customer,
  Incident,
  TeamIncident,
  WebhookCreated,
} from '../../shared/types.ts';
import { type TestApp, testWakeup } from './app.ts';
import type { Reply } from './client.ts';

export const PASSWORD = 'correct horse battery';

export const short = () => randomUUID().slice(0, 8);

export async function buildCompany(app: TestApp, overrides: object = {}): Promise<Company> {
  const body = { name: `Company ${short()}`, slug: `company-${short()}`, ...overrides };
  const reply = await app.api.post('/companies', { apiKey: app.adminKey, body });
  return expectData(reply, 201);
}

export interface TestCustomer extends Customer {
  token: string;
}

/** A customer with an open session; of a new company unless one is given. */
export async function buildCustomer(
  app: TestApp,
  overrides: { companyId?: string; email?: string; name?: string; password?: string } = {},
): Promise<TestCustomer> {
  const companyId = overrides.companyId ?? (await buildCompany(app)).id;
  const body = {
    email: `${short()}@example.com`,
    password: PASSWORD,
    name: 'Jürgen Weiß',
    ...overrides,
    companyId,
  };
  const { token, customer } = expectData(await app.api.post('/customer/register', { body }), 201);
  return { ...customer, token };
}

export const REPORT = {
  shortDescription: 'No meter reading since this morning',
  description: 'The page shows yesterday.',
  priority: 'MEDIUM',
  category: 'System',
};

/** An incident of the customer. */
export async function buildIncident(
  app: TestApp,
  customer: { token: string },
  overrides: Partial<typeof REPORT> = {},
): Promise<Incident> {
  const call = { token: customer.token, body: { ...REPORT, ...overrides } };
  return expectData(await app.api.post('/customer/create-incident', call), 201);
}

export const OUTAGE = {
  summary: 'Payments by card fail',
  description: 'Cards are refused since 9:40. Transfers work.',
  priority: 'HIGH',
};

/** What the team tells the whole company. */
export async function buildAnnouncement(
  app: TestApp,
  companyId: string,
  overrides: object = {},
): Promise<TeamIncident> {
  const call = { apiKey: app.adminKey, body: { ...OUTAGE, companyId, ...overrides } };
  return expectData(await app.api.post('/incident-ticket', call), 201);
}

/** A key of one company's team. */
export async function buildApiKey(
  app: TestApp,
  companyId: string,
  name = 'Billing team',
): Promise<string> {
  const call = { apiKey: app.adminKey, body: { name, companyId } };
  return expectData(await app.api.post('/api-keys', call), 201).secret;
}

/** With what our own pages ask, beside their cookie. */
export const ownPage = ({ url }: Pick<TestApp, 'url'>) => ({
  origin: url,
  'x-requested-by': 'porthole',
});

/** A session at the desk: what its browser sends with every request. */
export async function buildDesk(
  app: TestApp,
  key: string,
): Promise<{ headers: Record<string, string> }> {
  const headers = ownPage(app);
  const reply = await app.api.post('/desk/session', { headers, body: { key } });
  expectData(reply, 201);
  const [cookie = ''] = reply.headers.getSetCookie();
  return { headers: { ...headers, cookie: cookie.split(';')[0] ?? '' } };
}

/** A webhook of the company, at an address where nothing listens unless one is given; loopback has to be allowed. */
export async function buildWebhook(
  app: TestApp,
  companyId: string,
  overrides: object = {},
): Promise<WebhookCreated> {
  const body = { url: 'http://127.0.0.1:9/', companyId, ...overrides };
  return expectData(await app.api.post('/webhooks', { apiKey: app.adminKey, body }), 201);
}

/** The team moves an incident; the customer is told. */
export async function buildMove(
  app: TestApp,
  incident: { id: string },
  status: Status,
): Promise<TeamIncident> {
  const call = { apiKey: app.adminKey, body: { status } };
  return expectData(await app.api.put(`/incident-ticket/${incident.id}`, call), 200);
}

/** Another node on the same database, with some dependencies of its own. Returns its origin and how to end it. */
export async function buildNode(
  app: TestApp,
  own: Partial<Deps>,
): Promise<{ url: string; live: Live; stop(): Promise<void> }> {
  const assets = {
    files: new Map(),
    panel: { script: '/panel.js', style: '/panel.css' },
    desk: { script: '/desk.js', style: '/desk.css' },
  };
  const deps = { ...app.deps, ...own };
  // The embedded database is one node's: there, what wakes one wakes all.
  const isShared = own.wakeup !== undefined || deps.db.isEmbedded;
  const wakeup = isShared ? deps.wakeup : testWakeup(deps.db, deps.log);
  const live = createLive({ ...deps, wakeup });
  const server = serverOf(createApp({ ...deps, wakeup, live }, assets));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const stop = async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
    await live.close();
    if (!isShared) await wakeup.close();
  };
  return { url, live, stop };
}

/** Reports as people really write them: many scripts, emoji, markup, long words. */
export const REAL_REPORTS: readonly (typeof REPORT)[] = readFileSync(
  new URL('reports.jsonl', import.meta.url),
  'utf8',
)
  .trim()
  .split('\n')
  .map((line) => {
    const { shortDescription, description, priority, category } = JSON.parse(line);
    return { shortDescription, description, priority, category };
  });

/** What the database holds, asked as the server's own user. */
export async function rowsOf<Row extends QueryResultRow>(
  app: TestApp,
  sql: string,
  values: unknown[] = [],
): Promise<Row[]> {
  return (await app.deps.db.pool.query<Row>(sql, values)).rows;
}

/** An answer's bytes without the one thing that differs from request to request. */
export const withoutRequestId = ({ text }: Pick<Reply, 'text'>) =>
  text.replace(/"requestId":"[^"]*"/, '');

/** Headers of a conditional request. Without a Cache-Control of ours, `fetch` adds `no-cache`, as browsers do. */
export const ifChangedSince = (etag: string | null) => ({
  'if-none-match': etag ?? '',
  'cache-control': 'max-age=0',
});

/** An id of the right form that nothing has. */
export const NOBODYS_ID = '0199d0c5-6c3e-7cc3-98c4-dc0c0c07398f';

/** What a page or a number may not be written as. */
export const ODD_NUMBERS = [
  ...['1e3', '0x10', '-0', '-1', '0', 'NaN', 'Infinity', '1.5', '%201', '', '１', '%00', 'null'],
  '12345678901234567890',
];

/** The answer's data; the test ends here with the whole answer when the status is another. */
export function expectData(reply: Reply, status: number) {
  if (reply.status !== status)
    throw new Error(`expected ${status}, got ${reply.status}: ${reply.text}`);
  return reply.body.data;
}
