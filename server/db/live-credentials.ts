/** Which of the credentials behind open streams are over. Looking counts as no use: an open page alone keeps nothing alive. */
import type { Database } from './connection.ts';
import type { CustomerActor } from './customer-door.ts';
import { DESK_IDLE } from './desk-sessions.ts';

export interface CustomerCredential {
  companyId: string;
  customerId: string;
  sessionId: string;
}

/** The sessions, of those given, that are revoked, expired, idle, or of somebody who was disabled. */
export async function findEndedSessions(
  db: Database,
  sessions: readonly CustomerCredential[],
  idleSeconds: number,
): Promise<Set<string>> {
  const { rows } = await db.pool.query({
    name: 'live-sessions-ended',
    text: /* sql */ `
      select asked.session_id as id
      from unnest($1::uuid[], $2::uuid[], $3::uuid[]) as asked (company_id, session_id, customer_id)
      where not exists (
        select from sessions s
        join customers c on c.company_id = s.company_id and c.id = s.customer_id
        join companies co on co.id = s.company_id
        where s.company_id = asked.company_id and s.id = asked.session_id
          and s.customer_id = asked.customer_id and s.revoked_at is null and s.expires_at > now()
          and s.last_seen_at > now() - make_interval(secs => $4::int)
          and c.disabled_at is null and co.disabled_at is null
      )`,
    values: [
      sessions.map((one) => one.companyId),
      sessions.map((one) => one.sessionId),
      sessions.map((one) => one.customerId),
      idleSeconds,
    ],
  });
  return new Set(rows.map((row) => row.id));
}

/** Checks a customer's session as `asCustomer` does, without counting as a use of it. Whether it still stands. */
export async function checkSession(
  db: Database,
  actor: CustomerActor,
  idleSeconds: number,
): Promise<boolean> {
  const ended = await findEndedSessions(db, [actor], idleSeconds);
  actor.isVerified = !ended.has(actor.sessionId);
  return actor.isVerified;
}

/** The keys, of those given, that are revoked or expired, or whose company was disabled. */
export async function findEndedKeys(db: Database, ids: readonly string[]): Promise<Set<string>> {
  const { rows } = await db.pool.query({
    name: 'live-keys-ended',
    text: /* sql */ `
      select asked.id from unnest($1::uuid[]) as asked (id)
      where not exists (
        select from api_keys k left join companies co on co.id = k.company_id
        where k.id = asked.id and k.revoked_at is null
          and (k.expires_at is null or k.expires_at > now()) and co.disabled_at is null
      )`,
    values: [ids],
  });
  return new Set(rows.map((row) => row.id));
}

/** The desk's sessions, by their token's hash in hex, that are over. Their keys are looked at by `findEndedKeys`. */
export async function findEndedDeskSessions(
  db: Database,
  hashes: readonly string[],
): Promise<Set<string>> {
  const { rows } = await db.pool.query({
    name: 'live-desk-sessions-ended',
    text: /* sql */ `
      select asked.hash from unnest($1::text[]) as asked (hash)
      where not exists (
        select from desk_sessions s
        where s.token_hash = decode(asked.hash, 'hex') and s.expires_at > now()
          and s.last_seen_at > now() - interval '${DESK_IDLE}'
      )`,
    values: [hashes],
  });
  return new Set(rows.map((row) => row.hash));
}
