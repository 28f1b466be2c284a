/** What the team opens: incidents of customers, announcements, numbers reserved beforehand, and what is logged of it. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { AuditEntry } from '../../shared/types.ts';
import { startApp, type TestApp } from '../support/app.ts';
import {
  buildAnnouncement,
  buildApiKey,
  buildCompany,
  buildCustomer,
  buildIncident,
  expectData,
  NOBODYS_ID,
  OUTAGE,
  rowsOf,
} from '../support/factories.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});

async function buildDesk() {
  const customer = await buildCustomer(app);
  return { customer, apiKey: await buildApiKey(app, customer.companyId) };
}

const create = (apiKey: string, body: object) => app.api.post('/incident-ticket', { apiKey, body });
const reserve = async (apiKey: string) =>
  expectData(await app.api.get('/incident-ticket/generate-id', { apiKey }), 200).ticketNumber;
const ofIncident = (table: string, id: string) =>
  rowsOf(app, `select * from ${table} where incident_id = $1 order by id`, [id]);
const listAsCustomer = async ({ token }: { token: string }) =>
  expectData(await app.api.get('/customer/get-incidents', { token }), 200);

const INTERNALS = {
  techDescription: 'The certificate ran out.',
  impactSummary: 'A third of all payments',
  blastRadius: 'Checkout',
  serviceArea: 'Payments',
  environment: 'production',
  region: 'eu-west',
  assignedToEmail: 'grace@team.example.com',
};

describe('an incident for a customer', () => {
  it('is theirs: in their list, counted, unread, in line after their own reports', async () => {
    const { customer, apiKey } = await buildDesk();
    const own = await buildIncident(app, customer);
    const body = { ...OUTAGE, ...INTERNALS, customerId: customer.id, category: 'Fraud' };
    const made = expectData(await create(apiKey, body), 201);
    expect(made).toMatchObject({
      ...{ ...OUTAGE, ...INTERNALS, shortDescription: OUTAGE.summary, category: 'Fraud' },
      ...{ status: 'OPEN', source: 'TEAM', customerId: customer.id, waitingSince: null },
      companyId: customer.companyId,
      customer: { id: customer.id, incidentCount: 2 },
      comments: [],
      history: [{ status: 'OPEN', by: 'Billing team' }],
    });
    expect(made.ticketNumber.slice(-4)).toBe('0002');
    const { incidents, total, counts, unread } = await listAsCustomer(customer);
    expect([total, counts.OPEN, unread]).toEqual([2, 2, 1]);
    expect(incidents.map((one: { id: string }) => one.id)).toEqual([made.id, own.id]);
    const { token } = customer;
    const seen = expectData(await app.api.get(`/customer/get-incident/${made.id}`, { token }), 200);
    expect(seen).toMatchObject({ description: OUTAGE.description, isUnread: true });
    expect(JSON.stringify(seen)).not.toMatch(/certificate|grace@/);
  });

  it('is written with history, event and outbox row', async () => {
    const { customer, apiKey } = await buildDesk();
    const body = { ...OUTAGE, customerId: customer.id };
    const { id } = expectData(await create(apiKey, body), 201);
    expect(await ofIncident('incident_history', id)).toMatchObject([
      { status: 'OPEN', customer_id: customer.id, author_name: 'Billing team' },
    ]);
    expect(await ofIncident('events', id)).toMatchObject([
      { kind: 'incident.created', is_internal: false, customer_id: customer.id },
    ]);
    expect(await ofIncident('outbox', id)).toMatchObject([{ kind: 'incident.created' }]);
  });

  it.each(['ACKNOWLEDGED', 'RESOLVED', 'CLOSED'] as const)(
    'can begin as %s, which is then its first history entry',
    async (status) => {
      const { customer, apiKey } = await buildDesk();
      const body = { ...OUTAGE, customerId: customer.id, status };
      const made = expectData(await create(apiKey, body), 201);
      expect(made.history.map((one: { status: string }) => one.status)).toEqual([status]);
      expect([made.resolvedAt !== null, made.closedAt !== null]).toEqual([
        status !== 'ACKNOWLEDGED',
        status === 'CLOSED',
      ]);
      expect((await listAsCustomer(customer)).counts).toMatchObject({ OPEN: 0, [status]: 1 });
    },
  );

  it('needs a customer of that company', async () => {
    const { customer, apiKey } = await buildDesk();
    const stranger = await buildCustomer(app);
    for (const customerId of [NOBODYS_ID, stranger.id]) {
      const { status, body } = await create(apiKey, { ...OUTAGE, customerId });
      expect([status, body.code]).toEqual([404, 'customer_not_found']);
    }
    const { companyId } = customer;
    const count = 'select count(*)::int from incidents where company_id = $1';
    expect(await rowsOf(app, count, [companyId])).toEqual([{ count: 0 }]);
  });
});

describe('an announcement', () => {
  it('is an incident without a customer, told to the whole company', async () => {
    const { apiKey, customer } = await buildDesk();
    const made = expectData(await create(apiKey, OUTAGE), 201);
    expect(made).toMatchObject({ ...OUTAGE, customerId: null, customer: null, affectedCount: 0 });
    expect(await ofIncident('events', made.id)).toMatchObject([
      { kind: 'incident.created', is_internal: false, customer_id: null },
    ]);
    expect(await ofIncident('outbox', made.id)).toMatchObject([{ kind: 'incident.created' }]);
    expect((await listAsCustomer(customer)).total).toBe(0);
  });
});

describe('what is sent', () => {
  it('may be called shortDescription, and be in any case', async () => {
    const { apiKey } = await buildDesk();
    const body = { shortDescription: 'Slow', priority: 'low', status: 'acknowledged' };
    expect(expectData(await create(apiKey, body), 201)).toMatchObject({
      ...{ summary: 'Slow', priority: 'LOW', status: 'ACKNOWLEDGED' },
      ...{ description: '', category: 'Others', source: 'TEAM' },
    });
  });

  it('is named where it is wrong, and nothing is made', async () => {
    const { apiKey, customer } = await buildDesk();
    const wrong = { summary: ' ', priority: 'URGENT', status: 'DONE', source: 7 };
    const more = { customerId: '7', companyId: 'acme', ticketNumber: 'T-1', assignedToEmail: 'x' };
    const { status, body } = await create(apiKey, { ...wrong, ...more });
    expect([status, body.code]).toEqual([400, 'invalid']);
    const fields = body.problems.map((one: { field: string }) => one.field).sort();
    expect(fields).toEqual(Object.keys({ ...wrong, ...more }).sort());
    expect((await create(apiKey, {})).body.problems).toMatchObject([
      { field: 'summary', problem: 'missing' },
      { field: 'priority', problem: 'missing' },
    ]);
    const made = 'select from incidents where company_id = $1';
    expect(await rowsOf(app, made, [customer.companyId])).toEqual([]);
  });

  it("cannot reach another company with a company's key", async () => {
    const { apiKey, customer } = await buildDesk();
    const other = await buildCompany(app);
    const refused = await create(apiKey, { ...OUTAGE, companyId: other.id });
    expect([refused.status, refused.body.code]).toEqual([403, 'forbidden']);
    const own = await create(apiKey, { ...OUTAGE, companyId: customer.companyId });
    expect(own.status).toBe(201);
  });

  it('must name a company that is there where the key is an admin key', async () => {
    const without = await create(app.adminKey, OUTAGE);
    expect([without.status, without.body.problems]).toMatchObject([
      400,
      [{ field: 'companyId', problem: 'missing' }],
    ]);
    const unknown = await create(app.adminKey, { ...OUTAGE, companyId: NOBODYS_ID });
    expect([unknown.status, unknown.body.code]).toEqual([404, 'company_not_found']);
  });
});

describe('a reserved number', () => {
  it('is the next one, and used by the incident that brings it', async () => {
    const { apiKey, customer } = await buildDesk();
    const number = await reserve(apiKey);
    expect(number).toMatch(/^INC-\d{8}-0001$/);
    const between = await buildIncident(app, customer);
    expect(between.ticketNumber.slice(-4)).toBe('0002');
    const call = { ...OUTAGE, ticketNumber: number.toLowerCase() };
    expect(expectData(await create(apiKey, call), 201).ticketNumber).toBe(number);
  });

  it('is not used up by a HEAD', async () => {
    const { apiKey } = await buildDesk();
    const path = `${app.url}/api/v1/incident-ticket/generate-id`;
    const reply = await fetch(path, { method: 'HEAD', headers: { 'x-api-key': apiKey } });
    expect([reply.status, reply.headers.get('allow')]).toEqual([405, 'GET']);
    expect(await reserve(apiKey)).toMatch(/-0001$/);
  });

  it('is good once, for its company, for a day', async () => {
    const { apiKey, customer } = await buildDesk();
    const { apiKey: foreignKey } = await buildDesk();
    const refusal = async (key: string, ticketNumber: string) => {
      const { status, body } = await create(key, { ...OUTAGE, ticketNumber });
      return [status, body.problems?.[0].field];
    };
    const number = await reserve(apiKey);
    expect(await refusal(foreignKey, number)).toEqual([400, 'ticketNumber']);
    expect((await create(apiKey, { ...OUTAGE, ticketNumber: number })).status).toBe(201);
    expect(await refusal(apiKey, number)).toEqual([400, 'ticketNumber']);
    expect(await refusal(apiKey, 'INC-20261122-4711')).toEqual([400, 'ticketNumber']);
    const old = await reserve(apiKey);
    const age = `update ticket_reservations set at = at - interval '25 hours' where company_id = $1`;
    await rowsOf(app, age, [customer.companyId]);
    expect(await refusal(apiKey, old)).toEqual([400, 'ticketNumber']);
    await reserve(apiKey);
    const left = 'select ticket_number from ticket_reservations where company_id = $1';
    expect(await rowsOf(app, left, [customer.companyId])).not.toContainEqual({
      ticket_number: old,
    });
  });

  it('is never handed out twice', async () => {
    const { apiKey, customer } = await buildDesk();
    const numbers = await Promise.all([
      ...Array.from({ length: 5 }, () => reserve(apiKey)),
      ...Array.from({ length: 5 }, async () => (await buildIncident(app, customer)).ticketNumber),
    ]);
    expect(new Set(numbers).size).toBe(10);
  });

  it('asks an admin key for the company', async () => {
    const { status, body } = await app.api.get('/incident-ticket/generate-id', {
      apiKey: app.adminKey,
    });
    expect([status, body.problems[0].field]).toEqual([400, 'companyId']);
  });
});

describe('a resolution with its note for the customer', () => {
  const share = (apiKey: string, id: string, body: object) =>
    app.api.post(`/incident-ticket/resolve/customer-kb/${id}`, { apiKey, body });

  it('resolves, and is a comment with the title as its first line', async () => {
    const { customer, apiKey } = await buildDesk();
    const { id } = await buildIncident(app, customer);
    const note = { title: 'Clear your cache', content: 'Then reload.' };
    const done = expectData(await share(apiKey, id, note), 200);
    expect(done).toMatchObject({ status: 'RESOLVED', waitingSince: null });
    const { token } = customer;
    const seen = expectData(await app.api.get(`/customer/get-incident/${id}`, { token }), 200);
    expect(seen.comments).toMatchObject([{ content: 'Clear your cache\n\nThen reload.' }]);
    const kinds = (await ofIncident('outbox', id)).map((one) => one.kind);
    expect(kinds).toEqual(['incident.created', 'comment.created', 'incident.resolved']);
  });

  it('needs no title, but a text', async () => {
    const { customer, apiKey } = await buildDesk();
    const { id } = await buildIncident(app, customer);
    expect((await share(apiKey, id, { title: 'x' })).body.problems[0].field).toBe('content');
    const done = expectData(await share(apiKey, id, { content: 'Mended.' }), 200);
    expect(done.comments).toMatchObject([{ content: 'Mended.' }]);
  });

  it('is refused for what is closed, with what is allowed', async () => {
    const { apiKey } = await buildDesk();
    const { id } = expectData(await create(apiKey, { ...OUTAGE, status: 'CLOSED' }), 201);
    const { status, body } = await share(apiKey, id, { content: 'Late' });
    expect([status, body.code]).toEqual([409, 'move_refused']);
  });
});

describe('the history', () => {
  it('says by whom the team moved it, and nobody where the customer did', async () => {
    const { customer, apiKey } = await buildDesk();
    const { id } = await buildIncident(app, customer);
    await app.api.put(`/incident-ticket/${id}`, { apiKey, body: { status: 'RESOLVED' } });
    const reply = { token: customer.token, body: { content: 'No.' } };
    await app.api.post(`/customer/${id}/comments`, reply);
    const { history } = expectData(await app.api.get(`/incident-ticket/${id}`, { apiKey }), 200);
    expect(history.map((one: { status: string; by: string }) => [one.status, one.by])).toEqual([
      ['OPEN', null],
      ['RESOLVED', 'Billing team'],
      ['OPEN', null],
    ]);
  });
});

describe('the audit log', () => {
  const entriesOf = async (companyId: string): Promise<AuditEntry[]> => {
    const path = `/audit?companyId=${companyId}`;
    const { entries } = expectData(await app.api.get(path, { apiKey: app.adminKey }), 200);
    const subjects = ['incident', 'comment'];
    return entries
      .filter((one: AuditEntry) => subjects.includes(one.subject?.type ?? ''))
      .reverse();
  };

  it('has one row for each thing that the team does, and no text of it', async () => {
    const { customer, apiKey } = await buildDesk();
    const { companyId } = customer;
    const secret = 'canary words of the team';
    const { id } = expectData(
      await create(apiKey, { ...OUTAGE, description: secret, customerId: customer.id }),
      201,
    );
    await buildAnnouncement(app, companyId, { description: secret });
    const put = (body: object) => app.api.put(`/incident-ticket/${id}`, { apiKey, body });
    const comments = `/incident-ticket/${id}/comments`;
    await put({ priority: 'LOW', techDescription: secret });
    await put({ status: 'INVESTIGATION', description: secret });
    await app.api.post(comments, { apiKey, body: { content: secret } });
    await app.api.post(comments, { apiKey, body: { content: secret, isInternal: true } });
    await app.api.post(`/incident-ticket/resolve/${id}`, { apiKey, body: { note: secret } });
    // Nothing happened, so nothing is told.
    await put({ status: 'OPEN' });
    await put({});
    const entries = await entriesOf(companyId);
    expect(entries.map((one) => one.action)).toEqual([
      ...['incident.created', 'announcement.created', 'incident.updated', 'incident.moved'],
      ...['comment.created', 'note.created', 'incident.moved'],
    ]);
    expect(entries[0]).toMatchObject({
      companyId,
      actor: { type: 'key', name: 'Billing team' },
      subject: { type: 'incident', id },
      after: { customerId: customer.id, status: 'OPEN' },
    });
    expect(entries[2]).toMatchObject({
      before: { priority: 'HIGH' },
      after: { priority: 'LOW', changed: ['techDescription'] },
    });
    expect(entries[3]).toMatchObject({
      before: { status: 'OPEN' },
      after: { status: 'INVESTIGATION', changed: ['description'] },
    });
    expect(JSON.stringify(entries)).not.toContain('canary');
  });
});
