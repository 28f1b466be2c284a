/** Who acts for the team: found by a key's hash or by a desk session's, each in one query that checks all there is to check. */
import type { Scope } from '../../shared/scopes.ts';
import type { TeamActor } from './api-keys.ts';
import type { Database } from './connection.ts';
import { DESK_IDLE } from './desk-sessions.ts';

type FoundActor = Omit<TeamActor, 'ip' | 'deskSession'>;

interface ActorRow {
  id: string;
  name: string;
  company_id: string | null;
  scopes: Scope[];
  is_live: boolean;
}

/** Writes a key's last use at most once a minute, so that reading stays reading. */
const USED = /* sql */ `
  update api_keys set last_used_at = now()
  where id = (select id from found where is_live)
    and (last_used_at is null or last_used_at < now() - interval '1 minute')`;

const IS_LIVE = /* sql */ `k.revoked_at is null and (k.expires_at is null or k.expires_at > now())
  and c.disabled_at is null`;

/** The actor of a live key; of one that has ended its id alone; null where there is none. */
export async function findByKey(
  db: Database,
  secretHash: Buffer,
): Promise<FoundActor | { endedKeyId: string } | null> {
  const { rows } = await db.pool.query<ActorRow>({
    name: 'team-by-key',
    text: /* sql */ `
      with found as (
        select k.id, k.name, k.company_id, k.scopes, ${IS_LIVE} as is_live
        from api_keys k left join companies c on c.id = k.company_id
        where k.secret_hash = $1
      ), used as (${USED})
      select * from found`,
    values: [secretHash],
  });
  const [row] = rows;
  if (row === undefined) return null;
  return row.is_live ? toActor(row) : { endedKeyId: row.id };
}

/** The actor of a live key's live session, or null. A use of it is written at most every five minutes. */
export async function findByDeskSession(
  db: Database,
  tokenHash: Buffer,
  isUse: boolean,
): Promise<FoundActor | null> {
  const { rows } = await db.pool.query<ActorRow>({
    name: 'team-by-desk-session',
    text: /* sql */ `
      with found as (
        select k.id, k.name, k.company_id, k.scopes, true as is_live
        from desk_sessions s join api_keys k on k.id = s.key_id left join companies c on c.id = k.company_id
        where s.token_hash = $1 and s.expires_at > now()
          and s.last_seen_at > now() - interval '${DESK_IDLE}' and ${IS_LIVE}
      ), seen as (
        update desk_sessions set last_seen_at = now()
        where token_hash = $1 and $2 and last_seen_at < now() - interval '5 minutes'
            and exists (select from found)
      ), used as (${USED})
      select * from found`,
    values: [tokenHash, isUse],
  });
  return rows[0] === undefined ? null : toActor(rows[0]);
}

/** Notes in the audit log that an ended key was used again: once an hour, however often it is tried. */
export async function noteRefusal(
  db: Database,
  newId: () => string,
  keyId: string,
  ip: string | null,
): Promise<void> {
  await db.pool.query({
    name: 'team-key-refused',
    text: /* sql */ `
      with noted as (
        update api_keys set refused_at = now()
        where id = $1 and (refused_at is null or refused_at < now() - interval '1 hour')
        returning id, name, company_id
      )
      insert into audit_log (id, company_id, actor_type, actor_id, actor_name, ip, action, subject_type, subject_id)
      select $2, company_id, 'key', id, name, $3, 'key.refused', 'key', id from noted`,
    values: [keyId, newId(), ip],
  });
}

const toActor = ({ id, name, company_id, scopes }: ActorRow): FoundActor => ({
  ...{ keyId: id, keyName: name, companyId: company_id, scopes },
});
