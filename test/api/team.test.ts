/** The team's side: working an incident, talking to the customer, and what the customer never sees of it. */
import { beforeAll, describe, expect, it } from 'vitest';
import { allowedMoves, STATUSES, type Status } from '../../shared/incident.ts';
import type { TeamIncident } from '../../shared/types.ts';
import { startApp, type TestApp } from '../support/app.ts';
import {
  buildApiKey,
  buildCustomer,
  buildIncident,
  buildMove,
  expectData,
  NOBODYS_ID,
  ODD_NUMBERS,
  REPORT,
  rowsOf,
  short,
  type TestCustomer,
  withoutRequestId,
} from '../support/factories.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});

/** A customer with one incident, and a key of their company's team. */
async function buildCase() {
  const customer = await buildCustomer(app);
  const incident = await buildIncident(app, customer);
  return { customer, incident, apiKey: await buildApiKey(app, customer.companyId) };
}

const put = (apiKey: string, ref: string, body: object) =>
  app.api.put(`/incident-ticket/${ref}`, { apiKey, body });
const get = (apiKey: string, ref: string) => app.api.get(`/incident-ticket/${ref}`, { apiKey });
const list = async (apiKey: string, query = '') =>
  expectData(await app.api.get(`/incident-ticket${query}`, { apiKey }), 200);
const comment = (apiKey: string, ref: string, body: object) =>
  app.api.post(`/incident-ticket/${ref}/comments`, { apiKey, body });
const resolve = (apiKey: string, ref: string, body?: object) =>
  app.api.post(`/incident-ticket/resolve/${ref}`, { apiKey, ...(body && { body }) });
const readAsCustomer = async ({ token }: { token: string }, id: string) =>
  expectData(await app.api.get(`/customer/get-incident/${id}`, { token }), 200);
const ofIncident = (table: string, id: string) =>
  rowsOf(app, `select * from ${table} where incident_id = $1 order by id`, [id]);

const INTERNALS = {
  techDescription: 'canary tech description',
  impactSummary: 'canary impact summary',
  blastRadius: 'canary blast radius',
  serviceArea: 'canary service area',
  environment: 'canary environment',
  region: 'canary region',
  assignedToEmail: 'canary@team.example.com',
};

describe('reading', () => {
  it('shows the incident with its customer, its allowed moves and what is internal', async () => {
    const { customer, incident, apiKey } = await buildCase();
    await put(apiKey, incident.id, INTERNALS);
    const { attachments: _a, isUnread: _u, ...fields } = incident;
    expect(expectData(await get(apiKey, incident.id), 200)).toEqual({
      ...fields,
      ...INTERNALS,
      summary: REPORT.shortDescription,
      source: 'PORTAL',
      customer: {
        ...{ id: customer.id, name: customer.name, email: customer.email },
        incidentCount: 1,
        isDisabled: false,
      },
      history: [{ status: 'OPEN', at: incident.createdAt, by: null }],
      waitingSince: incident.createdAt,
      affectedCount: 0,
      allowedMoves: ['ACKNOWLEDGED', 'INVESTIGATION', 'MITIGATED', 'RESOLVED', 'CLOSED'],
    });
  });

  it('goes by id and ticket number in any case', async () => {
    const { incident, apiKey } = await buildCase();
    const { id, ticketNumber } = incident;
    for (const ref of [id, id.toUpperCase(), ticketNumber, ticketNumber.toLowerCase()]) {
      expect((await get(apiKey, ref)).body.data.id, ref).toBe(id);
    }
    for (const ref of ['7', 'resolve', '%00', `${id}0`]) {
      expect((await get(apiKey, ref)).status, ref).toBe(400);
    }
  });

  it('lists the incidents of all customers of the company, newest first, in pages', async () => {
    const { customer, incident, apiKey } = await buildCase();
    const colleague = await buildCustomer(app, { companyId: customer.companyId });
    const second = await buildIncident(app, colleague);
    const third = await buildIncident(app, customer);
    await comment(apiKey, third.id, { content: 'Hello' });
    const first = await list(apiKey, '?limit=2');
    expect([first.total, first.page, first.totalPages]).toEqual([3, 1, 2]);
    expect(
      first.incidents.map((one: { id: string; commentCount: number }) => [
        one.id,
        one.commentCount,
      ]),
    ).toEqual([
      [third.id, 1],
      [second.id, 0],
    ]);
    const { incidents } = await list(apiKey, '?limit=2&page=2');
    expect(incidents.map((one: TeamIncident) => one.id)).toEqual([incident.id]);
  });

  it('filters by status and priority', async () => {
    const { customer, incident, apiKey } = await buildCase();
    const high = await buildIncident(app, customer, { priority: 'HIGH' });
    await buildMove(app, high, 'MITIGATED');
    for (const [query, found] of [
      ['?status=open', [incident.id]],
      ['?status=IN_PROGRESS', [high.id]],
      ['?status=OPEN,MITIGATED', [high.id, incident.id]],
      ['?priority=high', [high.id]],
      ['?priority=HIGH&status=OPEN', []],
    ] as const) {
      const { incidents, total } = await list(apiKey, query);
      expect(
        incidents.map((one: TeamIncident) => one.id),
        query,
      ).toEqual(found);
      expect(total).toBe(found.length);
    }
  });

  it('refuses odd pages, limits, statuses and priorities', async () => {
    const { apiKey } = await buildCase();
    const odd = ['page', 'limit'].flatMap((field) => ODD_NUMBERS.map((one) => `${field}=${one}`));
    for (const query of [...odd, 'status=DONE', 'priority=URGENT', 'page=1&page=1', 'limit=101']) {
      const reply = await app.api.get(`/incident-ticket?${query}`, { apiKey });
      expect([reply.status, reply.body.code], query).toEqual([400, 'invalid']);
    }
  });
});

describe('moving the status', () => {
  it.each(STATUSES.flatMap((from) => STATUSES.map((to) => [from, to] as const)))(
    'from %s to %s goes as the table of allowed moves says',
    async (from, to) => {
      const { incident, apiKey } = await buildCase();
      if (from !== 'OPEN') await buildMove(app, incident, from);
      const { status, body } = await put(apiKey, incident.id, { status: to });
      const isAllowed = from === to || allowedMoves(from).includes(to);
      expect(status).toBe(isAllowed ? 200 : 409);
      if (isAllowed)
        expect(body.data).toMatchObject({ status: to, allowedMoves: allowedMoves(to) });
      const after = (await get(apiKey, incident.id)).body.data;
      expect(after.status).toBe(isAllowed ? to : from);
      const moves = (from === 'OPEN' ? 0 : 1) + (isAllowed && from !== to ? 1 : 0);
      expect(after.history).toHaveLength(1 + moves);
    },
  );

  it('says what is allowed when it is refused', async () => {
    const { incident, apiKey } = await buildCase();
    const refusal = async (to: Status) => {
      const { status, body } = await put(apiKey, incident.id, { status: to });
      expect([status, body.code]).toEqual([409, 'move_refused']);
      return body.message;
    };
    await buildMove(app, incident, 'MITIGATED');
    expect(await refusal('OPEN')).toBe(
      'An incident that is MITIGATED cannot become OPEN. Allowed: RESOLVED, CLOSED.',
    );
    await buildMove(app, incident, 'RESOLVED');
    expect(await refusal('ACKNOWLEDGED')).toContain('Allowed: INVESTIGATION, CLOSED.');
    await buildMove(app, incident, 'CLOSED');
    expect(await refusal('INVESTIGATION')).toContain('It is final.');
  });

  it('writes status, history, counts, event and outbox row together', async () => {
    const { incident, apiKey, customer } = await buildCase();
    await put(apiKey, incident.id, { status: 'acknowledged' });
    expect(await ofIncident('incident_history', incident.id)).toMatchObject([
      { status: 'OPEN' },
      { status: 'ACKNOWLEDGED', customer_id: customer.id },
    ]);
    const counts = 'select open, acknowledged from incident_counts where customer_id = $1';
    expect(await rowsOf(app, counts, [customer.id])).toEqual([{ open: 0, acknowledged: 1 }]);
    const told = { kind: 'incident.updated', payload: { status: 'ACKNOWLEDGED' } };
    expect((await ofIncident('events', incident.id)).at(-1)).toMatchObject(told);
    expect((await ofIncident('outbox', incident.id)).at(-1)).toMatchObject(told);
  });

  it('sets and clears the times of resolution and closing', async () => {
    const { incident, customer } = await buildCase();
    const times = async () => {
      const { resolvedAt, closedAt } = await readAsCustomer(customer, incident.id);
      return [resolvedAt !== null, closedAt !== null];
    };
    await buildMove(app, incident, 'RESOLVED');
    expect(await times()).toEqual([true, false]);
    await buildMove(app, incident, 'INVESTIGATION');
    expect(await times()).toEqual([false, false]);
    await buildMove(app, incident, 'RESOLVED');
    await buildMove(app, incident, 'CLOSED');
    expect(await times()).toEqual([true, true]);
  });

  it('goes once when two of the team do it at the same time', async () => {
    const { incident, apiKey, customer } = await buildCase();
    await Promise.all(
      Array.from({ length: 6 }, () => put(apiKey, incident.id, { status: 'ACKNOWLEDGED' })),
    );
    expect(await ofIncident('incident_history', incident.id)).toHaveLength(2);
    const counts = 'select open, acknowledged from incident_counts where customer_id = $1';
    expect(await rowsOf(app, counts, [customer.id])).toEqual([{ open: 0, acknowledged: 1 }]);
  });

  it('changes nothing else of a request that is refused', async () => {
    const { incident, apiKey } = await buildCase();
    await buildMove(app, incident, 'CLOSED');
    const before = (await get(apiKey, incident.id)).body.data;
    await put(apiKey, incident.id, { status: 'OPEN', summary: 'New', techDescription: 'New' });
    expect((await get(apiKey, incident.id)).body.data).toEqual(before);
  });
});

describe('editing', () => {
  it('changes what is sent, in any case and under either name, and keeps the rest', async () => {
    const { incident, apiKey, customer } = await buildCase();
    const { data } = (
      await put(apiKey, incident.id, { shortDescription: 'Meter readings', priority: 'high' })
    ).body;
    expect(data).toMatchObject({
      summary: 'Meter readings',
      shortDescription: 'Meter readings',
      description: REPORT.description,
      priority: 'HIGH',
      status: 'OPEN',
    });
    expect(await readAsCustomer(customer, incident.id)).toMatchObject({
      shortDescription: 'Meter readings',
      priority: 'HIGH',
    });
  });

  it('sets, keeps and clears internal fields one by one', async () => {
    const { incident, apiKey } = await buildCase();
    await put(apiKey, incident.id, INTERNALS);
    await put(apiKey, incident.id, { region: null, techDescription: '' });
    const expected = { ...INTERNALS, region: null, techDescription: '' };
    expect((await get(apiKey, incident.id)).body.data).toMatchObject(expected);
  });

  it('names every field that is wrong, and changes nothing', async () => {
    const { incident, apiKey } = await buildCase();
    const before = (await get(apiKey, incident.id)).body.data;
    const { status, body } = await put(apiKey, incident.id, {
      summary: ' ',
      description: 'x'.repeat(10_001),
      priority: 'URGENT',
      status: 'IN_PROGRESS',
      techDescription: 'a\0b',
      assignedToEmail: 'grace',
      region: 7,
    });
    expect([status, body.code]).toEqual([400, 'invalid']);
    expect(body.problems.map((one: { field: string }) => one.field)).toEqual([
      'summary',
      'description',
      'priority',
      'status',
      'techDescription',
      'region',
      'assignedToEmail',
    ]);
    for (const { field, message } of body.problems) expect(message).toContain(field);
    expect((await get(apiKey, incident.id)).body.data).toEqual(before);
  });

  it('cannot move an incident to another company or customer', async () => {
    const { incident, apiKey } = await buildCase();
    const other = await buildCustomer(app);
    const before = (await get(apiKey, incident.id)).body.data;
    const forbidden = { id: NOBODYS_ID, companyId: other.companyId, customerId: other.id };
    const after = await put(apiKey, incident.id, { ...forbidden, ticketNumber: 'X', source: 'X' });
    expect([after.status, after.body.data]).toEqual([200, before]);
  });
});

describe('resolving', () => {
  it('moves the incident and says a last word to the customer', async () => {
    const { incident, apiKey, customer } = await buildCase();
    const { status, body } = await resolve(apiKey, incident.id, { note: 'It was the cache.' });
    expect([status, body.data.status]).toEqual([200, 'RESOLVED']);
    const seen = await readAsCustomer(customer, incident.id);
    expect([seen.status, seen.isUnread]).toEqual(['RESOLVED', true]);
    expect(seen.comments).toMatchObject([
      { content: 'It was the cache.', authorType: 'USER', authorName: 'Billing team' },
    ]);
    const kinds = (await ofIncident('outbox', incident.id)).map((one) => one.kind);
    expect(kinds).toContain('incident.resolved');
  });

  it('needs no note, not even a body', async () => {
    const { incident, apiKey } = await buildCase();
    const { body } = await resolve(apiKey, incident.ticketNumber);
    expect([body.data.status, body.data.comments]).toEqual(['RESOLVED', []]);
  });

  it('is refused for what is closed, with its note', async () => {
    const { incident, apiKey } = await buildCase();
    await buildMove(app, incident, 'CLOSED');
    const { status, body } = await resolve(apiKey, incident.id, { note: 'Too late' });
    expect([status, body.code]).toEqual([409, 'move_refused']);
    expect(await ofIncident('comments', incident.id)).toEqual([]);
  });

  it('refuses an empty note', async () => {
    const { incident, apiKey } = await buildCase();
    const { status, body } = await resolve(apiKey, incident.id, { note: ' ' });
    expect([status, body.problems[0].field]).toEqual([400, 'note']);
    expect((await get(apiKey, incident.id)).body.data.status).toBe('OPEN');
  });
});

describe('a public comment', () => {
  it('reaches the customer under the name of the key, and marks the incident unread', async () => {
    const { incident, apiKey, customer } = await buildCase();
    const { status, body } = await comment(apiKey, incident.id, { content: 'We are on it.' });
    expect(status).toBe(201);
    expect(body.data).toMatchObject({
      ...{ content: 'We are on it.', authorType: 'USER' },
      ...{ authorName: 'Billing team', isInternal: false },
    });
    const seen = await readAsCustomer(customer, incident.id);
    expect([seen.comments, seen.isUnread]).toEqual([[body.data], true]);
    const told = { kind: 'comment.created', payload: { commentId: body.data.id } };
    expect((await ofIncident('events', incident.id)).at(-1)).toMatchObject({
      ...told,
      is_internal: false,
    });
    expect((await ofIncident('outbox', incident.id)).at(-1)).toMatchObject(told);
  });

  it('is refused where the incident is CLOSED; a note is not', async () => {
    const { incident, apiKey } = await buildCase();
    await buildMove(app, incident, 'CLOSED');
    const refused = await comment(apiKey, incident.id, { content: 'Too late' });
    expect([refused.status, refused.body.code]).toEqual([409, 'incident_closed']);
    const note = await comment(apiKey, incident.id, { content: 'For us', isInternal: true });
    expect(note.status).toBe(201);
  });

  it('refuses what is no text, or neither internal nor not', async () => {
    const { incident, apiKey } = await buildCase();
    for (const [body, field] of [
      [{}, 'content'],
      [{ content: '' }, 'content'],
      [{ content: 'x'.repeat(10_001) }, 'content'],
      [{ content: 'x', isInternal: 'yes' }, 'isInternal'],
      [{ content: 'x', isInternal: null }, 'isInternal'],
    ] as const) {
      const reply = await comment(apiKey, incident.id, body);
      expect([reply.status, reply.body.problems[0].field]).toEqual([400, field]);
    }
    expect(await ofIncident('comments', incident.id)).toEqual([]);
  });
});

describe('a ticket number that two companies have', () => {
  /** Two companies, each with an incident of the same number: the first of its day. */
  async function buildNamesakes() {
    const [one, two] = [await buildCase(), await buildCase()];
    expect(one.incident.ticketNumber).toBe(two.incident.ticketNumber);
    return { one, two, number: one.incident.ticketNumber };
  }

  it('is refused to a key of all companies, which reads and writes nothing', async () => {
    const { one, two, number } = await buildNamesakes();
    const key = app.adminKey;
    const replies = [
      await get(key, number),
      await put(key, number, { status: 'INVESTIGATION' }),
      await comment(key, number, { content: 'Meant for one of them' }),
      await app.api.get(`/incident-ticket/${number}/comments`, { apiKey: key }),
      await resolve(key, number),
      await app.api.get(`/incident-ticket/${number}/affected`, { apiKey: key }),
    ];
    for (const { status, body } of replies) {
      expect([status, body.code]).toEqual([409, 'ticket_ambiguous']);
    }
    for (const { incident, customer } of [one, two]) {
      const read = await readAsCustomer(customer, incident.id);
      expect(read).toMatchObject({ status: 'OPEN', comments: [] });
    }
  });

  it('is enough with the company, and for a key of that company', async () => {
    const { one, two, number } = await buildNamesakes();
    const where = `?companyId=${one.customer.companyId}`;
    const path = `/incident-ticket/${number}/comments${where}`;
    const body = { content: 'For the first' };
    expectData(await app.api.post(path, { apiKey: app.adminKey, body }), 201);
    expectData(await comment(two.apiKey, number, { content: 'For the second' }), 201);
    const textsOf = async ({ customer, incident }: typeof one) =>
      (await readAsCustomer(customer, incident.id)).comments.map(
        ({ content }: { content: string }) => content,
      );
    expect(await textsOf(one)).toEqual(['For the first']);
    expect(await textsOf(two)).toEqual(['For the second']);
    const other = await app.api.get(`/incident-ticket/${number}${where}`, { apiKey: two.apiKey });
    expect([other.status, other.body.code]).toEqual([403, 'forbidden']);
  });

  it('is enough for a key of all companies while only one has it', async () => {
    const { incident, customer } = await buildCase();
    const { companyId } = customer;
    const text =
      "update incidents set ticket_number = 'INC-20010101-0001' where company_id = $1 and id = $2";
    await rowsOf(app, text, [companyId, incident.id]);
    const read = expectData(await get(app.adminKey, 'inc-20010101-0001'), 200);
    expect(read.id).toBe(incident.id);
  });
});

describe('the conversation', () => {
  it('holds comments and responder notes in the order of writing, for the team', async () => {
    const { incident, apiKey, customer } = await buildCase();
    const call = { token: customer.token, body: { content: '1' } };
    await app.api.post(`/customer/${incident.id}/comments`, call);
    await comment(apiKey, incident.id, { content: '2', isInternal: true });
    await comment(apiKey, incident.id, { content: '3' });
    const path = `/incident-ticket/${incident.ticketNumber}/comments`;
    const comments = expectData(await app.api.get(path, { apiKey }), 200);
    expect(comments).toMatchObject([
      { content: '1', authorType: 'CUSTOMER', authorName: customer.name, isInternal: false },
      { content: '2', authorType: 'USER', isInternal: true },
      { content: '3', authorType: 'USER', isInternal: false },
    ]);
    expect((await get(apiKey, incident.id)).body.data.comments).toEqual(comments);
  });
});

describe('what is internal', () => {
  /** Everything that the customer can ask for, as bytes with their headers. */
  async function everythingOf({ token }: TestCustomer, id: string): Promise<string> {
    const replies = [
      await app.api.get('/customer/get-incidents', { token }),
      await app.api.get('/customer/get-incidents?cursor=100&status=OPEN', { token }),
      await app.api.get(`/customer/get-incident/${id}`, { token }),
      await app.api.get('/customer/me', { token }),
      await app.api.post(`/customer/${id}/seen`, { token }),
      await app.api.post(`/customer/${id}/comments`, { token, body: { content: 'Hello' } }),
      await app.api.post(`/customer/${id}/comments`, { token, body: {} }),
    ];
    return replies.map((one) => JSON.stringify([...one.headers]) + one.text).join('\n');
  }

  it('is in no byte that a customer can get', async () => {
    const { incident, apiKey, customer } = await buildCase();
    await put(apiKey, incident.id, INTERNALS);
    await comment(apiKey, incident.id, { content: 'canary responder note', isInternal: true });
    await comment(apiKey, incident.id, { content: 'A public word.' });
    const bytes = await everythingOf(customer, incident.id);
    expect(bytes).toContain('A public word.');
    expect(bytes).not.toMatch(/canary/i);
    expect(bytes).not.toMatch(
      /techDescription|impactSummary|blastRadius|serviceArea|assignedTo|"source"|"environment"|"region"/,
    );
    expect(bytes).not.toContain('"isInternal":true');
  });

  it('changes nothing that a customer sees: time, unread mark, count, ETag', async () => {
    const { incident, apiKey, customer } = await buildCase();
    const { token } = customer;
    const look = async () =>
      Promise.all(
        ['/customer/get-incidents', `/customer/get-incident/${incident.id}`].map(async (path) => {
          const { text, headers } = await app.api.get(path, { token });
          return [text, headers.get('etag')];
        }),
      );
    const before = await look();
    await put(apiKey, incident.id, INTERNALS);
    await comment(apiKey, incident.id, { content: 'A note', isInternal: true });
    expect(await look()).toEqual(before);
  });

  it('is told to no customer and to nobody outside', async () => {
    const { incident, apiKey } = await buildCase();
    await put(apiKey, incident.id, INTERNALS);
    await comment(apiKey, incident.id, { content: 'A note', isInternal: true });
    const events = await ofIncident('events', incident.id);
    expect(events.map((one) => [one.kind, one.is_internal])).toEqual([
      ['incident.created', false],
      ['incident.updated', true],
      ['comment.created', true],
    ]);
    const outbox = await ofIncident('outbox', incident.id);
    expect(outbox.map((one) => one.kind)).toEqual(['incident.created']);
    expect(JSON.stringify([events, outbox])).not.toMatch(/canary|A note/);
  });

  it("is not the name of another company's key either", async () => {
    const { customer, incident, apiKey } = await buildCase();
    await comment(apiKey, incident.id, { content: 'Hello' });
    const { comments } = await readAsCustomer(customer, incident.id);
    expect(Object.keys(comments[0]).sort()).toEqual([
      'authorName',
      'authorType',
      'content',
      'createdAt',
      'id',
      'isInternal',
      'updatedAt',
    ]);
  });
});

describe('whose incidents a key opens', () => {
  it('those of its own company; all others answer as if they did not exist', async () => {
    const { incident } = await buildCase();
    const { apiKey } = await buildCase();
    const calls = [
      ['GET', ''],
      ['PUT', '', { summary: 'Taken over' }],
      ['GET', '/comments'],
      ['POST', '/comments', { content: 'Taken over' }],
    ] as const;
    for (const [method, suffix, body] of calls) {
      const ask = (ref: string) =>
        app.api.send(method, `/incident-ticket/${ref}${suffix}`, { apiKey, ...(body && { body }) });
      const [foreign, absent] = [await ask(incident.id), await ask(NOBODYS_ID)];
      expect([foreign.status, foreign.body.code], method + suffix).toEqual([404, 'not_found']);
      expect(withoutRequestId(foreign)).toBe(withoutRequestId(absent));
    }
    const [foreign, absent] = [
      await resolve(apiKey, incident.id),
      await resolve(apiKey, NOBODYS_ID),
    ];
    expect([foreign.status, withoutRequestId(foreign)]).toEqual([404, withoutRequestId(absent)]);
    const untouched = (await get(app.adminKey, incident.id)).body.data;
    expect(untouched).toMatchObject({ summary: REPORT.shortDescription, status: 'OPEN' });
    expect(untouched.comments).toEqual([]);
  });

  it('its own ticket where another company has the same number', async () => {
    const [one, other] = [await buildCase(), await buildCase()];
    expect(one.incident.ticketNumber.slice(-4)).toBe(other.incident.ticketNumber.slice(-4));
    for (const { apiKey, incident } of [one, other]) {
      expect((await get(apiKey, incident.ticketNumber)).body.data.id).toBe(incident.id);
      await put(apiKey, incident.ticketNumber, { summary: incident.id });
      expect((await get(apiKey, incident.id)).body.data.summary).toBe(incident.id);
    }
  });

  it('all of them for an admin key', async () => {
    const { incident } = await buildCase();
    expect((await get(app.adminKey, incident.id)).status).toBe(200);
    const { incidents } = await list(app.adminKey, '?limit=1');
    expect(incidents).toMatchObject([{ id: incident.id }]);
  });
});

describe('credentials', () => {
  it('of the team are a key, as X-API-Key or as a bearer token', async () => {
    const { incident, apiKey } = await buildCase();
    const path = `/incident-ticket/${incident.id}`;
    for (const headers of [
      { 'x-api-key': apiKey },
      { authorization: `Bearer ${apiKey}` },
      { authorization: `bearer ${apiKey}` },
    ]) {
      expect((await app.api.get(path, { headers })).status).toBe(200);
    }
    for (const headers of [
      {},
      { authorization: apiKey },
      { authorization: `Basic ${apiKey}` },
      { authorization: `Bearer ${apiKey} x` },
      { cookie: `__Host-porthole=${apiKey}` },
    ]) {
      expect((await app.api.get(path, { headers })).status).toBe(401);
    }
  });

  it('of a customer do not open the routes of the team, nor the reverse', async () => {
    const { customer, incident, apiKey } = await buildCase();
    const { token } = customer;
    for (const call of [{ token }, { apiKey: token }]) {
      for (const path of ['/incident-ticket', `/incident-ticket/${incident.id}`, '/companies']) {
        expect((await app.api.get(path, call)).status, path).toBe(401);
      }
    }
    for (const key of [apiKey, app.adminKey]) {
      for (const call of [{ token: key }, { apiKey: key }]) {
        for (const path of ['/customer/me', `/customer/get-incident/${incident.id}`]) {
          expect((await app.api.get(path, call)).status, path).toBe(401);
        }
      }
    }
  });

  it('that are wrong answer the same, whatever they ask for', async () => {
    const { incident } = await buildCase();
    const ask = (id: string) => get(`ph_${short()}`, id);
    const [real, absent] = [await ask(incident.id), await ask(NOBODYS_ID)];
    expect([real.status, withoutRequestId(real)]).toEqual([401, withoutRequestId(absent)]);
  });
});
