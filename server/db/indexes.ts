/**
 * Indexes on tables that may be large. Each is built beside the work that goes on, so that nobody waits for it, and by
 * whoever finds it missing: no migration, since building one waits for whatever query is older, and no node may wait for that.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { Knex } from 'knex';
import type { Database } from './connection.ts';

interface Index {
  name: string;
  isUnique?: true;
  /** Table, columns, and of which rows. */
  on: string;
}

const INDEXES: readonly Index[] = [
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

/** Any constant will do, as long as no other program uses it on this database. */
const LOCK_KEY = 0x706f7268;
const LOOK_MS = 250;

/** Builds what is missing, one node at a time; to be called after the migrations, on connections without a time-out. */
export async function buildIndexes({ knex, isEmbedded }: Database): Promise<void> {
  if (isEmbedded) return buildMissing(knex);
  for (;;) {
    const isDone = await knex.transaction(async (lock) => {
      // Asked for, not waited for: who waits in a query keeps a snapshot, which the building would wait for in its turn. And
      // as plain text: with a parameter the result would be kept until the end, with its snapshot.
      const { rows } = await lock.raw(`select pg_try_advisory_xact_lock(${LOCK_KEY}) as is_ours`);
      if (rows[0].is_ours) await buildMissing(knex);
      return rows[0].is_ours;
    });
    if (isDone) return;
    await wait(LOOK_MS);
  }
}

async function buildMissing(knex: Knex): Promise<void> {
  for (const { name, isUnique, on } of INDEXES) {
    const { rows } = await knex.raw(
      'select indisvalid as is_valid from pg_index where indexrelid = to_regclass(?)',
      [name],
    );
    if (rows[0]?.is_valid) continue;
    // What was broken off is left as an index that serves nobody.
    if (rows[0] !== undefined) await knex.raw(`drop index concurrently ${name}`);
    await knex.raw(`create ${isUnique ? 'unique ' : ''}index concurrently ${name} on ${on}`);
  }
}
