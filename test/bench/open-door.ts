/** The customer door left open: no session check, no role, no tenant settings. For the measurement of what these cost. */
import type pg from 'pg';
import type { CustomerActor, DoorDeps, OpenSession } from '../../server/db/customer-door.ts';

export type { CustomerActor, DoorDeps, OpenSession } from '../../server/db/customer-door.ts';

const session = ({ companyId, customerId }: CustomerActor): OpenSession => ({
  customer: {
    ...{ id: customerId, companyId, email: 'ann@example.com', name: 'Ann' },
    ...{
      company: { id: companyId, name: 'Acme', slug: 'acme' },
      mailUpdates: true,
      hasPassword: true,
    },
  },
  expiresAt: '2099-01-01T00:00:00.000Z',
});

/** Writes ask the door whether the session stands. */
const ASKED = / and app_customer_id\(\) = \$2(?:::uuid)?/g;
const unasked = (query: pg.QueryConfig) => ({ ...query, text: query.text.replace(ASKED, '') });

export async function asCustomer<const Q extends readonly pg.QueryConfig[]>(
  { db }: DoorDeps,
  actor: CustomerActor,
  ...asked: Q
) {
  actor.isVerified = true;
  const queries = asked.map(unasked);
  // One query is a transaction of its own; several need one around them.
  const all = queries.length === 1 ? queries : [{ text: 'begin' }, ...queries, { text: 'commit' }];
  const client = await db.pool.connect();
  const results = await Promise.all(all.map((one) => client.query(one))).finally(() =>
    client.release(),
  );
  const own = queries.length === 1 ? results : results.slice(1, -1);
  return { session: session(actor), rows: own.map(({ rows }) => rows) };
}

export const asCustomerInTurn = <const Q extends readonly pg.QueryConfig[]>(
  deps: DoorDeps,
  actor: CustomerActor,
  turn: pg.QueryConfig,
  ...queries: Q
) => asCustomer(deps, actor, turn, ...queries);
