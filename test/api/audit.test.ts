/**
 * The audit log. Every operation of the team that changes something leaves exactly one row; the operations come from the
 * routes themselves, so one without a line in the table below fails.
 */
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { ROUTES } from '../../server/app.ts';
import { expireAudit } from '../../server/db/audit.ts';
import { deleteOldLoginFailures, noteLoginFailure } from '../../server/db/login-failures.ts';
import { networkOf } from '../../server/http/client-address.ts';
import type { AuditAction, AuditSubjectType } from '../../shared/audit.ts';
import type { AuditEntry } from '../../shared/types.ts';
import { startApp, type TestApp } from '../support/app.ts';
import type { Call } from '../support/client.ts';
import {
  buildApiKey,
  buildCompany,
  buildCustomer,
  buildDesk,
  buildIncident,
  expectData,
  NOBODYS_ID,
  ownPage,
  PASSWORD,
  REPORT,
  rowsOf,
  short,
  type TestCustomer,
} from '../support/factories.ts';
import { everyTestShows, shows } from '../support/shows.ts';

/** Of the right form, and nothing has it. */
const idOfNobody = (n: number) => `0199d0c5-6c3e-7cc3-98c4-${String(n).padStart(12, '0')}`;

/** Stands in every text and every secret that is sent here, and in no row of the log. */
const CANARY = 'canary-7f3a';

let app: TestApp;
let customer: TestCustomer;
let team: { id: string; secret: string };
/** Whatever was shown once. */
const secrets: string[] = [];
beforeAll(async () => {
  app = await startApp();
  customer = await buildCustomer(app);
  team = await buildKey({ companyId: customer.companyId, name: 'Billing team' });
});

async function buildKey(fields: object = {}): Promise<{ id: string; secret: string }> {
  const call = { apiKey: app.adminKey, body: { name: 'A key', ...fields } };
  const made = expectData(await app.api.post('/api-keys', call), 201);
  secrets.push(made.secret);
  return made;
}

const newCustomer = () => buildCustomer(app, { companyId: customer.companyId });
const newIncident = async () => (await buildIncident(app, customer)).id;
const byTeam = (body?: object): Call => ({ apiKey: team.secret, ...(body && { body }) });
const byAdmin = (body?: object): Call => ({ apiKey: app.adminKey, ...(body && { body }) });

/** Saved and never called: no worker runs here. */
const HOOK = { url: `https://1.1.1.1/${CANARY}` };
const newWebhook = async (): Promise<string> => {
  const { id, secret } = expectData(await app.api.post('/webhooks', byTeam(HOOK)), 201);
  secrets.push(secret);
  return id;
};

interface Act {
  action: AuditAction;
  subject: AuditSubjectType;
  /** What has to be there first, and the request itself: its path where that has an id, and its call. */
  arrange(): Promise<{ path?: string; call: Call }>;
}

const TEXTS = {
  summary: `${CANARY} summary`,
  description: `${CANARY} description`,
  techDescription: `${CANARY} tech`,
  impactSummary: `${CANARY} impact`,
};

/** Every operation of the team that is no reading, and the one reading that takes a person's data away. */
const ACTS: Record<string, Act> = {
  'post /incident-ticket': {
    action: 'announcement.created',
    subject: 'incident',
    arrange: async () => ({ call: byTeam({ ...TEXTS, priority: 'HIGH' }) }),
  },
  'put /incident-ticket/:id': {
    action: 'incident.moved',
    subject: 'incident',
    arrange: async () => ({
      path: `/incident-ticket/${await newIncident()}`,
      call: byTeam({ ...TEXTS, status: 'INVESTIGATION', priority: 'CRITICAL' }),
    }),
  },
  'post /incident-ticket/:incidentId/comments': {
    action: 'comment.created',
    subject: 'comment',
    arrange: async () => ({
      path: `/incident-ticket/${await newIncident()}/comments`,
      call: byTeam({ content: `${CANARY} comment` }),
    }),
  },
  'post /incident-ticket/resolve/:id': {
    action: 'incident.moved',
    subject: 'incident',
    arrange: async () => ({
      path: `/incident-ticket/resolve/${await newIncident()}`,
      call: byTeam({ note: `${CANARY} last word` }),
    }),
  },
  'post /incident-ticket/resolve/customer-kb/:id': {
    action: 'incident.moved',
    subject: 'incident',
    arrange: async () => ({
      path: `/incident-ticket/resolve/customer-kb/${await newIncident()}`,
      call: byTeam({ title: `${CANARY} title`, content: `${CANARY} content` }),
    }),
  },
  'put /customers/:id': {
    action: 'customer.disabled',
    subject: 'customer',
    arrange: async () => ({
      path: `/customers/${(await newCustomer()).id}`,
      call: byTeam({ isDisabled: true }),
    }),
  },
  'get /customers/:id/export': {
    action: 'customer.exported',
    subject: 'customer',
    arrange: async () => ({
      path: `/customers/${(await newCustomer()).id}/export`,
      call: byTeam(),
    }),
  },
  'post /customers/:id/erase': {
    action: 'customer.erased',
    // Whose id must not stay; what was erased belonged to the company.
    subject: 'company',
    arrange: async () => {
      const { id, email } = await newCustomer();
      return { path: `/customers/${id}/erase`, call: byTeam({ email }) };
    },
  },
  'post /companies': {
    action: 'company.created',
    subject: 'company',
    arrange: async () => ({ call: byAdmin({ name: 'New', slug: `new-${short()}` }) }),
  },
  'put /companies/:id': {
    action: 'company.updated',
    subject: 'company',
    arrange: async () => ({
      path: `/companies/${(await buildCompany(app)).id}`,
      call: byAdmin({ accent: '#0b7285' }),
    }),
  },
  'post /api-keys': {
    action: 'key.created',
    subject: 'key',
    arrange: async () => ({ call: byAdmin({ name: 'Logged', companyId: customer.companyId }) }),
  },
  'post /api-keys/:id/rotate': {
    action: 'key.rotated',
    subject: 'key',
    arrange: async () => ({
      path: `/api-keys/${(await buildKey()).id}/rotate`,
      call: byAdmin({ overlapHours: 1 }),
    }),
  },
  'delete /api-keys/:id': {
    action: 'key.revoked',
    subject: 'key',
    arrange: async () => ({ path: `/api-keys/${(await buildKey()).id}`, call: byAdmin() }),
  },
  'post /webhooks': {
    action: 'webhook.created',
    subject: 'webhook',
    arrange: async () => ({ call: byTeam({ ...HOOK, description: `${CANARY} description` }) }),
  },
  'put /webhooks/:id': {
    action: 'webhook.updated',
    subject: 'webhook',
    arrange: async () => ({
      path: `/webhooks/${await newWebhook()}`,
      call: byTeam({ isPaused: true, description: `${CANARY} description` }),
    }),
  },
  'delete /webhooks/:id': {
    action: 'webhook.deleted',
    subject: 'webhook',
    arrange: async () => ({ path: `/webhooks/${await newWebhook()}`, call: byTeam() }),
  },
  'post /webhooks/:id/test': {
    action: 'webhook.tested',
    subject: 'webhook',
    arrange: async () => ({ path: `/webhooks/${await newWebhook()}/test`, call: byTeam() }),
  },
  'post /webhooks/:id/rotate-secret': {
    action: 'webhook.secret_rotated',
    subject: 'webhook',
    arrange: async () => ({
      path: `/webhooks/${await newWebhook()}/rotate-secret`,
      call: byTeam(),
    }),
  },
  'post /deliveries/:id/redeliver': {
    action: 'delivery.redelivered',
    subject: 'delivery',
    arrange: async () => {
      const made = await app.api.post(`/webhooks/${await newWebhook()}/test`, byTeam());
      return { path: `/deliveries/${expectData(made, 201).id}/redeliver`, call: byTeam() };
    },
  },
  'post /identity-keys': {
    action: 'identity_key.created',
    subject: 'identity_key',
    arrange: async () => ({ call: byTeam({ name: 'Web shop' }) }),
  },
  'delete /identity-keys/:id': {
    action: 'identity_key.deleted',
    subject: 'identity_key',
    arrange: async () => {
      const made = await app.api.post('/identity-keys', byTeam({ name: 'Web shop' }));
      const { id, secret } = expectData(made, 201);
      secrets.push(secret);
      return { path: `/identity-keys/${id}`, call: byTeam() };
    },
  },
  'delete /desk/session': {
    action: 'desk.logout',
    subject: 'session',
    arrange: async () => ({ call: await buildDesk(app, team.secret) }),
  },
};

const TAKEN_AWAY = '/customers/:id/export';
const OPERATIONS = ROUTES.filter(
  ({ spec }) =>
    (spec.method !== 'get' || spec.path === TAKEN_AWAY) && ['team', 'admin'].includes(spec.access),
).map(({ spec }) => `${spec.method} ${spec.path}`);

/** The rows that `work` adds to the log. */
// biome-ignore lint/suspicious/noExplicitAny: rows of the table as they are.
async function rowsAddedBy<T>(work: () => Promise<T>): Promise<{ result: T; rows: any[] }> {
  const before = await rowsOf<{ id: string }>(app, 'select id from audit_log');
  const result = await work();
  const rows = await rowsOf(app, 'select * from audit_log where id <> all($1) order by at, id', [
    before.map(({ id }) => id),
  ]);
  return { result, rows };
}

describe('the table of actions', () => {
  it('has a line for every operation of the team that changes something, and no other', () => {
    const missing = OPERATIONS.filter((name) => ACTS[name] === undefined);
    expect(missing, 'operations without a line in ACTS: what does each leave in the log?').toEqual(
      [],
    );
    expect(Object.keys(ACTS).filter((name) => !OPERATIONS.includes(name))).toEqual([]);
  });
});

describe('an action of the team', () => {
  everyTestShows(37);
  it.each(Object.entries(ACTS))('leaves exactly one row: %s', async (operation, act) => {
    const [method = '', path = ''] = operation.split(' ');
    const { path: given = path, call } = await act.arrange();
    const { result, rows } = await rowsAddedBy(() =>
      app.api.send(method.toUpperCase(), given, call),
    );
    expect(result.status, result.text).toBeLessThan(300);
    const isAdmin = call.apiKey === app.adminKey;
    expect(rows).toEqual([
      expect.objectContaining({
        action: act.action,
        actor_type: 'key',
        actor_id: isAdmin ? expect.any(String) : team.id,
        actor_name: isAdmin ? 'The team' : 'Billing team',
        ip: '127.0.0.1',
        subject_type: act.subject,
        subject_id: expect.any(String),
      }),
    ]);
    if (!isAdmin) expect(rows[0].company_id).toBe(customer.companyId);
    shows(37, { 'operations of the team with one audit row each': 1 });
  });

  it.each([
    [
      'a note, as such',
      (id: string) =>
        app.api.post(
          `/incident-ticket/${id}/comments`,
          byTeam({ content: CANARY, isInternal: true }),
        ),
      'note.created',
    ],
    [
      'an edit that moves nothing',
      (id: string) => app.api.put(`/incident-ticket/${id}`, byTeam(TEXTS)),
      'incident.updated',
    ],
    [
      'an incident for a customer',
      () =>
        app.api.post(
          '/incident-ticket',
          byTeam({ ...TEXTS, priority: 'LOW', customerId: customer.id }),
        ),
      'incident.created',
    ],
  ] as const)('is told apart: %s', async (_, request, action) => {
    const id = await newIncident();
    const { rows } = await rowsAddedBy(() => request(id));
    expect(rows.map((row) => row.action)).toEqual([action]);
  });

  it('is told as it was and as it is, and of texts only that they have changed', async () => {
    const id = await newIncident();
    const { rows } = await rowsAddedBy(() =>
      app.api.put(
        `/incident-ticket/${id}`,
        byTeam({ ...TEXTS, status: 'MITIGATED', priority: 'HIGH' }),
      ),
    );
    expect(rows[0].before).toMatchObject({ status: 'OPEN', priority: 'MEDIUM' });
    expect(rows[0].after).toMatchObject({ status: 'MITIGATED', priority: 'HIGH' });
    expect(rows[0].after.changed).toEqual(expect.arrayContaining(['description']));
    const company = await buildCompany(app, { accent: '#111111' });
    const changed = await rowsAddedBy(() =>
      app.api.put(`/companies/${company.id}`, byAdmin({ accent: '#222222' })),
    );
    expect(changed.rows[0]).toMatchObject({
      company_id: company.id,
      before: { accent: '#111111' },
      after: { accent: '#222222' },
    });
  });

  it('tells how many addresses a company has for mails, and none of them', async () => {
    const teamEmails = [`${CANARY}-a@team.example`, `${CANARY}-b@team.example`];
    const { rows } = await rowsAddedBy(async () => {
      const { id } = await buildCompany(app, { teamEmails });
      await app.api.put(`/companies/${id}`, byAdmin({ teamEmails: teamEmails.slice(1) }));
    });
    expect(rows[0].after).toMatchObject({ teamEmails: 2 });
    expect(rows[1]).toMatchObject({ before: { teamEmails: 2 }, after: { teamEmails: 1 } });
    expect(JSON.stringify(rows)).not.toContain(CANARY);
  });

  it('on a customer is told by what it was: disabled, enabled, and nothing where they were so', async () => {
    const { id } = await newCustomer();
    const { rows } = await rowsAddedBy(async () => {
      for (const isDisabled of [true, true, false, false]) {
        expectData(await app.api.put(`/customers/${id}`, byTeam({ isDisabled })), 200);
      }
      await app.api.send('HEAD', `/customers/${id}/export`, byTeam());
    });
    expect(rows.map(({ action, subject_id }) => [action, subject_id])).toEqual([
      ['customer.disabled', id],
      ['customer.enabled', id],
    ]);
  });

  it('that fails, or changes nothing, leaves none', async () => {
    const { slug, id } = await buildCompany(app);
    const other = await buildCompany(app);
    const key = await buildKey();
    await app.api.delete(`/api-keys/${key.id}`, byAdmin());
    const { rows } = await rowsAddedBy(async () => [
      await app.api.post('/companies', byAdmin({ name: 'Twin', slug })),
      await app.api.put(`/companies/${other.id}`, byAdmin({ slug })),
      await app.api.put(`/companies/${id}`, byTeam({ name: 'Mine' })),
      await app.api.put(`/incident-ticket/${NOBODYS_ID}`, byTeam({ status: 'CLOSED' })),
      await app.api.delete(`/api-keys/${key.id}`, byAdmin()),
    ]);
    expect(rows).toEqual([]);
  });
});

describe('what matters for security', () => {
  const email = `${CANARY}@example.com`;
  const logIn = (fields: object) =>
    app.api.post('/customer/login', { body: { email, password: PASSWORD, ...fields } });

  it('is a customer who registers, logs in, fails to, and logs out: by id, never by address', async () => {
    const { id: companyId } = await buildCompany(app);
    const { result, rows } = await rowsAddedBy(async () => {
      const own = await buildCustomer(app, { companyId, email, name: CANARY });
      const { token } = expectData(await logIn({}), 200);
      expect((await logIn({ password: `${CANARY} wrong` })).status).toBe(401);
      await app.api.post('/customer/logout', { token });
      return own.id;
    });
    expect(rows.map((row) => [row.action, row.company_id, row.actor_type, row.actor_id])).toEqual(
      ['registered', 'login', 'login_failed', 'logout'].map((what) => [
        ...[`customer.${what}`, companyId, 'customer', result],
      ]),
    );
    for (const row of rows) expect(row).toMatchObject({ ip: '127.0.0.1', actor_name: 'customer' });
  });

  it('is a login with an address that nobody has: noted as such, without it', async () => {
    const { id: companyId } = await buildCompany(app);
    const { rows } = await rowsAddedBy(() =>
      logIn({ companyId, email: `${CANARY}-nobody@example.com` }),
    );
    expect(rows).toEqual([
      expect.objectContaining({
        ...{ action: 'customer.login_failed', actor_id: null, company_id: companyId },
        ...{ ip: '127.0.0.1', after: { note: 'no account has this address', failures: 1 } },
      }),
    ]);
  });

  it('is a login at the desk, and one that failed, without the key', async () => {
    await rowsOf(app, 'delete from login_failures');
    const { rows } = await rowsAddedBy(async () => {
      await buildDesk(app, team.secret);
      const headers = ownPage(app);
      const reply = await app.api.post('/desk/session', { headers, body: { key: `ph_${CANARY}` } });
      expect(reply.status).toBe(401);
    });
    expect(rows.map((row) => [row.action, row.actor_id])).toEqual([
      ['desk.login', team.id],
      ['desk.login_failed', null],
    ]);
  });

  it('is the use of a key that has ended: once an hour, however often it is tried', async () => {
    const key = await buildKey({ companyId: customer.companyId });
    await app.api.delete(`/api-keys/${key.id}`, byAdmin());
    const tryIt = () => app.api.get('/incident-ticket', { apiKey: key.secret });
    const { rows } = await rowsAddedBy(() => Promise.all([tryIt(), tryIt(), tryIt()]));
    expect(rows).toEqual([
      expect.objectContaining({
        ...{ action: 'key.refused', actor_id: key.id, company_id: customer.companyId },
        ...{ subject_id: key.id, ip: '127.0.0.1' },
      }),
    ]);
    const sql = "update api_keys set refused_at = refused_at - interval '61 minutes' where id = $1";
    await rowsOf(app, sql, [key.id]);
    expect((await rowsAddedBy(tryIt)).rows).toHaveLength(1);
  });
});

describe('log-ins that fail again and again', () => {
  const logIn = (email: string, companyId: string) =>
    app.api.post('/customer/login', { body: { email, companyId, password: `${CANARY} wrong` } });
  const atDesk = (key: string) => {
    const headers = ownPage(app);
    return app.api.post('/desk/session', { headers, body: { key } });
  };
  const fifty = async (request: (n: number) => Promise<unknown>) => {
    await rowsOf(app, 'delete from login_failures');
    const { rows } = await rowsAddedBy(async () => {
      for (let n = 0; n < 50; n += 1) await request(n);
    });
    return rows;
  };

  it.each<[string, (one: TestCustomer, n: number) => Promise<unknown>]>([
    ['with the address of an account', ({ email, companyId }) => logIn(email, companyId)],
    ['with an address that nobody has', ({ companyId }) => logIn('no@example.com', companyId)],
    ['with many addresses', ({ companyId }, n) => logIn(`no-${n}@example.com`, companyId)],
    ['with an invented company each', (_, n) => logIn('no@example.com', idOfNobody(n))],
    ['at the desk with one key', () => atDesk(`ph_${CANARY}`)],
    ['at the desk with many keys', (_, n) => atDesk(`ph_${CANARY}${n}`)],
  ])('leave the first and the tenth row, each with the count: %s', async (_, request) => {
    const one = await buildCustomer(app);
    const rows = await fifty((n) => request(one, n));
    expect(rows.map(({ after }) => after.failures)).toEqual([1, 10]);
    for (const { company_id } of rows) expect([null, one.companyId]).toContain(company_id);
  });

  it('leave a row for each account, whoever tries them', async () => {
    const { companyId } = customer;
    const accounts = [
      await buildCustomer(app, { companyId }),
      await buildCustomer(app, { companyId }),
    ];
    const rows = await fifty((n) => logIn(accounts[n % 2]?.email ?? '', companyId));
    expect(rows.map(({ subject_id, after }) => [subject_id, after.failures])).toEqual([
      ...accounts.map(({ id }) => [id, 1]),
      ...accounts.map(({ id }) => [id, 10]),
    ]);
  });

  it('come from many machines: those of an hour are told apart up to a hundred, at each company', async () => {
    const { id: companyId } = await buildCompany(app);
    const fail = (from: string, company: string | null) =>
      noteLoginFailure(app.deps, {
        ...{ action: 'customer.login_failed', companyId: company, customerId: null },
        ...{ ip: from, network: networkOf(from) },
      });
    await rowsOf(app, 'delete from login_failures');
    const { rows } = await rowsAddedBy(async () => {
      for (let n = 0; n < 150; n += 1) await fail(`192.0.2.${n}`, companyId);
      // One machine has all of these.
      for (let n = 0; n < 50; n += 1) await fail(`2001:db8::${n}`, null);
    });
    const own = rows.filter(({ company_id }) => company_id === companyId);
    expect(own.slice(0, 100).map(({ after }) => after)).toEqual(Array(100).fill({ failures: 1 }));
    expect(own.slice(100).map(({ after }) => after)).toEqual([
      { failures: 1, from: 'many addresses' },
      { failures: 10, from: 'many addresses' },
    ]);
    expect(rows.filter(({ company_id }) => company_id === null)).toHaveLength(2);
  });

  it('are counted anew after an hour, and forgotten where nobody tries again', async () => {
    const one = await buildCustomer(app);
    const other = await buildCustomer(app);
    await fifty((n) =>
      logIn((n % 2 === 0 ? one : other).email, (n % 2 === 0 ? one : other).companyId),
    );
    await rowsOf(app, "update login_failures set since = since - interval '61 minutes'");
    const { rows } = await rowsAddedBy(() => logIn(one.email, one.companyId));
    expect(rows.map(({ after }) => after)).toEqual([{ failures: 1 }]);
    expect(await deleteOldLoginFailures(app.deps.db)).toBe(1);
    expect(await rowsOf(app, 'select source from login_failures')).toEqual([{ source: one.id }]);
  });
});

describe('the rows', () => {
  it('hold no description, comment, note, secret, password or address', async () => {
    const [{ count } = { count: -1 }] = await rowsOf<{ count: number }>(
      app,
      'select count(*)::int as count from audit_log a where a::text like $1',
      [`%${CANARY}%`],
    );
    expect(count).toBe(0);
    const all = JSON.stringify(await rowsOf(app, 'select * from audit_log'));
    for (const secret of [...secrets, app.adminKey, customer.token, PASSWORD, customer.email]) {
      expect(all).not.toContain(secret);
    }
    expect(all).not.toContain(REPORT.description);
  });

  it.each(['update audit_log set ip = null', 'delete from audit_log', 'truncate audit_log'])(
    'stay: %s is refused',
    async (sql) => {
      await expect(rowsOf(app, sql)).rejects.toThrow('neither changed nor deleted');
      // The embedded database hangs up after an error; the pool finds out with its next query.
      await vi.waitFor(() => rowsOf(app, 'select 1'), 15_000);
    },
  );

  it('go when they are older than the operator keeps them, the oldest first, and none before 30 days', async () => {
    const { id: companyId } = await buildCompany(app);
    await rowsOf(
      app,
      `insert into audit_log (id, company_id, at, actor_type, actor_name, action)
       select gen_random_uuid(), $1, now() - make_interval(days => n), 'system', n::text, 'key.created'
       from unnest(array[1, 29, 31, 99, 101]) as n`,
      [companyId],
    );
    const left = async () => {
      const rows = await rowsOf<{ actor_name: string }>(
        app,
        `select actor_name from audit_log where company_id = $1 and actor_type = 'system' order by at`,
        [companyId],
      );
      return rows.map(({ actor_name }) => actor_name);
    };
    await expireAudit(app.deps.db, 100);
    expect(await left()).toEqual(['99', '31', '29', '1']);
    await expireAudit(app.deps.db, 1);
    expect(await left()).toEqual(['29', '1']);
    // The door has closed behind it, also within the same transaction.
    const client = await app.deps.db.pool.connect();
    await client.query('begin');
    await client.query('select expire_audit_log(30, 1)');
    await expect(client.query('delete from audit_log')).rejects.toThrow('neither changed');
    client.release(true);
    await vi.waitFor(() => rowsOf(app, 'select 1'), 15_000);
    expect(await left()).toEqual(['29', '1']);
  });

  it('are reached by no route but the two that read', () => {
    const paths = ROUTES.filter(({ spec }) => /audit/.test(spec.path));
    expect(paths.map(({ spec }) => `${spec.method} ${spec.path}`)).toEqual([
      'get /audit',
      'get /audit/export',
    ]);
  });
});

describe('reading the log', () => {
  const read = async (query = '', apiKey = app.adminKey) =>
    expectData(await app.api.get(`/audit${query}`, { apiKey }), 200);

  it('goes from the newest to the oldest by cursor: each once, none missing, whatever is added', async () => {
    const { id: companyId } = await buildCompany(app);
    for (let n = 0; n < 6; n += 1) await buildKey({ companyId });
    const seen: AuditEntry[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const before: string = cursor === '' ? '' : `&before=${cursor}`;
      const page = await read(`?companyId=${companyId}&limit=2${before}`);
      expect(page.entries.length).toBeLessThanOrEqual(2);
      seen.push(...page.entries);
      cursor = page.nextCursor;
      if (seen.length === 2) await buildKey({ companyId });
    }
    expect(seen.map(({ action }) => action)).toEqual([
      ...Array(6).fill('key.created'),
      'company.created',
    ]);
    const times = seen.map(({ at, id }) => `${at}_${id}`);
    expect(times).toEqual([...new Set(times)].sort().reverse());
  });

  it('can be narrowed to an action and to what it was done to', async () => {
    const { id: companyId } = await buildCompany(app);
    const key = await buildKey({ companyId });
    await app.api.delete(`/api-keys/${key.id}`, byAdmin());
    const actions = async (query: string) =>
      (await read(query)).entries.map((one: AuditEntry) => one.action);
    expect(await actions(`?subjectId=${key.id}`)).toEqual(['key.revoked', 'key.created']);
    expect(await actions(`?subjectId=${key.id}&action=key.created`)).toEqual(['key.created']);
    expect(await actions(`?companyId=${companyId}&action=company.created`)).toEqual([
      'company.created',
    ]);
    expect(await actions(`?action=webhook.paused&limit=1&subjectId=${NOBODYS_ID}`)).toEqual([]);
  });

  it("is its own company's for a company's key, and refused for another's", async () => {
    const own = await buildCustomer(app);
    const key = await buildApiKey(app, own.companyId);
    const { entries } = await read('', key);
    expect(entries.length).toBeGreaterThan(0);
    for (const entry of entries) expect(entry.companyId).toBe(own.companyId);
    expect(await read(`?companyId=${own.companyId}`, key)).toEqual({ entries, nextCursor: null });
    for (const path of ['/audit', '/audit/export']) {
      const reply = await app.api.get(`${path}?companyId=${customer.companyId}`, { apiKey: key });
      expect([reply.status, reply.body.code]).toEqual([403, 'forbidden']);
    }
    const { text } = await app.api.get('/audit/export?format=ndjson', { apiKey: key });
    const lines = text.trim().split('\n');
    for (const line of lines) expect(JSON.parse(line).companyId).toBe(own.companyId);
  });

  it.each([
    ...[
      'before=x',
      'before=2026-02-31T00:00:00.000Z_x',
      `before=2026-13-01T00:00:00.000Z_${NOBODYS_ID}`,
    ],
    ...['limit=0', 'limit=101', 'action=key.stolen', 'subjectId=7', 'companyId=acme'],
    ...['action=key.created&action=key.revoked', `before=9999-12-31T23:59:60.000Z_${NOBODYS_ID}`],
  ])('answers 400 for %s', async (query) => {
    expect((await app.api.get(`/audit?${query}`, byAdmin())).status).toBe(400);
  });

  it('takes a cursor that names no day of the calendar for the day it means', async () => {
    const cursor = `2026-02-30T00:00:00.000Z_${NOBODYS_ID}`;
    expect((await app.api.get(`/audit?before=${cursor}`, byAdmin())).status).toBe(200);
  });
});

describe('exporting the log', () => {
  const save = (query: string) => app.api.get(`/audit/export?${query}`, byAdmin());

  it('writes CSV that a spreadsheet opens as text: quoted, and without formulas', async () => {
    const { id: companyId } = await buildCompany(app);
    const { secret } = await buildKey({ companyId, name: '=HYPERLINK("http://evil.example")' });
    await buildDesk(app, secret);
    const reply = await save(`format=csv&companyId=${companyId}`);
    expect(reply.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(reply.headers.get('content-disposition')).toBe('attachment; filename="audit-log.csv"');
    expect(reply.headers.get('cache-control')).toBe('no-store');
    const [head, ...lines] = reply.text.trimEnd().split('\r\n');
    expect(head).toBe(
      'at,action,actorType,actorId,actorName,ip,companyId,subjectType,subjectId,before,after,id',
    );
    expect(lines.map((line) => line.split(',')[1])).toEqual([
      ...['company.created', 'key.created', 'desk.login'],
    ]);
    expect(lines[2]).toContain(`,"'=HYPERLINK(""http://evil.example"")",127.0.0.1,${companyId},`);
  });

  it('writes one JSON object a line, the same as the list shows, oldest first', async () => {
    const { id: companyId } = await buildCompany(app);
    await buildKey({ companyId });
    const reply = await save(`format=ndjson&companyId=${companyId}`);
    expect(reply.headers.get('content-type')).toBe('application/x-ndjson; charset=utf-8');
    const lines = reply.text.trimEnd().split('\n');
    const { body } = await app.api.get(`/audit?companyId=${companyId}`, byAdmin());
    expect(lines.map((line) => JSON.parse(line))).toEqual(body.data.entries.reverse());
  });

  it('holds every row of a long log once and in order, and what lies in the range', async () => {
    const { id: companyId } = await buildCompany(app);
    await rowsOf(
      app,
      `insert into audit_log (id, company_id, at, actor_type, actor_name, action)
       select gen_random_uuid(), $1, '2001-01-01T00:00:00Z'::timestamptz + make_interval(secs => n / 3), 'system', n::text, 'key.created'
       from generate_series(0, 2999) as n`,
      [companyId],
    );
    const entries = async (query: string): Promise<AuditEntry[]> => {
      const { text } = await save(`format=ndjson&companyId=${companyId}&${query}`);
      return text === ''
        ? []
        : text
            .trimEnd()
            .split('\n')
            .map((line) => JSON.parse(line));
    };
    const all = await entries('to=2002-01-01T00:00:00Z');
    expect(new Set(all.map(({ actor }) => actor.name)).size).toBe(3000);
    const places = all.map(({ at, id }) => `${at}_${id}`);
    expect(places).toEqual(places.toSorted());
    const range = 'from=2001-01-01T00:00:10Z&to=2001-01-01T01:00:20%2B01:00';
    const some = await entries(range);
    expect(some).toHaveLength(30);
    expect([some[0]?.at, some.at(-1)?.at]).toEqual([
      ...['2001-01-01T00:00:10.000Z', '2001-01-01T00:00:19.000Z'],
    ]);
    expect(await entries('from=2999-01-01T00:00:00Z')).toEqual([]);
  });

  it.each(['format=xml', 'from=yesterday', 'to=0000-01-01T00:00:00Z', 'from=2026-02-30T00:00:00Z'])(
    'answers 400 for %s, in the envelope',
    async (query) => {
      const reply = await save(query);
      expect([reply.status, reply.body.code]).toEqual([400, 'invalid']);
    },
  );
});
