/**
 * No internal word reaches a customer (BAR 9). A word that occurs nowhere else stands in every internal field, every
 * secret, and everything that belongs to other people; then everything that a customer can be sent is searched for it:
 * each operation that the OpenAPI document opens to them, with good and bad requests, the live stream, mails, headers and
 * pages. An operation without a row here fails. The same words are found where the team looks, so that this test can fail.
 */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  buildIdentityKey,
  identityOf,
  mailedLink,
  signIdentity,
  type TestIdentityKey,
} from '../support/accounts.ts';
import { MAIL_IS_ON, startApp, type TestApp } from '../support/app.ts';
import type { Call } from '../support/client.ts';
import { startTestDelivery, type TestDelivery } from '../support/delivery.ts';
import { customerEvents, type EventStream } from '../support/event-stream.ts';
import {
  buildAnnouncement,
  buildCompany,
  buildCustomer,
  buildIncident,
  buildWebhook,
  expectData,
  NOBODYS_ID,
  ownPage,
  PASSWORD,
  REPORT,
  rowsOf,
  short,
  type TestCustomer,
} from '../support/factories.ts';
import { named, OPERATIONS, PREFIX } from '../support/operations/operations.ts';
import { shows } from '../support/shows.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver.ts';

/** Everything that somebody without a key may call. */
const OPEN = OPERATIONS.filter(({ access }) => access === 'public' || access === 'customer');

let app: TestApp;
let delivery: TestDelivery;
let receiver: WebhookReceiver;
let stream: EventStream;
let reader: TestCustomer;
let colleague: TestCustomer;
/** Of the reader's company; their password is changed and set anew. */
let someone: TestCustomer;
let identityKey: TestIdentityKey;
/** What must not be seen, by what it is. */
const canaries = new Map<string, string>();
/** Of the reader, unless it says otherwise. */
let ids: {
  company: string;
  slug: string;
  incident: string;
  ticketNumber: string;
  closed: string;
  foreign: string;
  colleagues: string;
  announcement: string;
  /** What a mailed link ends in. */
  link: string;
};

const asSomeone = () => ({ token: someone.token });

function canary(what: string): string {
  const word = `canary${what}${short()}`.toLowerCase();
  canaries.set(what, word);
  return word;
}

const internals = (of: string) => ({
  techDescription: canary(`tech${of}`),
  impactSummary: canary(`impact${of}`),
  blastRadius: canary(`blast${of}`),
  serviceArea: canary(`area${of}`),
  environment: canary(`environment${of}`),
  region: canary(`region${of}`),
  assignedToEmail: `${canary(`assignee${of}`)}@team.example`,
});

const team = (apiKey = app.adminKey) => {
  const send = async (method: string, path: string, body: object) => {
    const reply = await app.api.send(method, path, { apiKey, body });
    return expectData(reply, reply.status === 201 ? 201 : 200);
  };
  return {
    put: (path: string, body: object) => send('PUT', path, body),
    post: (path: string, body: object = {}) => send('POST', path, body),
  };
};

beforeAll(async () => {
  app = await startApp({ webhooksAllowLoopback: true, smtp: MAIL_IS_ON });
  delivery = await startTestDelivery(app);
  receiver = await startWebhookReceiver();
  canaries.set('admin key', app.adminKey);
  const company = await buildCompany(app, {
    teamEmails: [`${canary('teammail')}@team.example`],
    hostPageUrl: 'https://www.acme.example/help',
  });
  reader = await buildCustomer(app, { companyId: company.id, email: `${short()}@example.com` });
  stream = await customerEvents(app.url, { token: reader.token });
  await fillWebhooks(company.id);
  const insider = await buildInsider(company.id);
  await fillOthers(company.id);
  await fillReaders(company, insider);
});
afterAll(async () => {
  stream?.close();
  await receiver?.close();
});

/** Their addresses, descriptions, secrets, and what one of them answers. */
async function fillWebhooks(companyId: string) {
  const path = `/${canary('hookpath')}`;
  receiver.behave({ status: 500, body: canary('hookanswer') }, path);
  const hook = await buildWebhook(app, companyId, {
    url: receiver.url + path,
    description: canary('hookdescription'),
  });
  canaries.set('webhook', hook.id);
  canaries.set('webhook secret', hook.secret.replace('whsec_', ''));
  const rotated = await team().post(`/webhooks/${hook.id}/rotate-secret`);
  canaries.set('webhook secret after', rotated.secret.replace('whsec_', ''));
  const { id } = await team().post(`/webhooks/${hook.id}/test`);
  canaries.set('delivery', id);
}

/** A key of somebody who works behind the scenes only; its name is no author's. */
async function buildInsider(companyId: string): Promise<string> {
  const made = await team().post('/api-keys', { name: canary('keyname'), companyId });
  canaries.set('key', made.id);
  canaries.set('key secret', made.secret);
  return made.secret;
}

/** Another customer of the company, and one of another company. */
async function fillOthers(companyId: string) {
  const person = (of: string) => ({
    name: canary(`name${of}`),
    email: `${canary(`email${of}`)}@example.com`,
  });
  const texts = (of: string) => ({
    shortDescription: canary(`title${of}`),
    description: canary(`text${of}`),
    category: canary(`category${of}`),
  });
  colleague = await buildCustomer(app, { companyId, ...person('colleague') });
  canaries.set('colleague', colleague.id);
  const stranger = await buildCustomer(app, person('stranger'));
  canaries.set('stranger', stranger.id);
  for (const [customer, of] of [
    [colleague, 'colleague'],
    [stranger, 'stranger'],
  ] as const) {
    const incident = await buildIncident(app, customer, texts(of));
    canaries.set(`${of}'s incident`, incident.id);
    const path = `/customer/${incident.id}/comments`;
    const body = { content: canary(`comment${of}`) };
    expectData(await app.api.post(path, { token: customer.token, body }), 201);
    await team().put(`/incident-ticket/${incident.id}`, internals(of));
  }
}

/** The reader's own incidents and an announcement, all with internal words, moved and answered so that mails go out. */
async function fillReaders({ id: companyId, slug }: { id: string; slug: string }, insider: string) {
  const own = await buildIncident(app, reader);
  const notes = (of: string) => ({ content: canary(`note${of}`), isInternal: true });
  const annotate = async (id: string, of: string) => {
    const path = `/incident-ticket/${id}`;
    await team(insider).put(path, internals(of));
    const note = await team(insider).post(`${path}/comments`, notes(of));
    canaries.set(`note on ${of}`, note.id);
    await team(insider).put(path, { status: 'ACKNOWLEDGED' });
    await team().post(`${path}/comments`, { content: 'We look into it.' });
  };
  await annotate(own.id, 'own');
  await team().post(`/incident-ticket/resolve/customer-kb/${own.id}`, { content: 'Done.' });

  const opened = await team(insider).post('/incident-ticket', {
    ...{ summary: 'Your invoice', priority: 'LOW', customerId: reader.id },
    ...internals('opened'),
    source: canary('source'),
  });
  await team().put(`/incident-ticket/${opened.id}`, { status: 'CLOSED' });

  const announcement = await buildAnnouncement(app, companyId, internals('announced'));
  const path = `/customer/announcements/${announcement.id}/affected`;
  for (const { token } of [reader, colleague]) {
    expectData(await app.api.put(path, { token }), 200);
  }
  await annotate(announcement.id, 'announced');
  const another = await buildAnnouncement(app, companyId, internals('resolved'));
  const affected = `/customer/announcements/${another.id}/affected`;
  expectData(await app.api.put(affected, { token: reader.token }), 200);
  await team().post(`/incident-ticket/resolve/${another.id}`, { note: 'All is well.' });

  const colleagues = canaries.get("colleague's incident") ?? '';
  const foreign = canaries.get("stranger's incident") ?? '';
  const { id: incident, ticketNumber } = own;
  ids = {
    ...{ company: companyId, slug, incident, ticketNumber, closed: opened.id, foreign, colleagues },
    announcement: announcement.id,
    link: await buildLink(companyId),
  };
}

async function buildLink(companyId: string): Promise<string> {
  someone = await buildCustomer(app, { companyId });
  identityKey = await buildIdentityKey(app, companyId);
  canaries.set('identity secret', identityKey.secret);
  const body = { email: someone.email, companyId };
  expectData(await app.api.post('/customer/forgot-password', { body }), 200);
  return mailedLink(app, someone.email);
}

/** Fails with the name of what was seen, and where. `sent` is what the reader knows: they sent it. */
function expectClean(where: string, bytes: string, sent = ''): void {
  const text = bytes.toLowerCase();
  const seen = [...canaries].filter(([, word]) => {
    const lower = word.toLowerCase();
    return !sent.toLowerCase().includes(lower) && text.includes(lower);
  });
  expect(
    seen.map(([what]) => what),
    where,
  ).toEqual([]);
  shows(9, { 'answers, mails and pages searched': 1, 'characters searched': bytes.length });
}

const headersOf = (headers: Headers) => JSON.stringify([...headers]);

type Ask = [path: string, call?: Call];

/** As themselves, beside what everything gets: nobody, with a body that cannot be read, with one that holds nothing. */
const ROWS: Record<string, () => Ask[]> = {
  'GET /customer/companies': () => [
    ['/customer/companies'],
    ['/customer/companies?search=canary'],
    ['/customer/companies?limit=100&page=1'],
  ],
  'POST /customer/register': () => {
    const body = { email: `${short()}@example.com`, password: PASSWORD, name: 'Eve' };
    return [
      ['/customer/register', { body: { ...body, companyId: ids.company } }],
      ['/customer/register', { body: { ...body, email: colleague.email, companyId: ids.company } }],
      ['/customer/register', { body: { ...body, companyId: NOBODYS_ID } }],
    ];
  },
  'POST /customer/login': () => {
    const { email } = reader;
    return [
      ['/customer/login', { body: { email, password: PASSWORD } }],
      ['/customer/login', { body: { email, password: 'something else' } }],
      ['/customer/login', { body: { email: colleague.email, password: 'something else' } }],
    ];
  },
  'POST /customer/challenge': () => [
    ['/customer/challenge', { body: { action: 'login', companyId: ids.company } }],
    ['/customer/challenge', { body: { action: 'register', companyId: NOBODYS_ID } }],
  ],
  'POST /customer/forgot-password': () =>
    [reader.email, colleague.email, 'nobody@example.com'].map((email) => [
      '/customer/forgot-password',
      { body: { email, companyId: ids.company } },
    ]),
  'POST /customer/redeem-link': () => [
    ['/customer/redeem-link', { body: { token: ids.link, password: PASSWORD } }],
    ['/customer/redeem-link', { body: { token: ids.link, password: PASSWORD } }],
  ],
  'PUT /customer/password': () => [
    // Somebody else's account: it ends every session of it, and the reader's stream is looked at below.
    ['/customer/password', { ...asSomeone(), body: { currentPassword: PASSWORD, password: 'x' } }],
    ['/customer/password', { body: { currentPassword: 'another one', password: PASSWORD } }],
  ],
  'POST /customer/identify': () => [
    ['/customer/identify', { body: { token: signIdentity(identityKey, identityOf()) } }],
    ['/customer/identify', { body: { token: signIdentity(identityKey, { sub: 'x' }) } }],
  ],
  'POST /customer/logout': () => [['/customer/logout']],
  'GET /customer/me': () => [['/customer/me']],
  'PUT /customer/me': () => [
    ['/customer/me', { body: { name: 'Reader' } }],
    ['/customer/me', { body: { locale: 'no language' } }],
  ],
  'POST /customer/create-incident': () => [
    ['/customer/create-incident', { body: REPORT }],
    ['/customer/create-incident', { body: { ...REPORT, priority: 'none' } }],
    ['/customer/create-incident', { body: { ...REPORT, techDescription: 'x', isInternal: true } }],
  ],
  'GET /customer/get-incident/{id}': () =>
    [ids.incident, ids.ticketNumber, ids.closed, ids.colleagues, ids.foreign, ids.announcement].map(
      (id) => [`/customer/get-incident/${id}`],
    ),
  'GET /customer/get-incidents': () => [
    ['/customer/get-incidents?limit=100'],
    ['/customer/get-incidents?limit=1&page=2'],
    ['/customer/get-incidents?status=IN_PROGRESS,RESOLVED,CLOSED'],
    ['/customer/get-incidents?search=canary&techDescription=canary'],
    ['/customer/get-incidents?cursor=none'],
  ],
  'POST /customer/{incidentId}/comments': () =>
    [ids.incident, ids.closed, ids.colleagues, ids.foreign, ids.announcement].map((id) => [
      `/customer/${id}/comments`,
      { body: { content: 'Thank you.' } },
    ]),
  'POST /customer/{incidentId}/seen': () =>
    [ids.incident, ids.colleagues, ids.announcement].map((id) => [`/customer/${id}/seen`]),
  'GET /customer/announcements': () => [['/customer/announcements']],
  'PUT /customer/announcements/{id}/affected': () =>
    [ids.announcement, ids.colleagues].map((id) => [`/customer/announcements/${id}/affected`]),
  'DELETE /customer/announcements/{id}/affected': () =>
    [ids.announcement, ids.colleagues].map((id) => [`/customer/announcements/${id}/affected`]),
  'POST /customer/announcements/{id}/seen': () =>
    [ids.announcement, ids.colleagues].map((id) => [`/customer/announcements/${id}/seen`]),
  // What it tells is looked at below.
  'GET /customer/events': () => [['/customer/events', { token: 'none' }]],
  'GET /panel/boot': () => [
    ['/panel/boot'],
    [`/panel/boot?company=${ids.slug}`],
    [`/panel/boot?company=${ids.company}`, { token: 'none' }],
    [`/panel/boot?company=${NOBODYS_ID}`],
  ],
  'POST /desk/session': () => [
    [
      '/desk/session',
      {
        token: 'none',
        body: { key: 'not a key of anybody, but long enough for one' },
        headers: ownPage(app),
      },
    ],
  ],
};

describe('what a customer is sent', () => {
  it.each(named(OPEN))('holds nothing internal: %s', async (name) => {
    const asks = ROWS[name]?.();
    if (asks === undefined) throw new Error(`${name} has no row`);
    const [method = ''] = name.split(' ');
    const [path = ''] = asks[0] ?? [];
    // A session of its own: one of them ends it.
    const body = { email: reader.email, password: PASSWORD };
    const { token } = expectData(await app.api.post('/customer/login', { body }), 200);
    const own = asks.map(([to, call]): Ask => [to, { token, ...call }]);
    const odd: Ask[] = [[path], [path, { token: app.adminKey }]];
    if (!['GET', 'DELETE'].includes(method)) {
      odd.push([path, { token, body: '{' }], [path, { token, body: {} }]);
    }
    for (const [index, [to, call]] of [...own, ...odd].entries()) {
      const reply = await app.api.send(method, to, call);
      // The first is a good request: where all are refused, nothing is shown.
      if (index === 0 && call?.token === token) expect(reply.status, name).toBeLessThan(300);
      const where = `${method} ${to} answered ${reply.status}`;
      expectClean(where, headersOf(reply.headers) + reply.text, to + JSON.stringify(call ?? {}));
    }
  });

  it('holds nothing internal: the live stream', async () => {
    // Each of the reader's moves and comments came, and each internal change passed between them.
    const { id } = await buildIncident(app, reader);
    await stream.until(({ data }) => data.incidentId === id);
    expect(stream.events().length).toBeGreaterThanOrEqual(10);
    expectClean('the stream', headersOf(stream.headers) + stream.text());
    const internal = await rowsOf<{ id: string }>(app, 'select id from events where is_internal');
    expect(internal.length).toBeGreaterThanOrEqual(10);
    for (const one of internal) {
      expect(stream.text()).not.toContain(one.id.replaceAll('-', ''));
    }
  });

  it('holds nothing internal: mails', async () => {
    const subjects = () => delivery.smtp.to(reader.email).map(({ parsed }) => parsed.subject);
    // Of the answered incident, of the one that the team opened, and of the announcement that is over.
    await vi.waitFor(async () => {
      const [left] = await rowsOf<{ n: number }>(
        app,
        `select count(*)::int as n from deliveries where company_id = $1 and kind = 'email' and status = 'pending'`,
        [ids.company],
      );
      expect(left?.n).toBe(0);
      expect(new Set(subjects()).size).toBeGreaterThanOrEqual(3);
    }, 15_000);
    for (const { raw, parsed } of delivery.smtp.to(reader.email)) {
      const { html, text, subject, headerLines } = parsed;
      expectClean(`mail ${subject}`, raw + html + text + subject + JSON.stringify(headerLines));
    }
  });

  it('holds nothing internal: pages', async () => {
    const [mail] = delivery.smtp.to(reader.email);
    const off = /https?:\/\/[^\s>]+\/mail\/off\?t=[\w.-]+/.exec(mail?.parsed.text ?? '')?.[0];
    expect(off).toBeDefined();
    const own = ['/panel', '/portal'].flatMap((page) => [page, `${page}?company=${ids.slug}`]);
    const others = [
      '/desk',
      '/docs',
      '/openapi.json',
      '/demo',
      '/widget.js',
      '/healthz',
      '/readyz',
    ];
    const absent = [
      '/metrics',
      '/nothing',
      `${PREFIX}/nothing`,
      `${PREFIX}/webhooks`,
      `${PREFIX}/audit`,
    ];
    for (const page of [...own, ...others, ...absent, off?.replace(app.url, '') ?? '']) {
      const response = await fetch(app.url + page, {
        headers: { authorization: `Bearer ${reader.token}` },
      });
      expectClean(page, headersOf(response.headers) + (await response.text()));
    }
  });
});

describe('the same words', () => {
  it('are found where the team looks, and the secrets where they are kept', async () => {
    const call = { apiKey: app.adminKey };
    const read = async (path: string) => (await app.api.get(path, call)).text;
    const listed = await app.api.get(`/incident-ticket?limit=100&companyId=${ids.company}`, call);
    const all = expectData(listed, 200).incidents.map(({ id }: { id: string }) => id);
    const texts = await Promise.all([
      ...[...all, ids.foreign].map((id) => read(`/incident-ticket/${id}`)),
      ...all.map((id: string) => read(`/incident-ticket/${id}/comments`)),
      read(`/incident-ticket/${ids.announcement}/affected`),
      read(`/webhooks?companyId=${ids.company}`),
      read(`/deliveries?companyId=${ids.company}&limit=100`),
      read(`/deliveries/${canaries.get('delivery')}`),
      read(`/companies/${ids.company}`),
      read(`/api-keys?companyId=${ids.company}`),
      read(`/audit?companyId=${ids.company}&limit=100`),
    ]);
    const kept = [
      await rowsOf(app, 'select secret, old_secret from webhooks'),
      await rowsOf(app, 'select secret from identity_keys'),
    ];
    const text = [...texts, JSON.stringify(kept)].join('\n').toLowerCase();
    // Kept as hashes alone.
    const hashed = ['admin key', 'key secret'];
    const missed = [...canaries].filter(
      ([what, word]) => !hashed.includes(what) && !text.includes(word.toLowerCase()),
    );
    expect(missed.map(([what]) => what)).toEqual([]);
    shows(9, { 'canaries planted': canaries.size });
  });

  it('would be found if a customer were sent them', () => {
    for (const [what, word] of canaries) {
      expect(() => expectClean(what, `{"a":"${word}"}`), what).toThrow();
    }
  });
});
