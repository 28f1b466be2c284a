/**
 * Deliveries under bad conditions: receivers that fail, hang, cut and redirect; back-off, pauses, the log, and sending
 * again. Days pass on the queue's own clock.
 */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { claimMails } from '../../server/db/delivery-claims.ts';
import { sweepDeleted, sweepDeliveries, sweepOutbox } from '../../server/db/delivery-sweep.ts';
import { insertDeliveries } from '../../server/db/outbox.ts';
import { createAddressGuard, type HostAddress } from '../../server/http/address-guard.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { HOUR_MS, startTestDelivery, type TestDelivery } from '../support/delivery.ts';
import {
  buildApiKey,
  buildCompany,
  buildCustomer,
  buildIncident,
  buildWebhook,
  expectData,
  rowsOf,
  short,
} from '../support/factories.ts';
import { everyTestShows, shows } from '../support/shows.ts';
import {
  type Behaviour,
  startWebhookReceiver,
  type WebhookReceiver,
} from '../support/webhook-receiver.ts';

let app: TestApp;
let receiver: WebhookReceiver;
let delivery: TestDelivery;
/** What a name server says of a host that moves. */
let moving: HostAddress[] = [{ address: '203.0.113.9', family: 4 }];
beforeAll(async () => {
  app = await startApp({ webhooksAllowLoopback: true });
  app.deps.guard = createAddressGuard(true, async () => moving);
  receiver = await startWebhookReceiver();
  delivery = await startTestDelivery(app);
});
afterAll(() => receiver.close());

const call = () => ({ apiKey: app.adminKey });
const at = (path: string) => receiver.received.filter((one) => one.path === path);
const arrived = (path: string, count: number) =>
  vi.waitFor(() => expect(at(path).length).toBeGreaterThanOrEqual(count), 15_000);

async function buildListener(overrides: object = {}) {
  const company = await buildCompany(app, overrides);
  const path = `/${short()}`;
  const webhook = await buildWebhook(app, company.id, { url: receiver.url + path });
  return { company, path, webhook };
}

const test = async (webhookId: string) =>
  expectData(await app.api.post(`/webhooks/${webhookId}/test`, call()), 201);
const look = async (id: string) => expectData(await app.api.get(`/deliveries/${id}`, call()), 200);
const hook = async (id: string) => expectData(await app.api.get(`/webhooks/${id}`, call()), 200);
/** Waits until this attempt has an outcome. */
const attempted = (id: string, number: number) =>
  vi.waitFor(async () => {
    const found = await look(id);
    expect(found.attemptLog[number - 1]?.durationMs).toEqual(expect.any(Number));
    return found;
  }, 15_000);

/** A receiver that behaves like this at first. */
async function expectTriedAgain(
  how: Behaviour,
  outcome: { status: number | null; error: string; answer: string | null },
) {
  const { path, webhook } = await buildListener();
  receiver.behave(how, path);
  const { id } = await test(webhook.id);
  const found = await attempted(id, 1);
  const { status, error } = outcome;
  expect(found).toMatchObject({
    status: 'pending',
    attempts: 1,
    lastStatus: status,
    lastError: error,
  });
  expect(found.attemptLog[0]).toMatchObject({ number: 1, ...outcome });
  expect(at('/elsewhere')).toEqual([]);
  receiver.behave({ status: 204 }, path);
  delivery.pass(10_000);
  await vi.waitFor(async () => expect((await look(id)).status).toBe('delivered'), 15_000);
  const ids = at(path).map(({ headers }) => headers['webhook-id']);
  expect(new Set(ids)).toEqual(new Set([id]));
}

describe('a receiver', () => {
  everyTestShows(28);

  it.each([
    ['that fails', { status: 500, body: 'oh no' }, 500, 'Answered 500.', 'oh no'],
    [
      'that redirects',
      { status: 302, headers: { location: '/elsewhere' } },
      302,
      'Answered 302: redirects are not followed.',
      'ok',
    ],
    ['that cuts the line', 'reset', null, 'The connection was cut.', null],
  ] as const)('%s is tried again, and the log says why', (_, how, status, error, answer) =>
    expectTriedAgain(how, { status, error, answer }),
  );

  it('that answers without end is read to a few KiB', async () => {
    const { path, webhook } = await buildListener();
    receiver.behave('endless', path);
    const { id } = await test(webhook.id);
    const { status, attemptLog } = await attempted(id, 1);
    expect([status, attemptLog[0].answer.length]).toEqual(['delivered', 2_048]);
  });

  it('that refuses one message is sent the others, and is not left in peace for it', async () => {
    const { path, webhook } = await buildListener();
    receiver.behave({ status: 400 }, path);
    const refused = await test(webhook.id);
    await attempted(refused.id, 1);
    // So that it is not tried again while we look.
    await rowsOf(
      app,
      "update deliveries set next_attempt_at = now() + interval '1 hour' where id = $1",
      [refused.id],
    );
    receiver.behave({ status: 204 }, path);
    const next = await test(webhook.id);
    await vi.waitFor(async () => expect((await look(next.id)).status).toBe('delivered'), 15_000);
    expect(await look(refused.id)).toMatchObject({ status: 'pending', attempts: 1 });
  });

  it('that asks for a rest is given it', async () => {
    const { path, webhook } = await buildListener();
    receiver.behave({ status: 429, headers: { 'retry-after': '3600' } }, path);
    const { id } = await test(webhook.id);
    const { nextAttemptAt, createdAt } = await attempted(id, 1);
    expect(Date.parse(nextAttemptAt) - Date.parse(createdAt)).toBeGreaterThanOrEqual(HOUR_MS);
  });

  it('that is gone is paused at once, and the team is told', async () => {
    const teamEmails = [`ops-${short()}@team.example`];
    const { path, webhook } = await buildListener({ teamEmails });
    receiver.behave({ status: 410 }, path);
    const { id } = await test(webhook.id);
    await vi.waitFor(() => expect(delivery.smtp.to(teamEmails[0] ?? '')).toHaveLength(1), 15_000);
    expect(await look(id)).toMatchObject({ status: 'failed', lastStatus: 410, attempts: 1 });
    expect(await hook(webhook.id)).toMatchObject({ isPaused: true, pausedReason: 'gone' });
    const told = delivery.smtp.to(teamEmails[0] ?? '')[0];
    expect(told?.parsed.subject).toContain('is paused');
    // A webhook's address often holds a secret behind the host.
    expect(told?.raw).not.toContain(path);
    const audit = await rowsOf(
      app,
      "select * from audit_log where action = 'webhook.paused' and subject_id = $1",
      [webhook.id],
    );
    expect(audit).toHaveLength(1);
  });

  it('that does nothing but fail is paused after three days, and gets what waited when it is taken up again', async () => {
    const teamEmails = [`ops-${short()}@team.example`];
    const { path, webhook } = await buildListener({ teamEmails });
    receiver.behave({ status: 503 }, path);
    const { id } = await test(webhook.id);
    let attempts = 0;
    while (!(await hook(webhook.id)).isPaused) {
      attempts += 1;
      await attempted(id, attempts);
      expect(attempts).toBeLessThan(12);
      if (!(await hook(webhook.id)).isPaused) delivery.pass(25 * HOUR_MS);
    }
    const paused = await hook(webhook.id);
    expect(paused).toMatchObject({ pausedReason: 'failing', lastError: 'Answered 503.' });
    await vi.waitFor(() => expect(delivery.smtp.to(teamEmails[0] ?? '')).toHaveLength(1), 15_000);
    const waiting = await test(webhook.id);
    receiver.behave({ status: 200 }, path);
    await app.api.put(`/webhooks/${webhook.id}`, { ...call(), body: { isPaused: false } });
    await vi.waitFor(async () => expect((await look(waiting.id)).status).toBe('delivered'), 15_000);
    expect((await hook(webhook.id)).failingSince).toBe(null);
  });

  it('whose name leads elsewhere at the time of sending gets nothing', async () => {
    const company = await buildCompany(app);
    moving = [{ address: '8.8.8.8', family: 4 }];
    const webhook = await buildWebhook(app, company.id, { url: 'https://moving.example.com/' });
    const port = Number(new URL(receiver.url).port);
    moving = [{ address: '127.0.0.1', family: 4 }];
    await rowsOf(app, 'update webhooks set url = $2 where id = $1', [
      webhook.id,
      `https://moving.example.com:${port}/rebound`,
    ]);
    const { id } = await test(webhook.id);
    const { lastError } = await attempted(id, 1);
    expect(lastError).toBe('Not sent: url must lead to a public address.');
    expect(at('/rebound')).toEqual([]);
  });
});

describe('the log', () => {
  it('lists what was sent, newest first, by kind, status and incident', async () => {
    const teamEmails = [`ops-${short()}@team.example`];
    const { company, path, webhook } = await buildListener({ teamEmails });
    const customer = await buildCustomer(app, { companyId: company.id });
    const first = await buildIncident(app, customer);
    await buildIncident(app, customer);
    await arrived(path, 2);
    await vi.waitFor(() => expect(delivery.smtp.to(teamEmails[0] ?? '')).toHaveLength(2), 15_000);
    const apiKey = await buildApiKey(app, company.id);
    const list = async (query: string) =>
      expectData(await app.api.get(`/deliveries?${query}`, { apiKey }), 200);
    await vi.waitFor(async () => expect((await list('status=delivered')).total).toBe(4), 15_000);
    const all = await list('limit=3');
    expect([all.total, all.totalPages, all.deliveries.length]).toEqual([4, 2, 3]);
    const times = all.deliveries.map((one: { createdAt: string }) => one.createdAt);
    expect(times).toEqual([...times].sort().reverse());
    expect((await list('kind=email')).total).toBe(2);
    expect((await list(`incidentId=${first.ticketNumber}`)).total).toBe(2);
    expect((await list('status=failed')).total).toBe(0);
    const ofHook = await app.api.get(`/webhooks/${webhook.id}/deliveries?status=delivered`, {
      apiKey,
    });
    expect(expectData(ofHook, 200).total).toBe(2);
  });

  it('needs a company from an admin key', async () => {
    const reply = await app.api.get('/deliveries', call());
    expect([reply.status, reply.body.problems[0].field]).toEqual([400, 'companyId']);
  });
});

describe('sending again', () => {
  everyTestShows(28);

  it('makes a new attempt of the same delivery, under the same id, with one audit row', async () => {
    const { path, webhook } = await buildListener();
    const { id } = await test(webhook.id);
    await arrived(path, 1);
    await vi.waitFor(async () => expect((await look(id)).status).toBe('delivered'), 15_000);
    expectData(await app.api.post(`/deliveries/${id}/redeliver`, call()), 200);
    await arrived(path, 2);
    expect(at(path).map(({ headers }) => headers['webhook-id'])).toEqual([id, id]);
    await vi.waitFor(
      async () => expect(await look(id)).toMatchObject({ status: 'delivered', attempts: 2 }),
      15_000,
    );
    const audit = await rowsOf(app, 'select action from audit_log where subject_id = $1', [id]);
    expect(audit).toEqual([{ action: 'delivery.redelivered' }]);
  });

  it('is there for every state that a delivery can be in: waiting, delivered, failed, skipped', async () => {
    const { path, webhook } = await buildListener();
    for (const status of ['pending', 'delivered', 'failed', 'skipped']) {
      const { id } = await test(webhook.id);
      await vi.waitFor(async () => expect((await look(id)).status).toBe('delivered'), 15_000);
      const isOver = status !== 'pending';
      await rowsOf(
        app,
        `update deliveries set status = $2, next_attempt_at = case when $3 then null else now() + interval '1 day' end
         where id = $1`,
        [id, status, isOver],
      );
      expectData(await app.api.post(`/deliveries/${id}/redeliver`, call()), 200);
      const mine = () => at(path).filter(({ headers }) => headers['webhook-id'] === id);
      await vi.waitFor(() => expect(mine(), status).toHaveLength(2), 15_000);
      shows(28, { 'deliveries sent again from the log': 1 });
    }
  });

  it('begins the schedule anew, goes on counting, and says where it went', async () => {
    const { path, webhook } = await buildListener();
    receiver.behave({ status: 500 }, path);
    const { id } = await test(webhook.id);
    await attempted(id, 1);
    // As after the last of its attempts.
    await rowsOf(
      app,
      "update deliveries set status = 'failed', tries = 10, next_attempt_at = null, done_at = now() where id = $1",
      [id],
    );
    const url = `${receiver.url}/${short()}`;
    await app.api.put(`/webhooks/${webhook.id}`, { ...call(), body: { url } });
    receiver.behave({ status: 500 }, new URL(url).pathname);
    expectData(await app.api.post(`/deliveries/${id}/redeliver`, call()), 200);
    expect(await attempted(id, 2)).toMatchObject({
      ...{ status: 'pending', attempts: 2, recipient: url, nextAttemptAt: expect.any(String) },
    });
  });

  it('does not wait for the rest that a failing endpoint was given', async () => {
    const { path, webhook } = await buildListener();
    receiver.behave({ status: 500 }, path);
    const { id } = await test(webhook.id);
    await attempted(id, 1);
    receiver.behave({ status: 200 }, path);
    expectData(await app.api.post(`/deliveries/${id}/redeliver`, call()), 200);
    await vi.waitFor(async () => expect((await look(id)).status).toBe('delivered'), 15_000);
  });
});

describe('what is older than 30 days', () => {
  it('is swept out in steps: told changes, and deliveries with their attempts', async () => {
    const { path, webhook } = await buildListener();
    const { companyId } = webhook;
    await buildIncident(app, await buildCustomer(app, { companyId }));
    await buildIncident(app, await buildCustomer(app, { companyId }));
    await arrived(path, 2);
    const left = async (table: string) =>
      (await rowsOf(app, `select * from ${table} where company_id = $1`, [companyId])).length;
    await vi.waitFor(async () => {
      const done = 'select id from deliveries where company_id = $1 and done_at is not null';
      expect(await rowsOf(app, done, [companyId])).toHaveLength(2);
    }, 15_000);
    for (const table of ['outbox', 'deliveries']) {
      const old = `update ${table} set done_at = now() - interval '31 days' where company_id = $1`;
      await rowsOf(app, old, [companyId]);
    }
    expect([await sweepOutbox(app.deps.db, 1), await left('outbox')]).toEqual([1, 1]);
    expect([await sweepDeliveries(app.deps.db, 1), await left('deliveries')]).toEqual([1, 1]);
    expect([await sweepDeliveries(app.deps.db, 5), await left('delivery_attempts')]).toEqual([
      1, 0,
    ]);
    expect(await sweepDeliveries(app.deps.db, 5)).toBe(0);
  });
});

describe('a large backlog', () => {
  const waitFor = (webhook: { id: string; companyId: string }, count: number) =>
    rowsOf(
      app,
      `insert into deliveries (company_id, id, kind, webhook_id, event, recipient, payload, next_attempt_at)
       select $1, gen_random_uuid(), 'webhook', $2, 'webhook.test', 'x', '{}', now() + interval '1 hour' + n * interval '1 ms'
       from generate_series(1, $3) n`,
      [webhook.companyId, webhook.id, count],
    );
  const states = (id: string) =>
    rowsOf(
      app,
      `select status, next_attempt_at <= now() as due, count(*)::int as n from deliveries
       where webhook_id = $1 group by 1, 2 order by 3`,
      [id],
    );
  const put = (id: string, isPaused: boolean) =>
    app.api.put(`/webhooks/${id}`, { ...call(), body: { isPaused } });

  it('is not gone through while its endpoint is deleted: the sweep does the rest', async () => {
    const { webhook } = await buildListener();
    await put(webhook.id, true);
    await waitFor(webhook, 1_200);
    expect((await app.api.delete(`/webhooks/${webhook.id}`, call())).status).toBe(200);
    const counts = async () => (await states(webhook.id)).map(({ status, n }) => [status, n]);
    expect(await counts()).toEqual([
      ['pending', 200],
      ['skipped', 1_000],
    ]);
    while ((await sweepDeleted(app.deps.db, 150)) > 0);
    expect(await counts()).toEqual([['skipped', 1_200]]);
  });

  it('is not gone through while its endpoint is taken up again: the first of it is due at once', async () => {
    const { path, webhook } = await buildListener();
    receiver.behave({ status: 500 }, path);
    await put(webhook.id, true);
    await waitFor(webhook, 1_200);
    expect((await put(webhook.id, false)).status).toBe(200);
    await vi.waitFor(() => expect(at(path).length).toBeGreaterThan(0), 15_000);
    const later = (await states(webhook.id)).filter(({ due }) => !due);
    expect(later.reduce((sum, { n }) => sum + n, 0)).toBeGreaterThanOrEqual(200);
    await app.api.delete(`/webhooks/${webhook.id}`, call());
  });
});

describe('mails of many companies', () => {
  it('take turns: a mass mail of one keeps no other waiting', async () => {
    await rowsOf(
      app,
      "update deliveries set status = 'skipped', next_attempt_at = null where status = 'pending' and kind = 'email'",
    );
    // Far ahead, where the worker does not look.
    const clock = { aheadMs: () => 100 * 24 * HOUR_MS };
    const mails = async (count: number, waitMs: number) => {
      const { id: companyId } = await buildCompany(app);
      const made = Array.from({ length: count }, () => ({
        ...{ companyId, id: app.deps.newId(), webhookId: null, outboxId: null, incidentId: null },
        ...{ customerId: null, event: 'incident.created', recipient: 'x@team.example' },
        ...{ payload: { news: [] }, digestKey: null, waitMs },
      }));
      const later = { aheadMs: () => 90 * 24 * HOUR_MS };
      await app.deps.db.knex.transaction((trx) => insertDeliveries(trx, later, made));
      return companyId;
    };
    const mass = await mails(10, 0);
    const single = await mails(1, 60_000);
    const options = { clock, leaseMs: 60_000 };
    const first = await claimMails(app.deps.db, { ...options, limit: 4, busy: [] });
    const taken = first.map(({ companyId }) => companyId);
    expect(taken.filter((one) => one === single)).toHaveLength(1);
    expect(taken.filter((one) => one === mass)).toHaveLength(3);
    // One place has become free, and somebody else has come: they are next, however many waited before.
    const other = await mails(1, 120_000);
    const [next] = await claimMails(app.deps.db, {
      ...options,
      limit: 1,
      busy: [mass, mass, mass],
    });
    expect(next?.companyId).toBe(other);
    await rowsOf(
      app,
      "update deliveries set status = 'skipped', next_attempt_at = null where company_id = any($1)",
      [[mass, single, other]],
    );
  });
});

describe('a query that nobody waits for any more', () => {
  it('is ended by the database, and so are its locks', async () => {
    const [row] = await rowsOf(app, 'show statement_timeout');
    expect(row).toEqual({ statement_timeout: '9500ms' });
  });
});

describe('the metrics', () => {
  it('count attempts by outcome, and what waits', async () => {
    const text = await app.deps.metrics.text();
    expect(text).toMatch(
      /porthole_delivery_attempts_total\{kind="webhook",outcome="delivered"\} \d/,
    );
    expect(text).toMatch(/porthole_delivery_attempts_total\{kind="webhook",outcome="again"\} \d/);
    expect(text).toMatch(/porthole_deliveries_waiting\{kind="webhook"\} \d/);
  });
});

/** Here alone an answer has so little time: one that is only slow to come must not count as none. */
describe('with a limit of three seconds', () => {
  beforeAll(async () => {
    await delivery.stop();
    delivery = await startTestDelivery(app, { postLimitMs: 3_000 });
  });

  describe('a receiver', () => {
    everyTestShows(28);

    it.each([
      ['that hangs', 'hang'],
      ['that hangs in its answer', 'hang in the body'],
    ] as const)('%s is tried again, and the log says why', (_, how) =>
      expectTriedAgain(how, { status: null, error: 'No whole answer within 3 s.', answer: null }),
    );
  });

  describe('a dead endpoint', () => {
    it('takes nothing from a healthy one, however much waits for it', async () => {
      const dead = await buildListener();
      receiver.behave('hang', dead.path);
      const backlog = Array.from({ length: 500 }, () => ({
        ...{ companyId: dead.company.id, id: app.deps.newId(), webhookId: dead.webhook.id },
        ...{ outboxId: null, incidentId: null, customerId: null, event: 'webhook.test' },
        ...{ recipient: 'x', payload: { type: 'backlog' }, digestKey: null, waitMs: 0 },
      }));
      await app.deps.db.knex.transaction((trx) =>
        insertDeliveries(trx, { aheadMs: () => 0 }, backlog),
      );
      const healthy = await buildListener();
      const customer = await buildCustomer(app, { companyId: healthy.company.id });
      for (let sent = 0; sent < 5; sent += 1) await buildIncident(app, customer);
      await arrived(healthy.path, 5);
      // Two at once at first, and single probes since: the rest waits with it.
      expect(at(dead.path).length).toBeLessThanOrEqual(3);
      await app.api.delete(`/webhooks/${dead.webhook.id}`, call());
    });
  });
});
