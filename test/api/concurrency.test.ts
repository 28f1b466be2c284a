/** Customers and team at once: what is counted stays what is there, and what is told stays in order. */
import { beforeAll, expect, it } from 'vitest';
import { LIMITS } from '../../shared/limits.ts';
import { startApp, type TestApp } from '../support/app.ts';
import {
  buildAnnouncement,
  buildApiKey,
  buildCustomer,
  buildIncident,
  rowsOf,
} from '../support/factories.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});

const TEAM_MOVES = [
  'ACKNOWLEDGED',
  'INVESTIGATION',
  'RESOLVED',
  'INVESTIGATION',
  'MITIGATED',
  'RESOLVED',
];

it('keeps counts, history and news true under parallel reports, replies and moves', async () => {
  const customer = await buildCustomer(app);
  const { token, companyId, id: customer_id } = customer;
  const apiKey = await buildApiKey(app, companyId);
  const work = async () => {
    const { id } = await buildIncident(app, customer);
    const reply = () =>
      app.api.post(`/customer/${id}/comments`, { token, body: { content: 'And?' } });
    const look = () => app.api.post(`/customer/${id}/seen`, { token });
    const move = (status: string) =>
      app.api.put(`/incident-ticket/${id}`, { apiKey, body: { status } });
    const answer = () =>
      app.api.post(`/incident-ticket/${id}/comments`, { apiKey, body: { content: 'Soon.' } });
    for (const status of TEAM_MOVES) {
      // A move may be refused where a reply has reopened the incident first; nothing may fail.
      const replies = await Promise.all([move(status), reply(), answer(), look(), reply()]);
      expect(replies.map((one) => one.status).filter((one) => one >= 500)).toEqual([]);
    }
  };
  await Promise.all(Array.from({ length: 6 }, work));

  const { pool } = app.deps.db;
  const counted = await pool.query(
    `select open, acknowledged, investigation, mitigated, resolved, closed, unread, last_seq
     from incident_counts where company_id = $1 and customer_id = $2`,
    [companyId, customer_id],
  );
  const real = await pool.query(
    `select count(*) filter (where status = 'OPEN')::int as open,
       count(*) filter (where status = 'ACKNOWLEDGED')::int as acknowledged,
       count(*) filter (where status = 'INVESTIGATION')::int as investigation,
       count(*) filter (where status = 'MITIGATED')::int as mitigated,
       count(*) filter (where status = 'RESOLVED')::int as resolved,
       count(*) filter (where status = 'CLOSED')::int as closed,
       count(*) filter (where is_unread)::int as unread, count(*)::int as last_seq
     from incidents where company_id = $1 and customer_id = $2`,
    [companyId, customer_id],
  );
  expect(counted.rows).toEqual(real.rows);

  // The last line of each history is the incident's status.
  const { rows: wrong } = await pool.query(
    `select i.id from incidents i where i.company_id = $1 and i.status <> (
       select h.status from incident_history h where h.company_id = i.company_id and h.incident_id = i.id
       order by h.at desc, h.id desc limit 1)`,
    [companyId],
  );
  expect(wrong).toEqual([]);

  // Every change of the customer's side of things is told outside too.
  const { rows: told } = await pool.query(
    `select (select count(*)::int from events where company_id = $1 and not is_internal) as events,
       (select count(*)::int from outbox where company_id = $1) as outbox`,
    [companyId],
  );
  expect(told[0].events).toBe(told[0].outbox);
});

it("keeps the team's counts true, and locks nobody for ever, when all write at once", async () => {
  const first = await buildCustomer(app);
  const { companyId } = first;
  const second = await buildCustomer(app, { companyId });
  const apiKey = await buildApiKey(app, companyId);
  const announcement = await buildAnnouncement(app, companyId);
  const path = `/customer/announcements/${announcement.id}/affected`;
  const work = async (customer: typeof first, n: number) => {
    const { token, id: customerId } = customer;
    const { id } = await buildIncident(app, customer);
    const put = (incident: string, body: object) =>
      app.api.put(`/incident-ticket/${incident}`, { apiKey, body });
    const body = { summary: 'From the team', priority: 'LOW', customerId };
    for (const status of TEAM_MOVES) {
      const replies = await Promise.all([
        put(id, { status, priority: 'HIGH' }),
        put(announcement.id, { status: n % 2 === 0 ? 'RESOLVED' : 'INVESTIGATION' }),
        app.api.post(`/customer/${id}/comments`, { token, body: { content: 'And?' } }),
        app.api.post(`/incident-ticket/${id}/comments`, { apiKey, body: { content: 'Soon.' } }),
        app.api.post('/incident-ticket', { apiKey, body }),
        app.api.get('/incident-ticket/generate-id', { apiKey }),
        buildIncident(app, customer).then(() => ({ status: 201 })),
        app.api.send(n % 2 === 0 ? 'PUT' : 'DELETE', path, { token }),
      ]);
      expect(replies.map((one) => one.status).filter((one) => one >= 500)).toEqual([]);
    }
  };
  await Promise.all([first, second, first, second].map(work));

  const counts = `is_announcement, open, acknowledged, investigation, mitigated, resolved, closed, waiting`;
  const counted = `select ${counts} from team_counts where company_id = $1 order by 1`;
  expect(await rowsOf(app, counted, [companyId])).toEqual(
    await rowsOf(
      app,
      `select customer_id is null as is_announcement, count(*) filter (where status = 'OPEN')::int as open,
         count(*) filter (where status = 'ACKNOWLEDGED')::int as acknowledged,
         count(*) filter (where status = 'INVESTIGATION')::int as investigation,
         count(*) filter (where status = 'MITIGATED')::int as mitigated,
         count(*) filter (where status = 'RESOLVED')::int as resolved,
         count(*) filter (where status = 'CLOSED')::int as closed, count(waiting_since)::int as waiting
       from incidents where company_id = $1 group by 1 order by 1`,
      [companyId],
    ),
  );
  const affected = `select affected_count, (select count(*)::int from incident_affected a
      where a.company_id = i.company_id and a.incident_id = i.id) as real from incidents i where id = $1`;
  const [row] = await rowsOf<{ affected_count: number; real: number }>(app, affected, [
    announcement.id,
  ]);
  expect(row?.affected_count).toBe(row?.real);
  const seqs = `select max(customer_seq) = count(*) as has_no_gaps from incidents
    where company_id = $1 and customer_id is not null group by customer_id`;
  expect(await rowsOf(app, seqs, [companyId])).toEqual([
    { has_no_gaps: true },
    { has_no_gaps: true },
  ]);
});

it('ends a conversation that has grown too long to be read at once', async () => {
  const customer = await buildCustomer(app);
  const { token, companyId } = customer;
  const { id } = await buildIncident(app, customer);
  await app.deps.db.pool.query('update incidents set comment_count = $1 where id = $2', [
    LIMITS.comments,
    id,
  ]);
  const call = { token, body: { content: 'One more' } };
  const refused = await app.api.post(`/customer/${id}/comments`, call);
  expect([refused.status, refused.body.code]).toEqual([409, 'conversation_full']);
  // The team can always answer.
  const apiKey = await buildApiKey(app, companyId);
  const answer = { apiKey, body: { content: 'We are on it.' } };
  expect((await app.api.post(`/incident-ticket/${id}/comments`, answer)).status).toBe(201);
});
