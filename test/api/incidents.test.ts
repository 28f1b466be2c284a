/** Reporting an incident and reading it back: fields, limits, text, ticket numbers, and the rows that are written. */
import { beforeAll, describe, expect, it } from 'vitest';
import { LIMITS } from '../../shared/limits.ts';
import { startApp, type TestApp } from '../support/app.ts';
import {
  buildCustomer,
  buildIncident,
  buildMove,
  expectData,
  ifChangedSince,
  NOBODYS_ID,
  REAL_REPORTS,
  REPORT,
  rowsOf,
  type TestCustomer,
  withoutRequestId,
} from '../support/factories.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});

const report = (token: string, body: object) =>
  app.api.post('/customer/create-incident', { token, body });
const read = (token: string, ref: string) =>
  app.api.get(`/customer/get-incident/${ref}`, { token });
const fieldsOf = (body: { problems: { field: string; problem: string }[] }) =>
  body.problems.map(({ field, problem }) => [field, problem]);
const countIncidents = async ({ id }: TestCustomer) =>
  (await rowsOf(app, 'select 1 from incidents where customer_id = $1', [id])).length;

describe('reporting an incident', () => {
  it('answers the incident as it is stored', async () => {
    const customer = await buildCustomer(app);
    const { status, body } = await report(customer.token, REPORT);
    expect(status).toBe(201);
    const { id, ticketNumber, createdAt } = body.data;
    expect(body.data).toEqual({
      ...REPORT,
      ...{ id, ticketNumber, createdAt, updatedAt: createdAt, resolvedAt: null, closedAt: null },
      status: 'OPEN',
      companyId: customer.companyId,
      customerId: customer.id,
      isUnread: false,
      comments: [],
      history: [{ status: 'OPEN', at: createdAt }],
      attachments: [],
    });
    expect((await read(customer.token, id)).body.data).toEqual(body.data);
    expect(Math.abs(Date.now() - Date.parse(createdAt))).toBeLessThan(60_000);
  });

  it('writes incident, history, count, event and outbox row together', async () => {
    const { token, id: customer_id, companyId: company_id } = await buildCustomer(app);
    const { id: incident_id, ticketNumber } = await buildIncident(app, { token });
    const of = (table: string) =>
      rowsOf(app, `select * from ${table} where company_id = $1`, [company_id]);
    expect(await of('incidents')).toEqual([
      expect.objectContaining({
        id: incident_id,
        customer_id,
        customer_seq: 1,
        ticket_number: ticketNumber,
        short_description: REPORT.shortDescription,
        status: 'OPEN',
        source: 'PORTAL',
        comment_count: 0,
      }),
    ]);
    const row = { company_id, incident_id };
    expect(await of('incident_history')).toMatchObject([{ ...row, customer_id, status: 'OPEN' }]);
    expect(await of('incident_counts')).toMatchObject([{ customer_id, last_seq: 1, open: 1 }]);
    const kind = 'incident.created';
    expect(await of('events')).toMatchObject([{ ...row, customer_id, kind, is_internal: false }]);
    expect(await of('outbox')).toMatchObject([{ ...row, kind, done_at: null }]);
  });

  it('takes a priority in any case, and `summary` for the short description', async () => {
    const { token } = await buildCustomer(app);
    const { shortDescription: summary, ...rest } = REPORT;
    const { body } = await report(token, { ...rest, summary, priority: 'cRiTiCaL' });
    expect(body.data).toMatchObject({ shortDescription: summary, priority: 'CRITICAL' });
  });

  it('prefers the field itself to its other name', async () => {
    const { token } = await buildCustomer(app);
    const { body } = await report(token, { ...REPORT, summary: 'the other name' });
    expect(body.data.shortDescription).toBe(REPORT.shortDescription);
  });

  it('names every missing field at once', async () => {
    const { token } = await buildCustomer(app);
    const { status, body } = await report(token, { shortDescription: ' \n', category: null });
    expect([status, body.code]).toEqual([400, 'invalid']);
    expect(fieldsOf(body)).toEqual([
      ['shortDescription', 'missing'],
      ['description', 'missing'],
      ['priority', 'missing'],
      ['category', 'missing'],
    ]);
    expect(body.errors).toEqual([
      'shortDescription is missing.',
      'description is missing.',
      'priority is missing.',
      'category is missing.',
    ]);
  });

  it('names every wrong field at once', async () => {
    const customer = await buildCustomer(app);
    const { status, body } = await report(customer.token, {
      shortDescription: 'x'.repeat(101),
      description: 7,
      priority: 'URGENT',
      category: ['System'],
    });
    expect(status).toBe(400);
    expect(fieldsOf(body)).toEqual([
      ['shortDescription', 'too_long'],
      ['description', 'invalid'],
      ['priority', 'not_allowed'],
      ['category', 'invalid'],
    ]);
    expect(await countIncidents(customer)).toBe(0);
  });

  it('takes every text exactly at its limit and none one past it', async () => {
    const { token } = await buildCustomer(app);
    for (const field of ['shortDescription', 'description', 'category'] as const) {
      const fits = 'x'.repeat(LIMITS[field]);
      const made = await report(token, { ...REPORT, [field]: fits });
      expect([made.status, made.body.data?.[field]]).toEqual([201, fits]);
      const { status, body } = await report(token, { ...REPORT, [field]: `${fits}x` });
      expect([status, ...fieldsOf(body)]).toEqual([400, [field, 'too_long']]);
    }
  });

  it('counts characters as people do: an emoji is one, a letter with its accent one', async () => {
    const { token } = await buildCustomer(app);
    const send = async (shortDescription: string) =>
      (await report(token, { ...REPORT, shortDescription })).status;
    expect([await send('😀'.repeat(100)), await send('😀'.repeat(101))]).toEqual([201, 400]);
    expect(await send('e\u0301'.repeat(100))).toBe(201);
  });

  it('needs a session', async () => {
    const { status, body } = await app.api.post('/customer/create-incident', { body: REPORT });
    expect([status, body.code]).toEqual([401, 'unauthorized']);
  });
});

describe('text', () => {
  it('is one line where it is a title or a category', async () => {
    const customer = await buildCustomer(app);
    const typed = { shortDescription: 'One\r\n\nhttps://evil.example', category: 'A\u2028B' };
    const made = await buildIncident(app, customer, { ...typed, description: 'One\n\ntwo' });
    expect(made).toMatchObject({
      shortDescription: 'One https://evil.example',
      category: 'A B',
      description: 'One\n\ntwo',
    });
  });

  it.each(REAL_REPORTS.map((one) => [one.shortDescription, one] as const))(
    'comes back exactly as typed: %s',
    async (_, typed) => {
      const customer = await buildCustomer(app);
      const stored = {
        ...typed,
        shortDescription: typed.shortDescription.normalize('NFC'),
        description: typed.description.normalize('NFC'),
      };
      const made = await buildIncident(app, customer, typed);
      expect(made).toMatchObject(stored);
      expect((await read(customer.token, made.id)).body.data).toMatchObject(stored);
      const list = await app.api.get('/customer/get-incidents', { token: customer.token });
      expect(list.body.data.incidents).toMatchObject([stored]);
      const body = { content: typed.description };
      const call = { token: customer.token, body };
      await app.api.post(`/customer/${made.id}/comments`, call);
      const [comment] = (await read(customer.token, made.id)).body.data.comments;
      expect(comment.content).toBe(stored.description);
    },
  );

  it('keeps blanks, line breaks and control characters where they were typed', async () => {
    const customer = await buildCustomer(app);
    const description = '  a\tb\r\nc\n\n\u0001\u001b[31m\u2028\ufeff end \n';
    const { id } = await buildIncident(app, customer, { description });
    expect((await read(customer.token, id)).body.data.description).toBe(description);
  });

  it('is refused, never changed, where it holds NUL or half a character', async () => {
    const customer = await buildCustomer(app);
    for (const bad of ['a\0b', '\ud800', 'a\udc00b', '\udc00\ud800']) {
      for (const field of ['shortDescription', 'description', 'priority', 'category']) {
        const { status, body } = await report(customer.token, { ...REPORT, [field]: bad });
        expect([status, body.problems[0].field]).toEqual([400, field]);
      }
    }
    expect(await countIncidents(customer)).toBe(0);
  });
});

describe('fields that a customer may not set', () => {
  it('change nothing when they are sent with a report', async () => {
    const [customer, other] = [await buildCustomer(app), await buildCustomer(app)];
    const long = '2001-01-01T00:00:00.000Z';
    const sent = {
      ...{ id: NOBODYS_ID, companyId: other.companyId, customerId: other.id, ticketNumber: 'X' },
      ...{ status: 'CLOSED', source: 'API', createdAt: long, updatedAt: long, resolvedAt: long },
      ...{ isInternal: true, isUnread: true, commentCount: 9, customer_seq: 9, company_id: 'x' },
      ...{ techDescription: 'x', assignedToEmail: 'a@b.example', history: [], comments: [{}] },
    };
    const { body } = await report(customer.token, { ...REPORT, ...sent });
    const { id, ticketNumber, createdAt } = body.data;
    expect(body.data).toMatchObject({
      companyId: customer.companyId,
      customerId: customer.id,
      status: 'OPEN',
      updatedAt: createdAt,
      resolvedAt: null,
      isUnread: false,
      comments: [],
      history: [{ status: 'OPEN', at: createdAt }],
    });
    expect([id === NOBODYS_ID, ticketNumber === 'X', createdAt === long]).toEqual(
      Array(3).fill(false),
    );
    expect((await read(customer.token, id)).body.data).toEqual(body.data);
    expect(
      await rowsOf(app, 'select 1 from incident_internals where incident_id = $1', [id]),
    ).toEqual([]);
    expect([await countIncidents(customer), await countIncidents(other)]).toEqual([1, 0]);
  });
});

describe('ticket numbers', () => {
  it('name the UTC day of the report and count from 0001', async () => {
    const { ticketNumber, createdAt } = await buildIncident(app, await buildCustomer(app));
    expect(ticketNumber).toBe(`INC-${createdAt.slice(0, 10).replaceAll('-', '')}-0001`);
  });

  it('leave no gap and repeat none when several customers report at once', async () => {
    const first = await buildCustomer(app);
    const { companyId } = first;
    const customers = [
      first,
      await buildCustomer(app, { companyId }),
      await buildCustomer(app, { companyId }),
    ];
    const made = await Promise.all(
      Array.from({ length: 30 }, (_, n) => buildIncident(app, customers[n % 3] ?? first)),
    );
    // Should the day change meanwhile, each of the two counts from 0001.
    const tickets = made.map((one) => one.ticketNumber).sort();
    for (const day of new Set(tickets.map((ticket) => ticket.slice(0, 13)))) {
      const ofDay = tickets.filter((ticket) => ticket.startsWith(day));
      expect(ofDay).toEqual(ofDay.map((_, n) => `${day}${String(n + 1).padStart(4, '0')}`));
    }
    for (const { id } of customers) {
      const rows = await rowsOf<{ customer_seq: number }>(
        app,
        'select customer_seq from incidents where customer_id = $1 order by customer_seq',
        [id],
      );
      expect(rows.map((row) => row.customer_seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    }
  });

  it('are counted for each company by itself', async () => {
    const [one, other] = [await buildCustomer(app), await buildCustomer(app)];
    await buildIncident(app, one);
    await buildIncident(app, one);
    expect((await buildIncident(app, other)).ticketNumber).toMatch(/-0001$/);
    expect((await buildIncident(app, one)).ticketNumber).toMatch(/-0003$/);
  });

  it('are not used up by a report that is refused', async () => {
    const { token } = await buildCustomer(app);
    await report(token, { ...REPORT, priority: 'none' });
    expect((await buildIncident(app, { token })).ticketNumber).toMatch(/-0001$/);
  });

  it('grow past four digits', async () => {
    const customer = await buildCustomer(app);
    await buildIncident(app, customer);
    const values = [customer.companyId];
    await rowsOf(app, 'update ticket_counters set last = 9999 where company_id = $1', values);
    const { ticketNumber, id } = await buildIncident(app, customer);
    expect(ticketNumber).toMatch(/-10000$/);
    expect((await read(customer.token, ticketNumber)).body.data.id).toBe(id);
  });
});

describe('reading one incident', () => {
  it('goes by id and by ticket number, in any case', async () => {
    const customer = await buildCustomer(app);
    const made = await buildIncident(app, customer);
    const { id, ticketNumber } = made;
    for (const ref of [id, id.toUpperCase(), ticketNumber, ticketNumber.toLowerCase()]) {
      const { status, body } = await read(customer.token, ref);
      expect([status, body.data], ref).toEqual([200, made]);
    }
  });

  it("finds one's own ticket where another company has the same number", async () => {
    const [one, other] = [await buildCustomer(app), await buildCustomer(app)];
    const [own, foreign] = [await buildIncident(app, one), await buildIncident(app, other)];
    expect(foreign.ticketNumber.slice(-4)).toBe(own.ticketNumber.slice(-4));
    expect((await read(one.token, own.ticketNumber)).body.data.id).toBe(own.id);
    expect((await read(other.token, foreign.ticketNumber)).body.data.id).toBe(foreign.id);
  });

  it("answers the same bytes for what is somebody else's and what does not exist", async () => {
    const owner = await buildCustomer(app);
    await buildIncident(app, owner);
    const { id, ticketNumber } = await buildIncident(app, owner);
    const colleague = await buildCustomer(app, { companyId: owner.companyId });
    const stranger = await buildCustomer(app);
    const absent = await read(colleague.token, NOBODYS_ID);
    expect([absent.status, absent.body.code]).toEqual([404, 'not_found']);
    for (const { token } of [colleague, stranger]) {
      for (const ref of [id, ticketNumber, 'INC-20200101-0001']) {
        const reply = await read(token, ref);
        expect([reply.status, withoutRequestId(reply)]).toEqual([404, withoutRequestId(absent)]);
      }
    }
  });

  it('refuses what is neither', async () => {
    const { token } = await buildCustomer(app);
    for (const ref of [
      '7',
      'abc',
      `${NOBODYS_ID}x`,
      'INC-1-1',
      'INC-20261122-1234567890',
      '%00',
      "'",
      '%F0%9F%98%80',
    ]) {
      const { status, body } = await read(token, ref);
      expect([status, body.code], ref).toEqual([400, 'invalid']);
    }
  });

  it('answers 304 to its ETag until the team moves it', async () => {
    const { token } = await buildCustomer(app);
    const { id } = await buildIncident(app, { token });
    const { headers } = await read(token, id);
    expect(headers.get('cache-control')).toBe('private, no-cache');
    const path = `/customer/get-incident/${id}`;
    const again = () => app.api.get(path, { token, headers: ifChangedSince(headers.get('etag')) });
    const unchanged = await again();
    expect([unchanged.status, unchanged.text]).toEqual([304, '']);
    await buildMove(app, { id }, 'ACKNOWLEDGED');
    const { status, body } = await again();
    expect([status, body.data.status, body.data.isUnread]).toEqual([200, 'ACKNOWLEDGED', true]);
  });

  it("answers 304 to a page's fetch too, which adds Cache-Control: no-cache to If-None-Match", async () => {
    const { token } = await buildCustomer(app);
    const { id } = await buildIncident(app, { token });
    const etag = (await read(token, id)).headers.get('etag') ?? '';
    const headers = { 'if-none-match': etag, 'cache-control': 'no-cache', pragma: 'no-cache' };
    const reply = await app.api.get(`/customer/get-incident/${id}`, { token, headers });
    expect(reply.status).toBe(304);
  });

  it('does not give 304 to somebody else who knows the ETag', async () => {
    const [owner, stranger] = [await buildCustomer(app), await buildCustomer(app)];
    const { id } = await buildIncident(app, owner);
    const headers = ifChangedSince((await read(owner.token, id)).headers.get('etag'));
    const call = { token: stranger.token, headers };
    expect((await app.api.get(`/customer/get-incident/${id}`, call)).status).toBe(404);
  });

  it('needs a session', async () => {
    const { id } = await buildIncident(app, await buildCustomer(app));
    expect((await app.api.get(`/customer/get-incident/${id}`)).status).toBe(401);
  });

  it('tells the whole story after moves and comments', async () => {
    const { token } = await buildCustomer(app);
    const { id } = await buildIncident(app, { token });
    await buildMove(app, { id }, 'INVESTIGATION');
    const note = { note: 'Fixed for good.' };
    const call = { apiKey: app.adminKey, body: note };
    expectData(await app.api.post(`/incident-ticket/resolve/${id}`, call), 200);
    const { data } = (await read(token, id)).body;
    expect(data.history.map((one: { status: string }) => one.status)).toEqual([
      'OPEN',
      'INVESTIGATION',
      'RESOLVED',
    ]);
    expect(data.comments).toMatchObject([{ content: note.note, authorType: 'USER' }]);
    expect(data.resolvedAt).toBe(data.history[2].at);
  });
});
