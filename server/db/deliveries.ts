/** The log of deliveries, as the team reads it; and what they send again by hand. */
import type { Knex } from 'knex';
import type {
  Delivery,
  DeliveryAttempt,
  DeliveryDetail,
  DeliveryStatus,
} from '../../shared/types.ts';
import type { Database } from './connection.ts';
import { incidentRef } from './incident-ref.ts';
import { isoTime } from './wire-time.ts';

/** Company of the key, or null for an admin key. */
type Scope = string | null;

/** A list's exact total costs as much as counting: here it ends. */
const MOST_COUNTED = 10_000;

interface DeliveryRow {
  id: string;
  company_id: string;
  kind: Delivery['kind'];
  event: string;
  webhook_id: string | null;
  incident_id: string | null;
  recipient: string;
  status: DeliveryStatus;
  attempts: number;
  next_attempt_at: string | null;
  last_status: number | null;
  last_error: string | null;
  created_at: string;
  done_at: string | null;
}

const COLUMNS = [
  ...['id', 'company_id', 'kind', 'event', 'webhook_id', 'incident_id', 'recipient', 'status'],
  ...['attempts', 'next_attempt_at', 'last_status', 'last_error', 'created_at', 'done_at'],
];

export interface DeliveryFilter {
  companyId: string;
  webhookId?: string | undefined;
  kind?: Delivery['kind'] | undefined;
  status?: DeliveryStatus | undefined;
  /** Id or ticket number. */
  incident?: string | undefined;
}

/** Newest first: their ids are sorted by time. */
export async function listDeliveries(
  { knex }: Database,
  { companyId, webhookId, kind, status, incident }: DeliveryFilter,
  { page, limit }: { page: number; limit: number },
): Promise<{ deliveries: Delivery[]; total: number }> {
  const filter = (query: Knex.QueryBuilder) => {
    query.where('company_id', companyId);
    if (webhookId !== undefined) query.where('webhook_id', webhookId);
    if (kind !== undefined) query.where('kind', kind);
    if (status !== undefined) query.where('status', status);
    if (incident !== undefined) {
      const { column, value } = incidentRef(incident);
      const named = knex('incidents')
        .where({ company_id: companyId, [column]: value })
        .select('id');
      query.where('incident_id', named);
    }
  };
  const rows: DeliveryRow[] = await knex('deliveries')
    .modify(filter)
    .select(...COLUMNS)
    .orderBy('id', 'desc')
    .limit(limit)
    .offset((page - 1) * limit);
  const some = knex('deliveries')
    .modify(filter)
    .select(knex.raw('1'))
    .limit(MOST_COUNTED)
    .as('found');
  const counted = await knex.from(some).count({ total: '*' }).first();
  return {
    deliveries: rows.map(toDelivery),
    total: Number(counted?.total),
  };
}

function one(db: Knex, scope: Scope, id: string) {
  const query = db<DeliveryRow>('deliveries').where({ id });
  return scope === null ? query : query.where('company_id', scope);
}

/** In one statement: its attempts are those that its state tells of. */
const ATTEMPTS = `(select coalesce(json_agg(a order by a.number), '[]') from delivery_attempts a
  where a.company_id = deliveries.company_id and a.delivery_id = deliveries.id) as attempt_log`;

/** Null where it is absent or another company's. */
export async function findDelivery(
  { knex }: { knex: Knex },
  scope: Scope,
  id: string,
): Promise<DeliveryDetail | null> {
  const row = await one(knex, scope, id).first(...COLUMNS, knex.raw(ATTEMPTS));
  if (row === undefined) return null;
  const found = row as unknown as DeliveryRow & { attempt_log: AttemptRow[] };
  return { ...toDelivery(found), attemptLog: found.attempt_log.map(toAttempt) };
}

/** Whose it is and what it goes to; locks it. */
export async function lockDelivery(
  trx: Knex.Transaction,
  scope: Scope,
  id: string,
): Promise<{ companyId: string; webhookId: string | null; isUnderWay: boolean } | null> {
  const row = await one(trx, scope, id)
    .forUpdate()
    .first(
      'company_id',
      'webhook_id',
      trx.raw('coalesce(leased_until > now(), false) as under_way'),
    );
  if (row === undefined) return null;
  const { company_id, webhook_id, under_way } = row as unknown as DeliveryRow & {
    under_way: boolean;
  };
  return { companyId: company_id, webhookId: webhook_id, isUnderWay: under_way };
}

/** Puts it into the queue once more, under the same id, whatever became of it before. */
export async function requeue(trx: Knex.Transaction, companyId: string, id: string): Promise<void> {
  await trx('deliveries')
    .where({ company_id: companyId, id })
    .update({
      status: 'pending',
      tries: 0,
      next_attempt_at: trx.fn.now(3),
      done_at: null,
      digest_key: null,
      is_forced: true,
    });
}

function toDelivery(row: DeliveryRow): Delivery {
  return {
    id: row.id,
    companyId: row.company_id,
    kind: row.kind,
    event: row.event,
    webhookId: row.webhook_id,
    incidentId: row.incident_id,
    recipient: row.recipient,
    status: row.status,
    attempts: row.attempts,
    nextAttemptAt: row.next_attempt_at,
    lastStatus: row.last_status,
    lastError: row.last_error,
    createdAt: row.created_at,
    doneAt: row.done_at,
  };
}

interface AttemptRow {
  number: number;
  started_at: string;
  duration_ms: number | null;
  status: number | null;
  error: string | null;
  answer: string | null;
}

const toAttempt = ({ started_at, duration_ms, ...row }: AttemptRow): DeliveryAttempt => ({
  number: row.number,
  startedAt: isoTime(started_at),
  durationMs: duration_ms,
  status: row.status,
  error: row.error,
  answer: row.answer,
});
