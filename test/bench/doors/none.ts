/** A customer door with no database behind it: for the measurement of all that stands before one. */
import type { CustomerActor, DoorDeps } from '../../../server/db/customer-door.ts';
import { anySession } from './any-session.ts';

export type { CustomerActor, DoorDeps, OpenSession } from '../../../server/db/customer-door.ts';

export async function asCustomer(_: DoorDeps, actor: CustomerActor) {
  actor.isVerified = true;
  return { session: anySession(actor), rows: [] };
}

export const readAsCustomer = asCustomer;
export const asCustomerInTurn = asCustomer;
