/** The team's queue: who waits, filters, counts that are never counted, and search in every script. */
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { pageQuery, type QueueRequest, searchQuery } from '../../server/db/team-queue.ts';
import type { TeamIncident, TeamIncidentPage } from '../../shared/types.ts';
import { startApp, type TestApp } from '../support/app.ts';
import {
  buildAnnouncement,
  buildApiKey,
  buildCompany,
  buildCustomer,
  buildIncident,
  buildMove,
  expectData,
  NOBODYS_ID,
  REPORT,
  type TestCustomer,
} from '../support/factories.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});

async function buildDesk() {
  const customer = await buildCustomer(app);
  const { companyId } = customer;
  return { customer, companyId, apiKey: await buildApiKey(app, companyId) };
}

const list = async (apiKey: string, query = ''): Promise<TeamIncidentPage> =>
  expectData(await app.api.get(`/incident-ticket${query}`, { apiKey }), 200);
const idsOf = async (apiKey: string, query: string) => {
  const { incidents, total } = await list(apiKey, query);
  expect(total, query).toBe(incidents.length);
  return incidents.map((one) => one.id);
};
const get = async (apiKey: string, id: string): Promise<TeamIncident> =>
  expectData(await app.api.get(`/incident-ticket/${id}`, { apiKey }), 200);
const reply = async ({ token }: TestCustomer, id: string) =>
  expectData(
    await app.api.post(`/customer/${id}/comments`, { token, body: { content: 'And?' } }),
    201,
  );
const answer = async (apiKey: string, id: string, body: object = {}) => {
  const call = { apiKey, body: { content: 'Soon.', ...body } };
  return expectData(await app.api.post(`/incident-ticket/${id}/comments`, call), 201);
};

describe('a customer waits', () => {
  it('from their report until the team answers or moves it', async () => {
    const { customer, apiKey } = await buildDesk();
    const [answered, moved] = [
      await buildIncident(app, customer),
      await buildIncident(app, customer),
    ];
    const waitingSince = async (id: string) => (await get(apiKey, id)).waitingSince;
    expect(await waitingSince(answered.id)).toBe(answered.createdAt);
    await answer(apiKey, answered.id, { isInternal: true });
    await app.api.put(`/incident-ticket/${answered.id}`, { apiKey, body: { priority: 'LOW' } });
    expect(await waitingSince(answered.id)).toBe(answered.createdAt);
    await answer(apiKey, answered.id);
    await buildMove(app, moved, 'ACKNOWLEDGED');
    expect([await waitingSince(answered.id), await waitingSince(moved.id)]).toEqual([null, null]);
  });

  it('from their first unanswered comment, also where it reopens', async () => {
    const { customer, apiKey } = await buildDesk();
    const { id } = await buildIncident(app, customer);
    await app.api.post(`/incident-ticket/resolve/${id}`, { apiKey });
    const { createdAt } = await reply(customer, id);
    await reply(customer, id);
    expect(await get(apiKey, id)).toMatchObject({ status: 'OPEN', waitingSince: createdAt });
  });

  it('in a queue of their own, the longest waiting first', async () => {
    const { customer, apiKey } = await buildDesk();
    const [first, second, third] = [
      await buildIncident(app, customer),
      await buildIncident(app, customer),
      await buildIncident(app, customer),
    ];
    await answer(apiKey, first.id);
    await answer(apiKey, second.id);
    await reply(customer, second.id);
    const waiting = await list(apiKey, '?waiting=true');
    expect(waiting.incidents.map((one) => one.id)).toEqual([third.id, second.id]);
    expect([waiting.total, waiting.counts.waiting]).toEqual([2, 2]);
    await buildMove(app, third, 'MITIGATED');
    await reply(customer, third.id);
    expect(await idsOf(apiKey, '?waiting=true&status=OPEN')).toEqual([second.id]);
    expect(await idsOf(apiKey, '?waiting=true&status=IN_PROGRESS')).toEqual([third.id]);
  });
});

/** Three of one customer, one of another, two announcements of which one is resolved. */
async function buildQueue() {
  const { customer, companyId, apiKey } = await buildDesk();
  const other = await buildCustomer(app, { companyId, name: 'Zoë Quartz' });
  const open = await buildIncident(app, customer);
  const high = await buildIncident(app, other, { priority: 'HIGH' });
  const resolved = await buildIncident(app, customer);
  await buildMove(app, resolved, 'RESOLVED');
  const outage = await buildAnnouncement(app, companyId);
  const over = await buildAnnouncement(app, companyId, { status: 'RESOLVED' });
  const ids = {
    open: open.id,
    high: high.id,
    resolved: resolved.id,
    outage: outage.id,
    over: over.id,
  };
  return { customer, other, companyId, apiKey, ids };
}

describe('the list', () => {
  it('is filtered by status, customer, announcements and priority, newest first', async () => {
    const { other, apiKey, ids } = await buildQueue();
    const { open, high, resolved, outage, over } = ids;
    for (const [query, found] of [
      ['', [over, outage, resolved, high, open]],
      ['?announcements=true', [over, outage]],
      ['?announcements=false', [resolved, high, open]],
      ['?status=OPEN', [outage, high, open]],
      ['?status=RESOLVED,OPEN&announcements=false', [resolved, high, open]],
      ['?status=RESOLVED&announcements=true', [over]],
      [`?customerId=${other.id}`, [high]],
      [`?customerId=${other.id}&status=RESOLVED`, []],
      [`?customerId=${NOBODYS_ID}`, []],
      ['?priority=HIGH', [over, outage, high]],
      ['?priority=HIGH&announcements=false&status=OPEN', [high]],
      ['?waiting=true&announcements=true', []],
      ['?waiting=true&announcements=false', [open, high]],
    ] as const) {
      expect(await idsOf(apiKey, query), query).toEqual(found);
    }
  });

  it('goes on page by page, whatever the filter', async () => {
    const { apiKey } = await buildQueue();
    for (const filter of ['', 'status=OPEN,RESOLVED', 'announcements=false', 'search=meter']) {
      const all = (await list(apiKey, `?${filter}`)).incidents.map((one) => one.id);
      expect(all.length, filter).toBeGreaterThan(2);
      const pages = [];
      for (let page = 1; page <= all.length; page++) {
        const { incidents, totalPages } = await list(apiKey, `?${filter}&limit=1&page=${page}`);
        expect(totalPages).toBe(all.length);
        pages.push(...incidents.map((one) => one.id));
      }
      expect(pages, filter).toEqual(all);
      expect((await list(apiKey, `?${filter}&limit=1&page=${all.length + 1}`)).incidents).toEqual(
        [],
      );
    }
  });

  it('counts the whole queue, whatever the filter', async () => {
    const { apiKey, other } = await buildQueue();
    const counts = {
      ...{ OPEN: 2, ACKNOWLEDGED: 0, INVESTIGATION: 0, MITIGATED: 0, RESOLVED: 1, CLOSED: 0 },
      ...{ waiting: 2, announcements: 1 },
    };
    for (const query of [
      '',
      '?status=CLOSED',
      '?waiting=true',
      `?customerId=${other.id}&search=x`,
    ]) {
      expect((await list(apiKey, query)).counts, query).toEqual(counts);
    }
  });

  it('is the one of the company that an admin key names, or of all', async () => {
    const { companyId, ids } = await buildQueue();
    const { apiKey: foreignKey, companyId: foreign } = await buildDesk();
    const of = (query: string) => idsOf(app.adminKey, `?companyId=${companyId}${query}`);
    expect(await of('')).toHaveLength(5);
    expect(await of('&status=RESOLVED')).toEqual([ids.over, ids.resolved]);
    expect((await list(app.adminKey, `?companyId=${foreign}`)).counts.OPEN).toBe(0);
    const refused = await app.api.get(`/incident-ticket?companyId=${companyId}`, {
      apiKey: foreignKey,
    });
    expect([refused.status, refused.body.code]).toEqual([403, 'forbidden']);
    for (const query of ['status=RESOLVED', 'announcements=true', 'search=payments', '']) {
      const { incidents, total, counts } = await list(app.adminKey, `?limit=100&${query}`);
      expect(incidents.map((one) => one.id)).toContain(ids.over);
      expect(total).toBeGreaterThanOrEqual(incidents.length);
      expect(counts.OPEN).toBeGreaterThanOrEqual(2);
    }
    const { incidents } = await list(app.adminKey, '?limit=100&waiting=true');
    const times = incidents.map((one) => one.waitingSince);
    expect(times).toEqual([...times].sort());
  });

  it('is empty, with counts of nought, where there is nothing', async () => {
    const { apiKey } = await buildDesk();
    const { incidents, total, counts } = await list(apiKey);
    expect([incidents, total]).toEqual([[], 0]);
    expect(Object.values(counts)).toEqual(Array.from({ length: 8 }, () => 0));
  });

  it('refuses what it does not know', async () => {
    const { apiKey } = await buildDesk();
    for (const query of [
      ...['waiting=false', 'waiting=1', 'announcements=yes', 'customerId=7', 'companyId=acme'],
      ...[`search=${'x'.repeat(101)}`, 'search=%00', 'search=a&search=b'],
    ]) {
      const { status, body } = await app.api.get(`/incident-ticket?${query}`, { apiKey });
      expect([status, body.code], query).toEqual([400, 'invalid']);
      expect(body.errors[0]).toContain(query.split('=')[0]);
    }
  });
});

describe('the search', () => {
  const search = (apiKey: string, words: string, more = '') =>
    idsOf(apiKey, `?search=${encodeURIComponent(words)}${more}`);

  it('finds a ticket by its number, whole or by its digits, in any case', async () => {
    const { customer, apiKey } = await buildDesk();
    const { id, ticketNumber } = await buildIncident(app, customer);
    await buildIncident(app, customer);
    for (const words of [ticketNumber, ticketNumber.toLowerCase(), ` ${ticketNumber.slice(4)} `]) {
      expect(await search(apiKey, words)).toEqual([id]);
    }
    expect(await search(apiKey, 'INC-20200101-0001')).toEqual([]);
  });

  it('finds a ticket by its number within a day alone, and those of a day by the day', async () => {
    const { customer, apiKey } = await buildDesk();
    const first = await buildIncident(app, customer);
    const second = await buildIncident(app, customer);
    const [, day = '', number = ''] = second.ticketNumber.split('-');
    expect(await search(apiKey, number)).toEqual([second.id]);
    expect(await search(apiKey, ` inc-${number}`)).toEqual([second.id]);
    expect(await search(apiKey, day)).toEqual([second.id, first.id]);
    expect(await search(apiKey, day, '&status=CLOSED')).toEqual([]);
    for (const words of ['0000', '0003', '20200101', '999999999']) {
      expect(await search(apiKey, words), words).toEqual([]);
    }
    const { incidents } = await list(app.adminKey, `?limit=100&search=${number}`);
    expect(incidents.map((one) => one.id)).toContain(second.id);
  });

  it('finds beginnings of words of the report, all of which must be there', async () => {
    const { customer, apiKey } = await buildDesk();
    const report = {
      shortDescription: 'Zählerstände fehlen',
      description: 'Seit heute früh, Straße 7.',
    };
    const { id } = await buildIncident(app, customer, report);
    for (const words of ['zahlerst', 'ZÄHLERSTÄNDE', 'fehlen fruh', 'heute   zähl!', 'straße-7']) {
      expect(await search(apiKey, words), words).toEqual([id]);
    }
    for (const words of ['stände', 'fehlen gestern', 'eheute']) {
      expect(await search(apiKey, words), words).toEqual([]);
    }
  });

  it.each([
    ['Cyrillic', 'Ёлка не горит, ПРИВЕТ', ['елка', 'привет', 'ЁЛК', 'гор']],
    ['Greek', 'Η ΟΔΌΣ είναι κλειστή', ['οδος', 'Οδό', 'ΚΛΕΙΣΤΗ']],
    ['Hebrew', 'שָׁלוֹם, התשלום נכשל־שוב', ['שלום', 'התשל', 'שוב', 'נכשל שלום']],
    ['Arabic', 'مَرْحَبًا، الدَّفْع فشل؟', ['مرحبا', 'الدفع', 'فشل مرح']],
    ['Hindi', 'भुगतान विफल हुआ।', ['भुगतान', 'हुआ', 'विफ']],
    ['Japanese', '支払いができません。東京', ['支払い', '東京']],
    ['Vietnamese', 'Thanh toán thất bại', ['toan that', 'THẤT']],
  ])('finds %s, however it is pointed or accented', async (_, shortDescription, words) => {
    const { customer, apiKey } = await buildDesk();
    const { id } = await buildIncident(app, customer, { shortDescription });
    await buildIncident(app, customer);
    for (const one of words) expect(await search(apiKey, one), one).toEqual([id]);
  });

  it('finds what is of a customer by their name and address', async () => {
    const { customer, companyId, apiKey } = await buildDesk();
    const zoe = await buildCustomer(app, {
      companyId,
      name: 'Zoë Quartz',
      email: 'z.q@ex-ample.org',
    });
    const [{ id: first }, { id: second }] = [
      await buildIncident(app, zoe),
      await buildIncident(app, zoe),
    ];
    await buildIncident(app, customer);
    for (const words of ['zoe', 'quar ZO', 'z.q@ex-ample.org', 'example.org'.replace('e', 'e-x')]) {
      const expected = words.startsWith('e-x') ? [] : [second, first];
      expect(await search(apiKey, words), words).toEqual(expected);
    }
    await buildMove(app, { id: first }, 'RESOLVED');
    expect(await search(apiKey, 'quartz', '&status=OPEN')).toEqual([second]);
    expect(await search(apiKey, 'quartz', '&waiting=true')).toEqual([second]);
    expect(await search(apiKey, 'quartz', '&announcements=true')).toEqual([]);
  });

  it('reads no operators, and nothing but words', async () => {
    const { customer, apiKey } = await buildDesk();
    const { id } = await buildIncident(app, customer, { shortDescription: "It's down" });
    for (const words of [
      "it's & down",
      "down:*|!x'",
      "it\\'s",
      'down) <-> (it',
      "'':*",
      '-- % _',
    ]) {
      const { status } = await app.api.get(`/incident-ticket?search=${encodeURIComponent(words)}`, {
        apiKey,
      });
      expect(status, words).toBe(200);
    }
    expect(await search(apiKey, "'it' & ('down')")).toEqual([id]);
    // Nothing to look for: everything, as with companies.
    for (const words of ['', ' ', '!!! ---', '😀']) {
      expect(await search(apiKey, words), words).toEqual([id]);
    }
  });

  it('reads the first thousand characters of a description, and words of any length', async () => {
    const { customer, apiKey } = await buildDesk();
    const long = 'x'.repeat(500);
    const description = `${long} ${'word '.repeat(90)} early ${'word '.repeat(90)} late`;
    const { id } = await buildIncident(app, customer, { description });
    expect(await search(apiKey, 'early')).toEqual([id]);
    expect(await search(apiKey, 'late')).toEqual([]);
    expect(await search(apiKey, long.slice(0, 100))).toEqual([id]);
  });

  it("never finds another company's, nor what is internal", async () => {
    const { customer, apiKey } = await buildDesk();
    const { apiKey: foreignKey } = await buildDesk();
    const { id } = await buildIncident(app, customer, { shortDescription: 'Peculiarity' });
    const body = { techDescription: 'Unspeakable' };
    await app.api.put(`/incident-ticket/${id}`, { apiKey, body });
    expect(await search(apiKey, 'peculiarity')).toEqual([id]);
    expect(await search(foreignKey, 'peculiarity')).toEqual([]);
    expect(await search(foreignKey, customer.email)).toEqual([]);
    expect(await search(apiKey, 'unspeakable')).toEqual([]);
  });

  it('follows an edit of the text', async () => {
    const { customer, apiKey } = await buildDesk();
    const { id } = await buildIncident(app, customer);
    await app.api.put(`/incident-ticket/${id}`, { apiKey, body: { summary: 'Renamed' } });
    expect(await search(apiKey, 'renamed')).toEqual([id]);
    expect(await search(apiKey, REPORT.shortDescription)).toEqual([]);
  });
});

describe('many searches at once', () => {
  it('run two at a time, so that connections are left for customers', async () => {
    const { id } = await buildCompany(app);
    const apiKey = await buildApiKey(app, id);
    const { pool } = app.deps.db;
    const query = pool.query.bind(pool) as (request: unknown) => Promise<unknown>;
    let running = 0;
    const seen: number[] = [];
    const counted = async (request: unknown, ...rest: unknown[]) => {
      const text = typeof request === 'string' ? request : (request as { text: string }).text;
      if (!text.includes('search_query')) return query(...([request, ...rest] as [unknown]));
      running += 1;
      seen.push(running);
      return query(request).finally(() => {
        running -= 1;
      });
    };
    const spy = vi.spyOn(pool, 'query').mockImplementation(counted as never);
    try {
      const searches = Array.from({ length: 10 }, () =>
        app.api.get('/incident-ticket?search=meter', { apiKey }),
      );
      for (const reply of await Promise.all(searches)) expectData(reply, 200);
    } finally {
      spy.mockRestore();
    }
    expect(seen).toHaveLength(10);
    // On the embedded database, where requests take turns anyway, it may be fewer.
    expect(Math.max(...seen)).toBeLessThanOrEqual(2);
  });
});

describe('the plan', () => {
  const REQUEST: QueueRequest = { page: 1, limit: 10, search: '' };
  const PLANS: [string, Partial<QueueRequest>, string[]][] = [
    ['the waiting', { waiting: true }, ['incidents_waiting']],
    ['one status', { status: ['OPEN'] }, ['incidents_status']],
    ['several statuses', { status: ['OPEN', 'CLOSED'] }, ['incidents_status']],
    ['announcements', { announcements: true }, ['incidents_announcements']],
    ['everything', {}, ['incidents_company']],
    ['a search', { search: 'meter' }, ['incidents_search', 'customers_search']],
  ];

  it.each(PLANS)('of %s is an index, and no sorting of all', async (what, filter, indexes) => {
    const { id } = await buildCompany(app);
    const query = filter.search === undefined ? pageQuery : searchQuery;
    const { text, values } = query(id, { ...REQUEST, ...filter });
    const client = await app.deps.db.pool.connect();
    try {
      // Few rows are read and sorted faster without any index: the question is which one there is for this.
      const without = filter.search === undefined ? ['seqscan', 'sort'] : ['seqscan', 'indexscan'];
      await client.query("begin; set local plan_cache_mode = 'force_generic_plan'");
      for (const one of without) await client.query(`set local enable_${one} = off`);
      const { rows } = await client.query({
        name: `plan ${what}`,
        text: `explain ${text}`,
        values,
      });
      const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
      for (const index of indexes) expect(plan).toContain(index);
      expect(plan).not.toContain('Seq Scan on incidents');
    } finally {
      await client.query('rollback');
      client.release();
    }
  });
});
