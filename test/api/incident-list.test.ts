/** A customer's list of incidents: order, pages, cursor, status filter, counts, unread marks. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Status } from '../../shared/incident.ts';
import type { IncidentPage } from '../../shared/types.ts';
import { startApp, type TestApp } from '../support/app.ts';
import {
  buildCustomer,
  buildIncident,
  buildMove,
  expectData,
  ifChangedSince,
  NOBODYS_ID,
  ODD_NUMBERS,
  REPORT,
  type TestCustomer,
} from '../support/factories.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});

type Who = Pick<TestCustomer, 'token'>;

const list = async ({ token }: Who, query = ''): Promise<IncidentPage> =>
  expectData(await app.api.get(`/customer/get-incidents${query}`, { token }), 200);
const titles = ({ incidents }: IncidentPage) => incidents.map((one) => one.shortDescription);

/** Reports named 1, 2, 3 … in this order. */
async function buildIncidents(customer: Who, count: number, from = 1) {
  for (let n = from; n < from + count; n += 1) {
    await buildIncident(app, customer, { shortDescription: String(n) });
  }
}

/** One incident in each status, named by it. */
async function buildOneInEach(customer: Who) {
  const statuses = ['OPEN', 'ACKNOWLEDGED', 'INVESTIGATION', 'MITIGATED', 'RESOLVED', 'CLOSED'];
  for (const status of statuses as Status[]) {
    const made = await buildIncident(app, customer, { shortDescription: status });
    if (status !== 'OPEN') await buildMove(app, made, status);
  }
}

describe('the list', () => {
  it('is empty for a new customer', async () => {
    expect(await list(await buildCustomer(app))).toEqual({
      incidents: [],
      ...{ total: 0, page: 1, totalPages: 0, nextCursor: null, unread: 0 },
      counts: {
        ...{ OPEN: 0, ACKNOWLEDGED: 0, INVESTIGATION: 0 },
        ...{ MITIGATED: 0, RESOLVED: 0, CLOSED: 0 },
      },
    });
  });

  it('shows every field, and a count instead of comments', async () => {
    const customer = await buildCustomer(app);
    const made = await buildIncident(app, customer);
    const { comments: _c, history: _h, attachments: _a, ...fields } = made;
    expect((await list(customer)).incidents).toEqual([{ ...fields, commentCount: 0 }]);
  });

  it('holds only what is the own, whatever else is asked for', async () => {
    const customer = await buildCustomer(app);
    const colleague = await buildCustomer(app, { companyId: customer.companyId });
    const stranger = await buildCustomer(app);
    for (const one of [customer, colleague, stranger]) await buildIncident(app, one);
    for (const { id, companyId } of [colleague, stranger]) {
      const page = await list(customer, `?customerId=${id}&companyId=${companyId}`);
      expect([page.total, page.incidents.map((one) => one.customerId)]).toEqual([1, [customer.id]]);
    }
  });

  it('can neither be searched, filtered nor sorted by what is internal', async () => {
    const customer = await buildCustomer(app);
    const { id } = await buildIncident(app, customer);
    await buildIncident(app, customer);
    const body = { techDescription: 'canary', assignedToEmail: 'canary@example.com' };
    await app.api.put(`/incident-ticket/${id}`, { apiKey: app.adminKey, body });
    const plain = await list(customer);
    for (const query of [
      '?techDescription=canary',
      '?assignedToEmail=canary@example.com',
      '?search=canary',
      '?sort=techDescription&order=asc',
      '?isInternal=true',
    ]) {
      expect(await list(customer, query), query).toEqual(plain);
    }
  });

  it('needs a session', async () => {
    expect((await app.api.get('/customer/get-incidents')).status).toBe(401);
  });
});

describe('pages', () => {
  it('are newest first, ten at a time unless said otherwise', async () => {
    const customer = await buildCustomer(app);
    await buildIncidents(customer, 12);
    const first = await list(customer);
    expect(titles(first)).toEqual(['12', '11', '10', '9', '8', '7', '6', '5', '4', '3']);
    expect([first.page, first.total, first.totalPages]).toEqual([1, 12, 2]);
    const second = await list(customer, '?page=2');
    expect(titles(second)).toEqual(['2', '1']);
    expect([second.page, second.total, second.nextCursor]).toEqual([2, 12, null]);
  });

  it('hold up to `limit`, the last one the rest, and those beyond nothing', async () => {
    const customer = await buildCustomer(app);
    await buildIncidents(customer, 5);
    const page = async (n: number) => titles(await list(customer, `?limit=2&page=${n}`));
    expect([await page(1), await page(2), await page(3), await page(4)]).toEqual([
      ['5', '4'],
      ['3', '2'],
      ['1'],
      [],
    ]);
    expect((await list(customer, '?limit=100&page=10000000')).incidents).toEqual([]);
    expect((await list(customer, '?limit=5')).nextCursor).toBe(null);
  });

  it('are refused where page, limit or cursor is not a plain whole number in range', async () => {
    const { token } = await buildCustomer(app);
    const outside = { page: '10000001', limit: '101', cursor: '-1' };
    for (const [field, beyond] of Object.entries(outside)) {
      const odd = ODD_NUMBERS.filter((one) => !(field === 'cursor' && one === '0'));
      for (const value of [...odd, beyond, `1&${field}=2`]) {
        const path = `/customer/get-incidents?${field}=${value}`;
        const { status, body } = await app.api.get(path, { token });
        expect([status, body.code, body.problems[0].field], path).toEqual([400, 'invalid', field]);
      }
    }
  });
});

describe('the cursor', () => {
  /** Follows the list to its end. */
  async function follow(customer: Who, query: string, cursor: string | null): Promise<string[]> {
    if (cursor === null) return [];
    const page = await list(customer, `${query}&cursor=${cursor}`);
    return [...titles(page), ...(await follow(customer, query, page.nextCursor))];
  }

  it('shows each incident once, whatever arrives meanwhile', async () => {
    const customer = await buildCustomer(app);
    await buildIncidents(customer, 7);
    const first = await list(customer, '?limit=2');
    await buildIncidents(customer, 3, 8);
    expect(titles(first)).toEqual(['7', '6']);
    expect(await follow(customer, '?limit=2', first.nextCursor)).toEqual(['5', '4', '3', '2', '1']);
  });

  it('has no page number, and the same counts as a page', async () => {
    const customer = await buildCustomer(app);
    await buildIncidents(customer, 3);
    const { nextCursor } = await list(customer, '?limit=2');
    const { page, total, totalPages } = await list(customer, `?limit=2&cursor=${nextCursor}`);
    expect([page, total, totalPages]).toEqual([null, 3, 2]);
  });

  it('goes with a status filter', async () => {
    const customer = await buildCustomer(app);
    await buildIncidents(customer, 5);
    const { incidents } = await list(customer);
    for (const one of incidents.filter((_, n) => n !== 2)) await buildMove(app, one, 'MITIGATED');
    const first = await list(customer, '?limit=2&status=MITIGATED');
    expect(titles(first)).toEqual(['5', '4']);
    expect(await follow(customer, '?limit=2&status=MITIGATED', first.nextCursor)).toEqual([
      '2',
      '1',
    ]);
  });

  it('ends where there is nothing older', async () => {
    const customer = await buildCustomer(app);
    await buildIncidents(customer, 1);
    for (const cursor of ['0', '1']) {
      const { incidents, nextCursor } = await list(customer, `?cursor=${cursor}`);
      expect([incidents, nextCursor]).toEqual([[], null]);
    }
  });
});

describe('the status filter', () => {
  const cases: [query: string, found: string][] = [
    ['status=OPEN', 'OPEN'],
    ['status=open', 'OPEN'],
    ['status=IN_PROGRESS', 'MITIGATED INVESTIGATION ACKNOWLEDGED'],
    ['status=in_progress', 'MITIGATED INVESTIGATION ACKNOWLEDGED'],
    ['status=OPEN&status=CLOSED', 'CLOSED OPEN'],
    ['status=OPEN,CLOSED', 'CLOSED OPEN'],
    ['status=resolved,OPEN&status=Closed', 'CLOSED RESOLVED OPEN'],
    ['status=IN_PROGRESS,MITIGATED&status=MITIGATED', 'MITIGATED INVESTIGATION ACKNOWLEDGED'],
  ];

  it('takes one status or several, repeated or by comma, in any case', async () => {
    const customer = await buildCustomer(app);
    await buildOneInEach(customer);
    for (const [query, found] of cases) {
      const page = await list(customer, `?${query}`);
      expect(titles(page).join(' '), query).toBe(found);
      expect(page.total, query).toBe(found.split(' ').length);
    }
  });

  it('pages through what it finds', async () => {
    const customer = await buildCustomer(app);
    await buildOneInEach(customer);
    const page = await list(customer, '?status=IN_PROGRESS&limit=2&page=2');
    expect([titles(page), page.total, page.totalPages]).toEqual([['ACKNOWLEDGED'], 3, 2]);
  });

  it('refuses what is no status, and names the field', async () => {
    const { token } = await buildCustomer(app);
    for (const odd of ['', 'DONE', 'OPEN,', ',', 'OPEN,DONE', 'OPEN;CLOSED', "OPEN'", '%00']) {
      const path = `/customer/get-incidents?status=${odd}`;
      const { status, body } = await app.api.get(path, { token });
      expect([status, body.code], path).toEqual([400, 'invalid']);
      expect(body.problems[0].field).toMatch(/^status/);
      expect(body.errors[0]).toContain('status');
    }
  });

  it('refuses more values than there can be', async () => {
    const { token } = await buildCustomer(app);
    const many = Array(21).fill('status=OPEN').join('&');
    const { status, body } = await app.api.get(`/customer/get-incidents?${many}`, { token });
    expect([status, body.problems[0].field]).toEqual([400, 'status']);
    expect(body.errors[0]).toContain('status');
  });
});

describe('counts', () => {
  it('are told by status, whatever the filter', async () => {
    const customer = await buildCustomer(app);
    await buildOneInEach(customer);
    await buildIncident(app, customer);
    const counts = {
      ...{ OPEN: 2, ACKNOWLEDGED: 1, INVESTIGATION: 1 },
      ...{ MITIGATED: 1, RESOLVED: 1, CLOSED: 1 },
    };
    for (const query of ['', '?status=OPEN', '?limit=1', '?cursor=2']) {
      expect((await list(customer, query)).counts, query).toEqual(counts);
    }
  });

  it('are right after many reports and moves at once', async () => {
    const customer = await buildCustomer(app);
    const made = await Promise.all(Array.from({ length: 12 }, () => buildIncident(app, customer)));
    await Promise.all(made.map((one, n) => n < 8 && buildMove(app, one, 'ACKNOWLEDGED')));
    await Promise.all(made.map((one, n) => n < 4 && buildMove(app, one, 'CLOSED')));
    const { counts, total } = await list(customer);
    expect(total).toBe(12);
    expect(counts).toMatchObject({ OPEN: 4, ACKNOWLEDGED: 4, CLOSED: 4, RESOLVED: 0 });
  });
});

describe('unread marks', () => {
  it('come with what the team does and go when the customer has looked', async () => {
    const customer = await buildCustomer(app);
    const { id } = await buildIncident(app, customer);
    await buildIncident(app, customer);
    await buildMove(app, { id }, 'ACKNOWLEDGED');
    const before = await list(customer);
    expect([before.unread, before.incidents.map((one) => one.isUnread)]).toEqual([
      1,
      [false, true],
    ]);
    const { token } = customer;
    expect((await app.api.post(`/customer/${id}/seen`, { token })).body.data).toBe(null);
    const after = await list(customer);
    expect([after.unread, after.incidents[1]?.isUnread]).toEqual([0, false]);
    expect(after.incidents[1]?.updatedAt).toBe(before.incidents[1]?.updatedAt);
  });

  it('stay for what came while they were being taken away', async () => {
    const customer = await buildCustomer(app);
    const { id } = await buildIncident(app, customer);
    await buildMove(app, { id }, 'ACKNOWLEDGED');
    const { token } = customer;
    const { updatedAt } = (await list(customer)).incidents[0] ?? {};
    await buildMove(app, { id }, 'INVESTIGATION');
    const look = (body: object) => app.api.post(`/customer/${id}/seen`, { token, body });
    expect((await look({ updatedAt })).status).toBe(200);
    expect(await list(customer)).toMatchObject({ unread: 1, incidents: [{ isUnread: true }] });
    expect((await look({ updatedAt: 'yesterday' })).body).toMatchObject({
      code: 'invalid',
      problems: [{ field: 'updatedAt' }],
    });
    const [incident] = (await list(customer)).incidents;
    await look({ updatedAt: incident?.updatedAt });
    expect(await list(customer)).toMatchObject({ unread: 0, incidents: [{ isUnread: false }] });
  });

  it('do not come with what the customer does', async () => {
    const customer = await buildCustomer(app);
    const { id } = await buildIncident(app, customer);
    const { token } = customer;
    await app.api.post(`/customer/${id}/comments`, { token, body: { content: 'Hello?' } });
    expect((await list(customer)).unread).toBe(0);
  });

  it("are nobody else's to take away", async () => {
    const customer = await buildCustomer(app);
    const { id, ticketNumber } = await buildIncident(app, customer);
    await buildMove(app, { id }, 'ACKNOWLEDGED');
    const colleague = await buildCustomer(app, { companyId: customer.companyId });
    for (const { token } of [colleague, await buildCustomer(app)]) {
      for (const ref of [id, ticketNumber, NOBODYS_ID]) {
        expect((await app.api.post(`/customer/${ref}/seen`, { token })).status).toBe(404);
      }
    }
    expect((await app.api.post(`/customer/${id}/seen`)).status).toBe(401);
    const odd = await app.api.post('/customer/x/seen', { token: customer.token });
    expect([odd.status, odd.body.code]).toEqual([400, 'invalid']);
    expect((await list(customer)).unread).toBe(1);
  });

  it('can be taken away by ticket number, and again without harm', async () => {
    const customer = await buildCustomer(app);
    const { ticketNumber, id } = await buildIncident(app, customer);
    await buildMove(app, { id }, 'ACKNOWLEDGED');
    const { token } = customer;
    for (const ref of [ticketNumber.toLowerCase(), ticketNumber]) {
      expect((await app.api.post(`/customer/${ref}/seen`, { token })).status).toBe(200);
    }
    expect((await list(customer)).unread).toBe(0);
  });
});

describe('a list that has been read before', () => {
  it('is 304 until something in it changes', async () => {
    const { token } = await buildCustomer(app);
    const { id } = await buildIncident(app, { token });
    const first = await app.api.get('/customer/get-incidents', { token });
    expect(first.headers.get('cache-control')).toBe('private, no-cache');
    const headers = ifChangedSince(first.headers.get('etag'));
    const again = () => app.api.get('/customer/get-incidents', { token, headers });
    const unchanged = await again();
    expect([unchanged.status, unchanged.text]).toEqual([304, '']);
    await buildMove(app, { id }, 'MITIGATED');
    expect((await again()).status).toBe(200);
  });

  it('is 304 for nobody whose session is over', async () => {
    const { token } = await buildCustomer(app);
    const { headers } = await app.api.get('/customer/get-incidents', { token });
    await app.api.post('/customer/logout', { token });
    const call = { token, headers: ifChangedSince(headers.get('etag')) };
    expect((await app.api.get('/customer/get-incidents', call)).status).toBe(401);
  });

  it('is another for every filter', async () => {
    const { token } = await buildCustomer(app);
    await buildIncident(app, { token }, REPORT);
    const etag = async (query: string) =>
      (await app.api.get(`/customer/get-incidents${query}`, { token })).headers.get('etag');
    expect(await etag('?status=OPEN')).not.toBe(await etag('?status=CLOSED'));
  });
});
