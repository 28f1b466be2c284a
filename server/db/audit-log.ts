/** Reads the audit log: by page, newest first, and whole, oldest first. Both walk an index from place to place. */
import type { Knex } from 'knex';
import type { AuditEntry, AuditExportQuery, AuditQuery } from '../../shared/types.ts';
import type { Database } from './connection.ts';

/** Rows of one step of an export: enough to be quick, too few to be felt. */
const BATCH = 1_000;

// biome-ignore lint/suspicious/noExplicitAny: a row's shape is the store's knowledge, which maps it at once.
type Row = any;

type Wanted = { companyId?: string | undefined };

const rowsOf = (db: Database, { companyId }: Wanted): Knex.QueryBuilder => {
  const query = db.knex('audit_log');
  return companyId === undefined ? query : query.where('company_id', companyId);
};

/** Newest first; `nextCursor` is null on the last page. */
export async function listAudit(
  db: Database,
  { companyId, action, subjectId, before, limit }: AuditQuery,
): Promise<{ entries: AuditEntry[]; nextCursor: string | null }> {
  const query = rowsOf(db, { companyId });
  if (action !== undefined) query.where({ action });
  if (subjectId !== undefined) query.where('subject_id', subjectId);
  if (before !== undefined) query.whereRaw('(at, id) < (?, ?)', [before.at, before.id]);
  const rows: Row[] = await query
    .orderByRaw('at desc, id desc')
    .limit(limit + 1)
    .select('*');
  const entries = rows.slice(0, limit).map(toEntry);
  const last = entries.at(-1);
  const hasMore = rows.length > limit && last !== undefined;
  return { entries, nextCursor: hasMore ? `${last.at}_${last.id}` : null };
}

/** Everything in the range, oldest first, a batch at a time: no connection is held while the reader is slow. */
export async function* walkAudit(
  db: Database,
  { companyId, from, to }: Pick<AuditExportQuery, 'companyId' | 'from' | 'to'>,
): AsyncGenerator<AuditEntry[]> {
  let last: AuditEntry | undefined;
  for (;;) {
    const query = rowsOf(db, { companyId });
    if (to !== undefined) query.where('at', '<', to);
    if (last !== undefined) query.whereRaw('(at, id) > (?, ?)', [last.at, last.id]);
    else if (from !== undefined) query.where('at', '>=', from);
    const rows: Row[] = await query.orderByRaw('at, id').limit(BATCH).select('*');
    if (rows.length > 0) yield rows.map(toEntry);
    if (rows.length < BATCH) return;
    last = toEntry(rows.at(-1));
  }
}

const toEntry = (row: Row): AuditEntry => ({
  id: row.id,
  at: row.at,
  companyId: row.company_id,
  actor: { type: row.actor_type, id: row.actor_id, name: row.actor_name },
  ip: row.ip,
  action: row.action,
  subject: row.subject_id === null ? null : { type: row.subject_type, id: row.subject_id },
  before: row.before,
  after: row.after,
});
