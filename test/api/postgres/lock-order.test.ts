/** What needs several sessions of the database at once, which the embedded one does not have. */
import { beforeAll, expect, it, vi } from 'vitest';
import { insertDeliveries } from '../../../server/db/outbox.ts';
import { startApp, type TestApp } from '../../support/app.ts';
import { buildCompany, buildWebhook, rowsOf } from '../../support/factories.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ webhooksAllowLoopback: true });
});

it('two nodes that make deliveries for the same endpoints take them in one order, so that neither waits for the other in a circle', async () => {
  const company = await buildCompany(app);
  const hooks = [];
  for (let made = 0; made < 10; made += 1) {
    hooks.push(await buildWebhook(app, company.id, { url: 'http://127.0.0.1:9/' }));
  }
  const ids = hooks.map(({ id }) => id).sort();
  const lock = 'select id from webhooks where id = any($1) for no key update nowait';
  const one = await app.deps.db.pool.connect();
  try {
    await one.query('begin');
    await one.query(lock, [ids.slice(0, 1)]);
    const deliveries = [...ids].reverse().map((webhookId) => ({
      ...{ companyId: company.id, id: app.deps.newId(), webhookId, outboxId: null },
      ...{ incidentId: null, customerId: null, event: 'webhook.test', recipient: 'x' },
      ...{ payload: {}, digestKey: null, waitMs: 0 },
    }));
    const other = app.deps.db.knex.transaction((trx) =>
      insertDeliveries(trx, { aheadMs: () => 0 }, deliveries),
    );
    await vi.waitFor(async () => {
      const waiting = `select pid from pg_locks where not granted and pid <> pg_backend_pid()
        and $1 = any(pg_blocking_pids(pid))`;
      const { rows } = await one.query('select pg_backend_pid() as pid');
      expect(await rowsOf(app, waiting, [rows[0].pid])).toHaveLength(1);
    }, 5_000);
    // The other one stands before the first and holds none of those behind it.
    expect((await one.query(lock, [ids])).rows).toHaveLength(ids.length);
    await one.query('commit');
    await other;
  } finally {
    await one.query('rollback');
    one.release();
  }
});
