/**
 * Log-ins that failed, in the audit log. Anybody can fail as often as they like, and rows of the log stay: so of one
 * source the first failure of an hour has a row, and then the tenth, the hundredth and so on, each with the count.
 */
import type { Database } from './connection.ts';

export interface LoginFailure {
  action: 'desk.login_failed' | 'customer.login_failed';
  /** As it was sent: one that does not exist is not written down. */
  companyId: string | null;
  /** The account that was tried; null where there is none. */
  customerId: string | null;
  ip: string | null;
  /** What stands for all addresses that one client may have (http/client-address). */
  network: string;
  note?: string;
}

/** Sources without an account that an hour knows apart, at one company or at the desk; the rest are counted together. */
const MOST_SOURCES = 100;
const WINDOW = "interval '1 hour'";

export async function noteLoginFailure(
  { db, newId }: { db: Database; newId(): string },
  { action, companyId, customerId, ip, network, note }: LoginFailure,
): Promise<void> {
  await db.pool.query({
    name: 'login-failed',
    text: /* sql */ `
      with place as (
        select (select id from companies where id = $3) as company_id
      ), account as (
        -- Locked: one that is just being erased must not be written down once more.
        select id from customers where id = $4 for key share
      ), who as (
        select (select id from account) as id
      ), scoped as (
        select company_id, $2 || coalesce(' ' || company_id, '') as scope from place
      ), known as (
        -- An account is a source that nobody can make up.
        select company_id, scope, case when who.id is not null then who.id::text when exists (
            select from login_failures f where f.scope = s.scope and f.source = $6
          ) or (
            select count(*) from (
              select from login_failures f where f.scope = s.scope and f.since > now() - ${WINDOW}
              limit ${MOST_SOURCES}) as known
          ) < ${MOST_SOURCES} then $6 else 'others' end as source
        from scoped s, who
      ), counted as (
        insert into login_failures as f (scope, source) select scope, source from known
        on conflict (scope, source) do update set
          failures = case when f.since > now() - ${WINDOW} then f.failures + 1 else 1 end,
          since = case when f.since > now() - ${WINDOW} then f.since else now() end
        returning failures
      )
      insert into audit_log
        (id, company_id, actor_type, actor_id, actor_name, ip, action, subject_type, subject_id, after)
      select $1::uuid, company_id, $7, who.id, $8, $5, $2, case when who.id is null then null else 'customer' end, who.id,
        jsonb_strip_nulls(jsonb_build_object('note', $9::text, 'failures', failures,
          'from', case when source = 'others' then 'many addresses' end))
      from counted, known, who where failures in (1, 10, 100, 1000, 10000, 100000, 1000000)`,
    values: [
      newId(),
      action,
      companyId,
      customerId,
      ip,
      network,
      ...(action === 'desk.login_failed' ? ['key', 'no valid key'] : ['customer', 'customer']),
      note ?? null,
    ],
  });
}

/** Forgets what is over; the log keeps its rows. */
export async function deleteOldLoginFailures({ pool }: Database): Promise<number> {
  const { rowCount } = await pool.query(
    `delete from login_failures where since < now() - ${WINDOW}`,
  );
  return rowCount ?? 0;
}
