/** What the team opens: an incident of one customer, or an announcement to the whole company. */
import type { Knex } from 'knex';
import type { TeamIncidentCreate } from '../../shared/types.ts';
import { internalColumns, type NewId, tell, timeOf } from './team-writes.ts';

/** Where the new incident belongs; `seq` is its number in the customer's list. */
export interface Place {
  companyId: string;
  customer: { id: string; seq: number } | null;
  ticketNumber: string;
}

/**
 * Takes the next number of the customer's list, and counts the incident in, with news for them. Null where the company
 * has no such customer. Locks the customer's counts until the transaction ends.
 */
export async function countForCustomer(
  trx: Knex.Transaction,
  companyId: string,
  customerId: string,
  status: TeamIncidentCreate['status'],
): Promise<number | null> {
  const column = status.toLowerCase();
  const { rows } = await trx.raw(
    `update incident_counts k set last_seq = last_seq + 1, unread = unread + 1, :column: = :column: + 1
     from customers c
     where k.company_id = :companyId and k.customer_id = :customerId
       and c.company_id = k.company_id and c.id = k.customer_id and c.disabled_at is null
     returning last_seq`,
    { companyId, customerId, column },
  );
  return rows[0]?.last_seq ?? null;
}

/** Writes the incident, its first history entry, the event and the outbox row. Returns its id. */
export async function insertTeamIncident(
  trx: Knex.Transaction,
  newId: NewId,
  { companyId: company_id, customer, ticketNumber }: Place,
  input: TeamIncidentCreate,
  authorName: string,
): Promise<string> {
  const { summary, description, priority, category, status, source } = input;
  const id = newId();
  const at = await timeOf(trx);
  const customer_id = customer?.id ?? null;
  const isSolved = status === 'RESOLVED' || status === 'CLOSED';
  await trx('incidents').insert({
    ...{ company_id, id, customer_id, customer_seq: customer?.seq ?? null },
    ...{ ticket_number: ticketNumber, short_description: summary, description },
    ...{ priority, category, status, source, is_unread: customer !== null },
    ...{ created_at: at, updated_at: at, waiting_since: null },
    resolved_at: isSolved ? at : null,
    closed_at: status === 'CLOSED' ? at : null,
  });
  const internal = internalColumns(input);
  if (Object.keys(internal).length > 0) {
    await trx('incident_internals').insert({ company_id, incident_id: id, ...internal });
  }
  await trx('incident_history').insert({
    ...{ company_id, incident_id: id, id: newId(), customer_id, status, at },
    author_name: authorName,
  });
  const kind = 'incident.created';
  await tell(
    trx,
    newId,
    { company_id, customer_id, id },
    { event: kind, outbox: kind, payload: {} },
  );
  return id;
}
