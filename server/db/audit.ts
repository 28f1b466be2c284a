/**
 * The audit log: one row for each action of the team and each event that matters for security, written in the
 * transaction of what it tells of. Rows are added and read, never changed, and deleted only for their age.
 */
import type { Knex } from 'knex';
import type { AuditAction, AuditActorType, AuditSubjectType } from '../../shared/audit.ts';
import type { TeamActor } from './api-keys.ts';
import type { Database } from './connection.ts';

export interface NewAuditEntry {
  /** Null: belongs to no company, and only admin keys read it. */
  companyId: string | null;
  actor: { type: AuditActorType; id: string | null; name: string };
  /** The client's address, where a client acted. */
  ip: string | null;
  action: AuditAction;
  subject: { type: AuditSubjectType; id: string } | null;
  /** What was there and what is there now. Of texts only which have changed; never a password or a secret. */
  before?: object;
  after?: object;
}

/** What every entry of a team's action says of who acted: to be spread into it. */
export const byTeam = ({ keyId, keyName, ip }: TeamActor): Pick<NewAuditEntry, 'actor' | 'ip'> => ({
  actor: { type: 'key', id: keyId, name: keyName },
  ip,
});

/** Of a customer the id alone: names and addresses would outlive their account here. */
export const byCustomer = (
  customerId: string | null,
  ip: string | null,
): Pick<NewAuditEntry, 'actor' | 'ip'> => ({
  actor: { type: 'customer', id: customerId, name: 'customer' },
  ip,
});

/** Appends one row; `db` is the transaction of what the row tells of. */
export async function appendAudit(
  db: Knex | Knex.Transaction,
  newId: () => string,
  entry: NewAuditEntry,
): Promise<void> {
  await db('audit_log').insert(toRow(newId(), entry));
}

const EXPIRE_STEP = 1_000;

/** Deletes what is older than the operator keeps, in small steps, until the signal comes. Returns how many rows went. */
export async function expireAudit(
  { pool }: Database,
  keptDays: number,
  signal?: AbortSignal,
): Promise<number> {
  let expired = 0;
  while (!signal?.aborted) {
    const values = [keptDays, EXPIRE_STEP];
    const { rows } = await pool.query('select expire_audit_log($1, $2) as count', values);
    expired += rows[0].count;
    if (rows[0].count < EXPIRE_STEP) break;
  }
  return expired;
}

const toRow = (id: string, entry: NewAuditEntry) => ({
  id,
  company_id: entry.companyId,
  actor_type: entry.actor.type,
  actor_id: entry.actor.id,
  actor_name: entry.actor.name,
  ip: entry.ip,
  action: entry.action,
  subject_type: entry.subject?.type ?? null,
  subject_id: entry.subject?.id ?? null,
  // As text: the driver would write a list as a PostgreSQL array.
  before: entry.before === undefined ? null : JSON.stringify(entry.before),
  after: entry.after === undefined ? null : JSON.stringify(entry.after),
});
