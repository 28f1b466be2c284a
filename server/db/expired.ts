/** What is over and serves nobody: ended sessions, old keys of repeated requests, used links, counts, numbers never taken. */
import type { Database } from './connection.ts';

/** Each with when its rows go, and whether an index leads there: they all have one. */
const EXPIRED: readonly { table: string; key: string; when: string }[] = [
  // A day later, so that what a session did can still be matched with it.
  { table: 'sessions', key: 'company_id, id', when: "expires_at < now() - interval '1 day'" },
  // A client that has not heard in a week does not ask again.
  {
    table: 'idempotency_keys',
    key: 'company_id, customer_id, key',
    when: "created_at < now() - interval '7 days'",
  },
  {
    table: 'ticket_reservations',
    key: 'company_id, ticket_number',
    when: "at < now() - interval '2 days'",
  },
  { table: 'account_links', key: 'company_id, id', when: "expires_at < now() - interval '1 day'" },
  { table: 'spent_once', key: 'company_id, kind, id', when: 'expires_at < now()' },
  { table: 'rate_limits', key: 'key', when: 'expire < (extract(epoch from now()) * 1000)::bigint' },
];

const STEP = 1_000;

/** In small steps, until nothing is left or the signal comes. Answers how many rows went. */
export async function deleteExpired({ pool }: Database, signal?: AbortSignal): Promise<number> {
  let deleted = 0;
  for (const { table, key, when } of EXPIRED) {
    while (!signal?.aborted) {
      const { rowCount } = await pool.query(
        `delete from ${table} where (${key}) in (select ${key} from ${table} where ${when} limit ${STEP})`,
      );
      deleted += rowCount ?? 0;
      if ((rowCount ?? 0) < STEP) break;
    }
  }
  return deleted;
}
