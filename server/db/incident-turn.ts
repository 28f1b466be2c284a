/**
 * Turns at an incident. Events are told in the order of their transactions' numbers (DESIGN §7), and a row lock does not
 * make that the order of writing: PostgreSQL may number a transaction while it still waits for the row (seen: with six
 * writers, one event in six came before what was written earlier). Whoever writes to an incident therefore waits for its
 * turn first, without a number, and locks the row then. The turn ends with the transaction.
 */
import type { QueryConfig } from 'pg';
import type { CustomerActor } from './customer-door.ts';
import { incidentRef, type RefColumn } from './incident-ref.ts';

/** Of a row of `incidents`. Two incidents that share a number by chance wait for each other, and that is all. */
export const TAKE_TURN = 'pg_advisory_xact_lock(hashtextextended(id::text, 0))';

const TURN = (column: RefColumn) => ({
  name: `incident-turn-by-${column}`,
  text: `select ${TAKE_TURN} from incidents where company_id = $1 and customer_id = $2 and ${column} = $3`,
});
const TURN_BY = { id: TURN('id'), ticket_number: TURN('ticket_number') };

/** For `asCustomerInTurn`: before the statement that writes, whose snapshot then holds all that was written before. */
export function turnQuery(
  { companyId, customerId }: Pick<CustomerActor, 'companyId' | 'customerId'>,
  ref: string,
): QueryConfig {
  const { column, value } = incidentRef(ref);
  return { ...TURN_BY[column], values: [companyId, customerId, value] };
}
