/** Customers as the team finds them, and what is handed out to one of them. */
import { beforeAll, describe, expect, it } from 'vitest';
import { customersQuery } from '../../server/db/team-customers.ts';
import type { CustomerExport, TeamCustomer } from '../../shared/types.ts';
import { startApp, type TestApp } from '../support/app.ts';
import {
  buildAnnouncement,
  buildApiKey,
  buildCompany,
  buildCustomer,
  buildIncident,
  expectData,
  NOBODYS_ID,
  ODD_NUMBERS,
  PASSWORD,
  REPORT,
  rowsOf,
  short,
} from '../support/factories.ts';
import { everyTestShows, shows } from '../support/shows.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});

const admin = () => ({ apiKey: app.adminKey });
const newKey = async (companyId: string, scopes: string[]): Promise<string> => {
  const body = { name: 'A key', companyId, scopes };
  return expectData(await app.api.post('/api-keys', { ...admin(), body }), 201).secret;
};

describe('the list of customers', () => {
  let companyId: string;
  let apiKey: string;
  const people = [
    ['Ann Müller', 'ann@acme.example'],
    ['Bob Miller', 'bob@acme.example'],
    ['Zoë O’Neill', 'z.oneill@other.example'],
  ] as const;
  beforeAll(async () => {
    companyId = (await buildCompany(app)).id;
    apiKey = await buildApiKey(app, companyId);
    for (const [name, email] of people) await buildCustomer(app, { companyId, name, email });
    // The same words at another company.
    await buildCustomer(app, { name: people[0][0], email: people[0][1] });
  });
  const list = async (query = '', key = apiKey) => {
    const { status, body, text } = await app.api.get(`/customers?${query}`, { apiKey: key });
    expect(status, text).toBe(200);
    return { names: body.data.map(({ name }: TeamCustomer) => name), meta: body.meta };
  };

  it('is of the own company, newest first, with an exact total', async () => {
    expect(await list()).toEqual({
      names: people.map(([name]) => name).reverse(),
      meta: { total: 3, page: 1, limit: 10, totalPages: 1 },
    });
  });

  it('goes by pages, and an empty one knows the total too', async () => {
    expect(await list('limit=2&page=2')).toEqual({
      names: [people[0][0]],
      meta: { total: 3, page: 2, limit: 2, totalPages: 2 },
    });
    expect(await list('limit=2&page=9')).toMatchObject({ names: [], meta: { total: 3 } });
  });

  it.each([
    ['muller', ['Ann Müller']],
    ['ACME m', ['Bob Miller', 'Ann Müller']],
    ['zoe eill', []],
    ['zoe neill', ['Zoë O’Neill']],
    ['bob@acme.example', ['Bob Miller']],
    ['üller', []],
    [' … ', ['Zoë O’Neill', 'Bob Miller', 'Ann Müller']],
  ])('finds by the beginnings of words of name and address: %j', async (search, names) => {
    const found = await list(`search=${encodeURIComponent(search)}`);
    expect(found.names).toEqual(names);
    expect(found.meta.total).toBe(names.length);
  });

  it('counts what is found, and not what is on the page', async () => {
    expect(await list('search=acme&limit=1')).toMatchObject({ meta: { total: 2, totalPages: 2 } });
    expect(await list('search=acme&limit=1&page=3')).toMatchObject({
      names: [],
      meta: { total: 2 },
    });
  });

  it('is of all companies for an admin key, or of the one that it names', async () => {
    const [{ total } = { total: 0 }] = await rowsOf<{ total: number }>(
      app,
      'select count(*)::int as total from customers',
    );
    expect((await list('', app.adminKey)).meta.total).toBe(total);
    expect((await list('search=ann+muller', app.adminKey)).names.length).toBeGreaterThanOrEqual(2);
    expect(await list(`companyId=${companyId}`, app.adminKey)).toEqual(await list());
  });

  it("is refused of another company, to a company's key", async () => {
    const { id } = await buildCompany(app);
    const reply = await app.api.get(`/customers?companyId=${id}`, { apiKey });
    expect([reply.status, reply.body.code]).toEqual([403, 'forbidden']);
  });

  it('shows what the team may know, and never more', async () => {
    const { id, token } = await buildCustomer(app, { companyId, name: 'Eve' });
    await buildIncident(app, { token });
    const [first] = expectData(await app.api.get('/customers?limit=1', { apiKey }), 200);
    expect(Object.keys(first).sort()).toEqual([
      ...['companyId', 'createdAt', 'disabledAt', 'email', 'id', 'incidentCount', 'isDisabled'],
      ...['locale', 'mailUpdates', 'name', 'updatedAt'],
    ]);
    expect(first).toMatchObject({ id, incidentCount: 1, isDisabled: false, companyId });
    expect(expectData(await app.api.get(`/customers/${id}`, { apiKey }), 200)).toEqual(first);
  });

  it.each(ODD_NUMBERS)('answers 400 for page and limit written as %j', async (odd) => {
    for (const name of ['page', 'limit']) {
      expect((await app.api.get(`/customers?${name}=${odd}`, { apiKey })).status).toBe(400);
    }
  });

  it.each([
    ['of one company', true, '', ['customers_pkey', 'customer_counts_pkey']],
    ['of all companies', false, '', ['customers_id']],
    ['with a search', true, 'ann', ['customers_search']],
  ])('walks an index: %s', async (_, isOne, search, indexes) => {
    const query = customersQuery(isOne ? companyId : null, { search, page: 1, limit: 10 });
    const client = await app.deps.db.pool.connect();
    try {
      await client.query("begin; set local plan_cache_mode = 'force_generic_plan'");
      // Few rows are read faster without any: the question is which one there is for this.
      const without = search === '' ? ['seqscan', 'sort'] : ['seqscan', 'indexscan'];
      for (const one of without) await client.query(`set local enable_${one} = off`);
      const { rows } = await client.query(`explain ${query.text}`, query.values);
      const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
      for (const index of indexes) expect(plan).toContain(index);
    } finally {
      await client.query('rollback');
      client.release();
    }
  });
});

describe('what a key may do with customers', () => {
  it.each([
    ['read', ['list', 'get']],
    ['write', []],
    ['manage', ['put', 'erase']],
    ['read manage', ['list', 'get', 'put', 'export', 'erase']],
  ])('goes by its scopes: %s', async (scopes, allowed) => {
    const { id, companyId } = await buildCustomer(app);
    const apiKey = await newKey(companyId, scopes.split(' '));
    const path = `/customers/${id}`;
    const replies = {
      list: await app.api.get('/customers', { apiKey }),
      get: await app.api.get(path, { apiKey }),
      put: await app.api.put(path, { apiKey, body: {} }),
      export: await app.api.get(`${path}/export`, { apiKey }),
      // Not confirmed: allowed, and refused for that.
      erase: await app.api.post(`${path}/erase`, { apiKey, body: { email: 'no@example.com' } }),
    };
    const isForbidden = Object.entries(replies).filter(([, { body }]) => body.code === 'forbidden');
    const others = Object.keys(replies).filter((one) => !allowed.includes(one));
    expect(isForbidden.map(([what]) => what)).toEqual(others);
  });

  it('ignores what it cannot change', async () => {
    const { id, email } = await buildCustomer(app);
    const body = {
      email: 'taken@over.example',
      name: 'Taken over',
      disabledAt: null,
      id: NOBODYS_ID,
    };
    const kept = expectData(await app.api.put(`/customers/${id}`, { ...admin(), body }), 200);
    expect(kept).toMatchObject({ id, email, isDisabled: false });
  });
});

describe('an export', () => {
  everyTestShows(37);

  const take = async (id: string) => {
    const reply = await app.api.get(`/customers/${id}/export`, admin());
    return { reply, document: expectDocument(reply) };
  };
  const expectDocument = ({
    status,
    body,
    text,
  }: {
    status: number;
    body: unknown;
    text: string;
  }) => {
    if (status !== 200) throw new Error(text);
    return body as CustomerExport;
  };

  it('is one document, to be kept as a file, with all that is theirs', async () => {
    const customer = await buildCustomer(app, { name: 'Ann "Quote" Müller' });
    const { id, email, name, token, companyId, company } = customer;
    const incident = await buildIncident(app, customer, {
      description: 'Line\nbreak, "quote", 😀',
    });
    const comment = { token, body: { content: 'A word more.' } };
    await app.api.post(`/customer/${incident.id}/comments`, comment);
    const path = `/incident-ticket/${incident.id}`;
    await app.api.post(`${path}/comments`, { ...admin(), body: { content: 'We look.' } });
    await app.api.post(`/incident-ticket/resolve/${incident.id}`, { ...admin(), body: {} });
    const announcement = await buildAnnouncement(app, companyId);
    await app.api.put(`/customer/announcements/${announcement.id}/affected`, { token });
    await app.api.post('/customer/logout', { token });
    const { reply, document } = await take(id);
    expect(reply.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(reply.headers.get('content-disposition')).toBe(
      `attachment; filename="customer-${id}.json"`,
    );
    expect(document).toMatchObject({
      company,
      customer: { id, email, name, companyId, mailUpdates: true },
      sessions: [{ endedAt: expect.any(String) }],
      announcements: [{ id: announcement.id, seenAt: null }],
      incidents: [
        {
          ...{ id: incident.id, ticketNumber: incident.ticketNumber, status: 'RESOLVED' },
          description: 'Line\nbreak, "quote", 😀',
          comments: [{ content: 'A word more.', authorName: name }, { content: 'We look.' }],
          history: [{ status: 'OPEN' }, { status: 'RESOLVED' }],
        },
      ],
      log: [
        { action: 'customer.registered', by: 'customer', ip: '127.0.0.1' },
        { action: 'customer.logout', by: 'customer', ip: '127.0.0.1' },
        { action: 'customer.exported', by: 'key', ip: null },
      ],
    });
  });

  it('holds what is kept of them and nothing of the team, of others, or of what opens anything', async () => {
    const customer = await buildCustomer(app);
    const { companyId } = customer;
    const colleague = await buildCustomer(app, { companyId, name: `colleague${short()}` });
    await buildIncident(app, colleague, { shortDescription: `colleagues${short()}` });
    const incident = await buildIncident(app, customer);
    const path = `/incident-ticket/${incident.id}`;
    const secret = `secret${short()}`;
    const internals = {
      techDescription: secret,
      impactSummary: secret,
      assignedToEmail: `${secret}@team.example`,
    };
    await app.api.put(path, { ...admin(), body: internals });
    await app.api.post(`${path}/comments`, {
      ...admin(),
      body: { content: secret, isInternal: true },
    });
    const { reply } = await take(customer.id);
    const [{ password_hash: hash } = { password_hash: '' }] = await rowsOf<{
      password_hash: string;
    }>(app, 'select password_hash from customers where id = $1', [customer.id]);
    const never = [
      secret,
      colleague.name,
      colleague.email,
      colleague.id,
      hash,
      PASSWORD,
      customer.token,
    ];
    for (const word of never) expect(reply.text).not.toContain(word);
    expect(reply.text).toContain(incident.id);
  });

  it('of somebody who has done nothing is whole too', async () => {
    const { id } = await buildCustomer(app);
    const { document } = await take(id);
    expect(document).toMatchObject({ incidents: [], announcements: [], deliveries: [] });
    expect(document.sessions).toHaveLength(1);
  });

  it('holds every one of many incidents once, oldest first, and every row of a long log', async () => {
    const customer = await buildCustomer(app);
    const { id, companyId } = customer;
    await rowsOf(
      app,
      `insert into incidents (company_id, id, customer_id, customer_seq, ticket_number, short_description, description,
         priority, category, status, source)
       select $1, gen_random_uuid(), $2, n, 'INC-20200101-' || n, n::text, $3, 'LOW', 'x', 'OPEN', 'PORTAL'
       from generate_series(1, 230) as n`,
      [companyId, id, REPORT.description],
    );
    await rowsOf(
      app,
      `insert into audit_log (id, company_id, actor_type, actor_id, actor_name, action, subject_type, subject_id, at)
       select gen_random_uuid(), $1, 'customer', $2, 'customer', 'customer.login', 'customer', $2,
         now() + make_interval(secs => n / 3)
       from generate_series(1, 2100) as n`,
      [companyId, id],
    );
    const { document } = await take(id);
    const numbers = document.incidents.map(({ shortDescription }) => Number(shortDescription));
    expect(numbers).toEqual(Array.from({ length: 230 }, (_, n) => n + 1));
    // Registered, and exported.
    expect(document.log).toHaveLength(2102);
    const times = document.log.map(({ at }) => at);
    expect(times).toEqual(times.toSorted());
    shows(37, { 'incidents of one export': 230, 'log rows of one export': 2102 });
  });

  it('of somebody who is not there is not found', async () => {
    expect((await app.api.get(`/customers/${NOBODYS_ID}/export`, admin())).status).toBe(404);
  });
});
