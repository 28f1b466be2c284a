/** How long deliveries are kept: 30 days, in which they can be looked at and sent again. Each call is one small step. */
import type { Database } from './connection.ts';

const KEPT = "interval '30 days'";
/** Why a delivery was not sent. */
export const WEBHOOK_DELETED = 'The webhook was deleted.';

/** Removes up to `limit` changes that were told long ago; answers how many. */
export async function sweepOutbox({ pool }: Database, limit: number): Promise<number> {
  const { rowCount } = await pool.query(
    `delete from outbox where (company_id, id) in (
       select company_id, id from outbox where done_at < now() - ${KEPT} order by done_at limit $1)`,
    [limit],
  );
  return rowCount ?? 0;
}

/** Skips up to `limit` deliveries that wait for a webhook that has been deleted; answers how many. */
export async function sweepDeleted({ pool }: Database, limit: number): Promise<number> {
  const { rowCount } = await pool.query(
    `update deliveries set status = 'skipped', next_attempt_at = null, done_at = now(), last_error = $2
     where (company_id, id) in (
       select d.company_id, d.id from webhooks w, lateral (
         select company_id, id from deliveries d
         where d.company_id = w.company_id and d.webhook_id = w.id and d.kind = 'webhook' and d.status = 'pending'
           and (d.leased_until is null or d.leased_until <= now())
         order by d.next_attempt_at, d.id limit $1) as d
       where w.deleted_at is not null limit $1)`,
    [limit, WEBHOOK_DELETED],
  );
  return rowCount ?? 0;
}

/** Removes up to `limit` deliveries that ended long ago, and gives up as many that have waited as long for their endpoint. */
export async function sweepDeliveries({ pool }: Database, limit: number): Promise<number> {
  const { rowCount: stale } = await pool.query(
    `update deliveries set status = 'failed', next_attempt_at = null, done_at = now(), digest_key = null,
       last_error = 'It has waited for 30 days.'
     where (company_id, id) in (
       select d.company_id, d.id from webhooks w, lateral (
         select company_id, id from deliveries d
         where d.company_id = w.company_id and d.webhook_id = w.id and d.kind = 'webhook' and d.status = 'pending'
           and d.created_at < now() - ${KEPT}
         order by d.next_attempt_at, d.id limit $1) as d
       where w.paused_at is not null limit $1)`,
    [limit],
  );
  const { rowCount: old } = await pool.query(
    `delete from deliveries where (company_id, id) in (
       select company_id, id from deliveries where done_at < now() - ${KEPT} order by done_at limit $1)`,
    [limit],
  );
  return Math.max(stale ?? 0, old ?? 0);
}
