/**
 * What 0006 and 0007 are found by, on tables that may be large: each index is built beside the work that goes on, in no
 * transaction, so that nobody waits for it.
 */
import type { IndexToBuild } from '../migrate.ts';

export const name = '0008-indexes';

export const indexes: readonly IndexToBuild[] = [
  {
    name: 'customers_external',
    isUnique: true,
    on: 'customers (company_id, external_id) where external_id is not null',
  },
  // Newest first: ids are sorted by time. Of one company the primary key serves it, of all companies this.
  { name: 'customers_id', on: 'customers (id)' },
  // The janitor's way to what is over.
  { name: 'sessions_end', on: 'sessions (expires_at)' },
  { name: 'sessions_revoked', on: 'sessions (revoked_at) where revoked_at is not null' },
  { name: 'idempotency_keys_age', on: 'idempotency_keys (created_at)' },
  { name: 'ticket_reservations_age', on: 'ticket_reservations (at)' },
  // An incident's and a customer's deletion look for what hangs on them, once for each.
  { name: 'events_incident', on: 'events (company_id, incident_id)' },
  { name: 'outbox_incident', on: 'outbox (company_id, incident_id)' },
  {
    name: 'deliveries_by_customer',
    on: 'deliveries (company_id, customer_id, id) where customer_id is not null',
  },
  { name: 'audit_log_customer', on: "audit_log (actor_id, at, id) where actor_type = 'customer'" },
];
