/** API keys: stored as a hash with a visible prefix, found by that hash in one query. */
import type { Scope } from '../../shared/scopes.ts';
import type { ApiKey } from '../../shared/types.ts';
import type { Database } from './connection.ts';

/** The team, under the name of its key. */
export interface TeamActor {
  keyId: string;
  keyName: string;
  /** Null: an admin key, over all companies. */
  companyId: string | null;
  scopes: readonly Scope[];
  /** Where this request came from. */
  ip: string | null;
}

interface ApiKeyRow {
  id: string;
  company_id: string | null;
  name: string;
  prefix: string;
  scopes: Scope[];
  created_at: string;
  last_used_at: string | null;
  expires_at: string | null;
  revoked_at: string | null;
}

const COLUMNS =
  'id, company_id, name, prefix, scopes, created_at, last_used_at, expires_at, revoked_at';

/** The actor of a live key, or null. Writes the last use at most once a minute. */
export async function findApiKey(
  db: Database,
  secretHash: Buffer,
): Promise<Omit<TeamActor, 'ip'> | null> {
  const { rows } = await db.pool.query({
    name: 'api-key-find',
    text: /* sql */ `
      with found as (
        select k.id, k.name, k.company_id, k.scopes
        from api_keys k left join companies c on c.id = k.company_id
        where k.secret_hash = $1 and k.revoked_at is null and c.disabled_at is null
          and (k.expires_at is null or k.expires_at > now())
      ), used as (
        update api_keys set last_used_at = now()
        where id = (select id from found)
          and (last_used_at is null or last_used_at < now() - interval '1 minute')
      )
      select * from found`,
    values: [secretHash],
  });
  const [row] = rows;
  if (row === undefined) return null;
  return { keyId: row.id, keyName: row.name, companyId: row.company_id, scopes: row.scopes };
}

/** Returns null when a key with this secret exists already. */
export async function insertApiKey(
  db: Database,
  key: { id: string; name: string; prefix: string; companyId: string | null; secretHash: Buffer },
): Promise<ApiKey | null> {
  const { rows } = await db.pool.query<ApiKeyRow>(
    `insert into api_keys (id, company_id, name, prefix, secret_hash) values ($1, $2, $3, $4, $5)
     on conflict do nothing returning ${COLUMNS}`,
    [key.id, key.companyId, key.name, key.prefix, key.secretHash],
  );
  return rows[0] === undefined ? null : toApiKey(rows[0]);
}

/** Newest first; revoked ones stay in the list. */
export async function listApiKeys(db: Database): Promise<ApiKey[]> {
  const { rows } = await db.pool.query<ApiKeyRow>(
    `select ${COLUMNS} from api_keys order by created_at desc, id desc limit 1000`,
  );
  return rows.map(toApiKey);
}

/** The revoked key, or null where there is none. Revoking twice keeps the first time. */
export async function revokeApiKey(db: Database, id: string): Promise<ApiKey | null> {
  const { rows } = await db.pool.query<ApiKeyRow>(
    `update api_keys set revoked_at = coalesce(revoked_at, now()) where id = $1 returning ${COLUMNS}`,
    [id],
  );
  return rows[0] === undefined ? null : toApiKey(rows[0]);
}

/** Whether any live admin key exists: the trial makes one where there is none. */
export async function hasAdminKey(db: Database): Promise<boolean> {
  const { rows } = await db.pool.query(
    'select 1 from api_keys where company_id is null and revoked_at is null limit 1',
  );
  return rows.length > 0;
}

function toApiKey(row: ApiKeyRow): ApiKey {
  return {
    id: row.id,
    name: row.name,
    prefix: row.prefix,
    companyId: row.company_id,
    scopes: row.scopes,
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
  };
}
