/** The customer door left open: no session check, no role, no tenant settings. For the measurement of what these cost. */
import type { QueryConfig } from 'pg';
import { inOneBatch } from '../../../server/db/batch.ts';
import type { CustomerActor, DoorDeps } from '../../../server/db/customer-door.ts';
import { anySession } from './any-session.ts';

export type { CustomerActor, DoorDeps, OpenSession } from '../../../server/db/customer-door.ts';

/** Writes ask the door whether the session stands. */
const ASKED = / and app_customer_id\(\) = \$2(?:::uuid)?/g;
const unasked = (query: QueryConfig) => ({ ...query, text: query.text.replace(ASKED, '') });

export async function asCustomer<const Q extends readonly QueryConfig[]>(
  { db }: DoorDeps,
  actor: CustomerActor,
  ...asked: Q
) {
  actor.isVerified = true;
  return { session: anySession(actor), rows: await inOneBatch(db.pool, asked.map(unasked)) };
}

export async function readAsCustomer<const Q extends readonly QueryConfig[]>(
  { db }: DoorDeps,
  actor: CustomerActor,
  ...asked: Q
) {
  actor.isVerified = true;
  return { session: anySession(actor), rows: await db.reads.inOneBatch(asked.map(unasked)) };
}

export const asCustomerInTurn = <const Q extends readonly QueryConfig[]>(
  deps: DoorDeps,
  actor: CustomerActor,
  turn: QueryConfig,
  ...queries: Q
) => asCustomer(deps, actor, turn, ...queries);
