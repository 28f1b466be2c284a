/** How changes become deliveries: many at a time, and none of them in the way of the others. */
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { expandChanges } from '../../server/delivery/expand.ts';
import type { WorkerDeps } from '../../server/delivery/worker.ts';
import { startApp, type TestApp } from '../support/app.ts';
import {
  buildCompany,
  buildCustomer,
  buildIncident,
  buildWebhook,
  rowsOf,
} from '../support/factories.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ webhooksAllowLoopback: true });
});
// What other files left.
beforeEach(() => rowsOf(app, 'update outbox set done_at = now() where done_at is null'));

const expand = (own: Partial<WorkerDeps> = {}) =>
  expandChanges({
    ...{ ...app.deps, baseUrl: app.url, digestMs: () => 0, clock: { aheadMs: () => 0 } },
    ...own,
  } as WorkerDeps);

/** So many reports of one company, which wait to be told. */
async function buildChanges(count: number, company: object = {}): Promise<string> {
  const { id: companyId } = await buildCompany(app, company);
  const { id } = await buildIncident(app, await buildCustomer(app, { companyId }));
  await rowsOf(
    app,
    `insert into outbox (company_id, id, incident_id, kind, payload)
     select $1, gen_random_uuid(), $2, 'incident.created', '{}' from generate_series(2, $3::int)`,
    [companyId, id, count],
  );
  return companyId;
}

const left = async (companyId: string) => {
  const [row] = await rowsOf(
    app,
    `select count(*) filter (where done_at is null)::int as open, count(retry_at)::int as "putOff"
     from outbox where company_id = $1`,
    [companyId],
  );
  return row;
};

describe('changes', () => {
  it('are told in large parts, so that a node keeps up with what it can write', async () => {
    const companyId = await buildChanges(250);
    expect(await expand()).toEqual({ changes: 200, deliveries: 0 });
    expect(await expand()).toEqual({ changes: 50, deliveries: 0 });
    expect(await left(companyId)).toEqual({ open: 0, putOff: 0 });
  });

  it('are told in smaller parts where each goes to many', async () => {
    const companyId = await buildChanges(120);
    for (let count = 0; count < 10; count += 1) await buildWebhook(app, companyId);
    expect(await expand()).toEqual({ changes: 100, deliveries: 1_000 });
    expect(await expand()).toEqual({ changes: 20, deliveries: 200 });
    expect(await left(companyId)).toEqual({ open: 0, putOff: 0 });
  });

  it('that cannot be told are put off, each by itself, and keep no other waiting', async () => {
    const broken = await buildChanges(3, { teamEmails: ['team@example.com'] });
    const others = await buildChanges(5);
    const newId = () => {
      throw new Error('no more ids');
    };
    expect(
      await expand({ newId, log: { error: () => {} } as unknown as WorkerDeps['log'] }),
    ).toEqual({
      changes: 8,
      deliveries: 0,
    });
    expect(await left(broken)).toEqual({ open: 3, putOff: 3 });
    expect(await left(others)).toEqual({ open: 0, putOff: 0 });
  });
});
