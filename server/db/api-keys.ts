/** API keys: stored as a hash with a visible prefix; made, listed, rotated and revoked, with a row in the audit log. */
import type { Knex } from 'knex';
import type { Scope } from '../../shared/scopes.ts';
import type { ApiKey } from '../../shared/types.ts';
import { appendAudit, type NewAuditEntry } from './audit.ts';
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
  /** Hash of the token, in hex, where a session at the desk was the credential; null where the key itself was. */
  deskSession: string | null;
}

/** A key to be made: its secret is known to the caller alone. */
export interface NewApiKey {
  id: string;
  name: string;
  prefix: string;
  companyId: string | null;
  scopes: readonly Scope[];
  expiresAt: string | null;
  secretHash: Buffer;
}

/** Who makes or ends a key, for the audit log. */
export type By = Pick<NewAuditEntry, 'actor' | 'ip'>;

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

const COLUMNS = [
  ...['id', 'company_id', 'name', 'prefix', 'scopes'],
  ...['created_at', 'last_used_at', 'expires_at', 'revoked_at'],
];

/** In SQL: whether a key of `api_keys k` opens anything. */
const IS_LIVE = 'k.revoked_at is null and (k.expires_at is null or k.expires_at > now())';

type NewId = () => string;

/** Returns null when a key with this secret exists already. */
export async function insertApiKey(
  db: Database,
  newId: NewId,
  key: NewApiKey,
  by: By,
): Promise<ApiKey | null> {
  return db.knex.transaction(async (trx) => {
    const made = await insert(trx, key);
    if (made !== null) await tell(trx, newId, by, 'key.created', made, { after: shown(made) });
    return made;
  });
}

async function insert(trx: Knex.Transaction, key: NewApiKey): Promise<ApiKey | null> {
  const [row] = await trx('api_keys')
    .insert({
      ...{ id: key.id, company_id: key.companyId, name: key.name, prefix: key.prefix },
      ...{ scopes: key.scopes, expires_at: key.expiresAt, secret_hash: key.secretHash },
    })
    .onConflict()
    .ignore()
    .returning<ApiKeyRow[]>(COLUMNS);
  return row === undefined ? null : toApiKey(row);
}

/** Newest first; ended ones stay in the list. */
export async function listApiKeys(
  db: Database,
  { companyId, page, limit }: { companyId?: string | undefined; page: number; limit: number },
): Promise<{ keys: ApiKey[]; total: number }> {
  const scope = (query: Knex.QueryBuilder) =>
    companyId === undefined ? query : query.where('company_id', companyId);
  const rows: ApiKeyRow[] = await scope(db.knex('api_keys'))
    .select(COLUMNS)
    .orderBy([
      { column: 'created_at', order: 'desc' },
      { column: 'id', order: 'desc' },
    ])
    .limit(limit)
    .offset((page - 1) * limit);
  const [counted] = await scope(db.knex('api_keys')).count({ total: '*' });
  return { keys: rows.map(toApiKey), total: Number(counted.total) };
}

/**
 * Makes the successor of a key, with the same rights and the same end, and lets the key itself end after the overlap.
 * Its desk sessions end at once: they are opened again with the new one.
 */
export async function rotateApiKey(
  db: Database,
  newId: NewId,
  id: string,
  successor: Pick<NewApiKey, 'id' | 'prefix' | 'secretHash'>,
  overlapHours: number,
  by: By,
): Promise<ApiKey | 'absent' | 'ended' | 'rotated'> {
  return db.knex.transaction(async (trx) => {
    const { rows } = await trx.raw(
      `select k.*, ${IS_LIVE} as is_live from api_keys k where k.id = ? for update`,
      [id],
    );
    const [old] = rows;
    if (old === undefined) return 'absent';
    if (!old.is_live) return 'ended';
    // Its end is that of an overlap: who lost the new secret rotates the successor.
    if (old.successor_id !== null) return 'rotated';
    const { name, company_id: companyId, scopes, expires_at: expiresAt } = old;
    const made = await insert(trx, { ...successor, name, companyId, scopes, expiresAt });
    if (made === null) throw new Error('a new secret was known already');
    const end = trx.raw('least(expires_at, now() + make_interval(hours => ?))', [overlapHours]);
    const change = { expires_at: end, successor_id: made.id };
    const [ending] = await trx('api_keys').where({ id }).update(change, COLUMNS);
    await trx('desk_sessions').where({ key_id: id }).delete();
    await tell(trx, newId, by, 'key.rotated', toApiKey(ending), {
      before: { expiresAt: old.expires_at },
      after: { expiresAt: ending.expires_at, successor: shown(made) },
    });
    return made;
  });
}

/** Revoking twice keeps the first time. */
export async function revokeApiKey(
  db: Database,
  newId: NewId,
  id: string,
  by: By,
): Promise<ApiKey | 'absent' | 'last_admin_key'> {
  return db.knex.transaction(async (trx) => {
    // All of them, in one order: two admins who revoke each other's key must not both be right.
    const admins = trx('api_keys').whereNull('company_id').whereNull('revoked_at');
    await admins.orderBy('id').forUpdate().select('id');
    const found = await trx<ApiKeyRow>('api_keys').where({ id }).forUpdate().first();
    if (found === undefined) return 'absent';
    if (found.revoked_at !== null) return toApiKey(found);
    if (await isLastAdminKey(trx, id)) return 'last_admin_key';
    const now = trx.fn.now(3);
    const [row] = await trx('api_keys').where({ id }).update({ revoked_at: now }, COLUMNS);
    await trx('desk_sessions').where({ key_id: id }).delete();
    await tell(trx, newId, by, 'key.revoked', toApiKey(row), {
      after: { revokedAt: row.revoked_at },
    });
    return toApiKey(row);
  });
}

/** Whether this key is one that can make others, and no other one will be for long. */
async function isLastAdminKey(trx: Knex.Transaction, id: string): Promise<boolean> {
  const { rows } = await trx.raw(
    `select k.id from api_keys k where k.company_id is null and 'manage' = any(k.scopes) and ${IS_LIVE}
       and (k.id = :id or k.expires_at is null or k.expires_at > now() + interval '1 day')
     limit 2`,
    { id },
  );
  return rows.length === 1 && rows[0].id === id;
}

/** Whether any live admin key exists: the trial makes one where there is none. */
export async function hasAdminKey(db: Database): Promise<boolean> {
  const { rows } = await db.pool.query(
    `select 1 from api_keys k
     where k.company_id is null and 'manage' = any(k.scopes) and ${IS_LIVE} limit 1`,
  );
  return rows.length > 0;
}

function tell(
  trx: Knex.Transaction,
  newId: NewId,
  by: By,
  action: NewAuditEntry['action'],
  { id, companyId }: ApiKey,
  change: Pick<NewAuditEntry, 'before' | 'after'>,
): Promise<void> {
  return appendAudit(trx, newId, {
    companyId,
    ...by,
    action,
    subject: { type: 'key', id },
    ...change,
  });
}

/** What the audit log keeps of a new key. */
const shown = ({ id, name, prefix, scopes, expiresAt }: ApiKey) => ({
  ...{ id, name, prefix, scopes, expiresAt },
});

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
