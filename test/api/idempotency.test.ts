/** Idempotency-Key: the same key and body make one thing and give one answer, however often and however parallel. */
import { beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import type { Reply } from '../support/client.ts';
import {
  buildCustomer,
  buildIncident,
  buildMove,
  REPORT,
  rowsOf,
  short,
  type TestCustomer,
} from '../support/factories.ts';
import { insist } from '../support/insist.ts';
import { everyTestShows, shows } from '../support/shows.ts';

everyTestShows(26);

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});

const newKey = () => `key-${short()}`;
const report = (token: string, key: string, body: object = REPORT) =>
  app.api.post('/customer/create-incident', { token, body, headers: { 'idempotency-key': key } });
const comment = (token: string, ref: string, key: string, content = 'Any news?') =>
  app.api.post(`/customer/${ref}/comments`, {
    token,
    body: { content },
    headers: { 'idempotency-key': key },
  });

const countOf = async (table: string, { companyId }: TestCustomer) =>
  (await rowsOf(app, `select 1 from ${table} where company_id = $1`, [companyId])).length;

const outcomes = (replies: Reply[]) => new Set(replies.map((one) => `${one.status} ${one.text}`));

describe('a report with an Idempotency-Key', () => {
  it('gets the same bytes again when it is sent again', async () => {
    const customer = await buildCustomer(app);
    const key = newKey();
    const [first, second] = [await report(customer.token, key), await report(customer.token, key)];
    expect(first.status).toBe(201);
    expect([second.status, second.text]).toEqual([201, first.text]);
    expect(await countOf('incidents', customer)).toBe(1);
  });

  it('makes one incident and fifty equal answers when it is sent fifty times at once', async () => {
    const customer = await buildCustomer(app);
    const key = newKey();
    const replies = await Promise.all(
      Array.from({ length: 50 }, () => insist(() => report(customer.token, key))),
    );
    expect([...outcomes(replies)]).toEqual([`201 ${replies[0]?.text}`]);
    for (const table of ['incidents', 'incident_history', 'events', 'outbox', 'idempotency_keys']) {
      expect(await countOf(table, customer), table).toBe(1);
    }
    const counts = await rowsOf(
      app,
      `select c.last_seq, c.open, t.last from incident_counts c join ticket_counters t using (company_id)
       where company_id = $1`,
      [customer.companyId],
    );
    expect(counts).toEqual([{ last_seq: 1, open: 1, last: 1 }]);
    shows(26, { 'requests at once': replies.length, 'different answers': outcomes(replies).size });
  });

  it('is the same request in other words for the same thing', async () => {
    const customer = await buildCustomer(app);
    const key = newKey();
    const { shortDescription: summary, category, ...rest } = REPORT;
    const first = await report(customer.token, key);
    const body = { unknown: true, category, ...rest, priority: 'medium', summary };
    expect((await report(customer.token, key, body)).text).toBe(first.text);
  });

  it('is answered as it was, also after the incident has moved on', async () => {
    const customer = await buildCustomer(app);
    const key = newKey();
    const first = await report(customer.token, key);
    await buildMove(app, first.body.data, 'RESOLVED');
    await comment(customer.token, first.body.data.id, newKey());
    expect((await report(customer.token, key)).text).toBe(first.text);
  });

  it('is refused with another body, and stays what it was', async () => {
    const customer = await buildCustomer(app);
    const key = newKey();
    const first = await report(customer.token, key);
    for (const change of [{ priority: 'LOW' }, { description: `${REPORT.description} ` }]) {
      const other = await report(customer.token, key, { ...REPORT, ...change });
      expect([other.status, other.body.code]).toEqual([422, 'idempotency_key_reused']);
    }
    expect(await countOf('incidents', customer)).toBe(1);
    expect((await report(customer.token, key)).text).toBe(first.text);
  });

  it('wins over one of several other bodies that come at once under the same key', async () => {
    const customer = await buildCustomer(app);
    const key = newKey();
    const replies = await Promise.all(
      ['LOW', 'MEDIUM', 'HIGH', 'CRITICAL'].map((priority) =>
        report(customer.token, key, { ...REPORT, priority }),
      ),
    );
    expect(replies.map((one) => one.status).sort()).toEqual([201, 422, 422, 422]);
    expect(await countOf('incidents', customer)).toBe(1);
  });

  it("does not meet another customer's with the same key", async () => {
    const customer = await buildCustomer(app);
    const { companyId } = customer;
    const others = [await buildCustomer(app, { companyId }), await buildCustomer(app)];
    const key = newKey();
    const first = await report(customer.token, key);
    for (const { token, id } of others) {
      const { status, body } = await report(token, key, { ...REPORT, priority: 'LOW' });
      expect([status, body.data.customerId]).toEqual([201, id]);
      expect(body.data.id).not.toBe(first.body.data.id);
    }
  });

  it('leaves its key free when it was refused', async () => {
    const customer = await buildCustomer(app);
    const key = newKey();
    expect((await report(customer.token, key, { ...REPORT, priority: 'none' })).status).toBe(400);
    expect((await report(customer.token, key)).status).toBe(201);
  });
});

describe('the key itself', () => {
  it('may have 1 to 255 printable characters', async () => {
    const { token } = await buildCustomer(app);
    for (const key of ['~', 'x'.repeat(255), '\';--"{}']) {
      expect((await report(token, key)).status, key).toBe(201);
    }
    for (const key of ['', 'x'.repeat(256), 'a b', 'a\tb', 'é']) {
      const { status, body } = await report(token, key);
      expect([status, body.problems?.[0].field], key).toEqual([400, 'idempotency-key']);
    }
  });

  it('is not needed: without one, two reports are two incidents', async () => {
    const customer = await buildCustomer(app);
    await buildIncident(app, customer);
    await buildIncident(app, customer);
    expect(await countOf('incidents', customer)).toBe(2);
    expect(await countOf('idempotency_keys', customer)).toBe(0);
  });
});

describe('a comment with an Idempotency-Key', () => {
  it('is written once and answered alike when it is sent twenty times at once', async () => {
    const customer = await buildCustomer(app);
    const { id } = await buildIncident(app, customer);
    const key = newKey();
    const replies = await Promise.all(
      Array.from({ length: 20 }, () => comment(customer.token, id, key)),
    );
    expect([...outcomes(replies)]).toEqual([`201 ${replies[0]?.text}`]);
    expect(await countOf('comments', customer)).toBe(1);
    const [row] = await rowsOf(app, 'select comment_count from incidents where id = $1', [id]);
    expect(row).toEqual({ comment_count: 1 });
  });

  it('reopens a resolved incident once', async () => {
    const customer = await buildCustomer(app);
    const { id } = await buildIncident(app, customer);
    await buildMove(app, { id }, 'RESOLVED');
    const key = newKey();
    await Promise.all(Array.from({ length: 10 }, () => comment(customer.token, id, key)));
    const counts = await rowsOf(
      app,
      'select open, resolved from incident_counts where customer_id = $1',
      [customer.id],
    );
    expect(counts).toEqual([{ open: 1, resolved: 0 }]);
    expect(await countOf('incident_history', customer)).toBe(3);
  });

  it('is refused with another text, on another incident, or as a report', async () => {
    const { token } = await buildCustomer(app);
    const { id } = await buildIncident(app, { token });
    const other = await buildIncident(app, { token });
    const key = newKey();
    expect((await comment(token, id, key)).status).toBe(201);
    for (const reply of [
      await comment(token, id, key, 'Something else'),
      await comment(token, other.id, key),
      await report(token, key),
    ]) {
      expect([reply.status, reply.body.code]).toEqual([422, 'idempotency_key_reused']);
    }
  });

  it('is answered as it was, also where the incident has been closed since', async () => {
    const { token } = await buildCustomer(app);
    const { id } = await buildIncident(app, { token });
    const key = newKey();
    const first = await comment(token, id, key);
    await buildMove(app, { id }, 'CLOSED');
    expect((await comment(token, id, key)).text).toBe(first.text);
    expect((await comment(token, id, newKey())).status).toBe(409);
  });
});
