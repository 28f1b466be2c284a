/** Keys with which companies sign their own customers in, and the accounts that such a sign-in leads to. */
import type { Knex } from 'knex';
import { LIMITS } from '../../shared/limits.ts';
import type { IdentityKey } from '../../shared/types.ts';
import { emailKey } from './accounts.ts';
import type { TeamActor } from './api-keys.ts';
import { appendAudit, byTeam } from './audit.ts';
import type { Database } from './connection.ts';

interface Row {
  id: string;
  company_id: string;
  name: string;
  created_at: string;
  last_used_at: string | null;
}
const COLUMNS = ['id', 'company_id', 'name', 'created_at', 'last_used_at'];

const toIdentityKey = (row: Row): IdentityKey => ({
  id: row.id,
  companyId: row.company_id,
  name: row.name,
  createdAt: row.created_at,
  lastUsedAt: row.last_used_at,
});

/** Of one company, or (null) of all; the newest first. */
export async function listIdentityKeys(
  { knex }: Database,
  companyId: string | null,
): Promise<IdentityKey[]> {
  const query = knex<Row>('identity_keys').select(...COLUMNS);
  if (companyId !== null) query.where('company_id', companyId);
  const rows = await query.orderBy('id', 'desc').limit(LIMITS.pageSize);
  return rows.map(toIdentityKey);
}

/** Null when the company has as many as it may have. */
export async function insertIdentityKey(
  { knex }: Database,
  newId: () => string,
  actor: TeamActor,
  key: { companyId: string; name: string; secret: string },
): Promise<IdentityKey | null> {
  const { companyId, ...rest } = key;
  return knex.transaction(async (trx) => {
    await trx('companies').where({ id: companyId }).forNoKeyUpdate().first('id');
    const found = await trx('identity_keys')
      .where({ company_id: companyId })
      .count({ n: '*' })
      .first();
    if (Number(found?.n) >= LIMITS.identityKeys) return null;
    const id = newId();
    const [row] = await trx('identity_keys')
      .insert({ company_id: companyId, id, ...rest })
      .returning<Row[]>(COLUMNS);
    await appendAudit(trx, newId, {
      ...{ companyId, ...byTeam(actor), action: 'identity_key.created' },
      ...{ subject: { type: 'identity_key', id }, after: { name: key.name } },
    });
    return toIdentityKey(row as Row);
  });
}

/** Whether there was one, in the company or (null) anywhere. What it has signed is refused from now on. */
export async function deleteIdentityKey(
  { knex }: Database,
  newId: () => string,
  actor: TeamActor,
  id: string,
): Promise<boolean> {
  return knex.transaction(async (trx) => {
    const query = trx('identity_keys').where({ id });
    if (actor.companyId !== null) query.where('company_id', actor.companyId);
    const [gone] = await query.delete<Row[]>(COLUMNS);
    if (gone === undefined) return false;
    await appendAudit(trx, newId, {
      ...{ companyId: gone.company_id, ...byTeam(actor), action: 'identity_key.deleted' },
      ...{ subject: { type: 'identity_key', id }, before: { name: gone.name } },
    });
    return true;
  });
}

/** Of a company that is not disabled. Notes the use, at most every five minutes. */
export async function findIdentitySecret(
  { pool }: Database,
  id: string,
): Promise<{ companyId: string; secret: string } | null> {
  const { rows } = await pool.query({
    name: 'identity-secret',
    text: /* sql */ `
      with found as (
        select k.company_id, k.id, k.secret from identity_keys k join companies co on co.id = k.company_id
        where k.id = $1 and co.disabled_at is null
      ), used as (
        update identity_keys k set last_used_at = now() from found f
        where k.company_id = f.company_id and k.id = f.id
          and (k.last_used_at is null or k.last_used_at < now() - interval '5 minutes')
      )
      select company_id as "companyId", secret from found`,
    values: [id],
  });
  return rows[0] ?? null;
}

export interface KnownCustomer {
  customerId: string;
  email: string;
  name: string;
  externalId: string | null;
  isVerified: boolean;
  isDisabled: boolean;
}

export interface KnownCustomer {
  customerId: string;
  email: string;
  locale: string | null;
  externalId: string | null;
  isVerified: boolean;
  isDisabled: boolean;
}

/** Whom the company may mean: the one that it has named so before, and who has the address. Locks them. */
export async function lockKnown(
  trx: Knex.Transaction,
  companyId: string,
  { externalId, emailKey }: { externalId: string; emailKey: string },
): Promise<KnownCustomer[]> {
  const { rows } = await trx.raw(
    `select id as "customerId", email, locale, external_id as "externalId", verified_at is not null as "isVerified",
       disabled_at is not null as "isDisabled"
     from customers where company_id = :companyId and (external_id = :externalId or email_key = :emailKey)
     order by id for no key update`,
    { companyId, externalId, emailKey },
  );
  return rows;
}

/** Takes over what the company says of them. `isMoved`: they have another address now. `isTakenOver`: their password goes. */
export async function updateKnown(
  trx: Knex.Transaction,
  companyId: string,
  customerId: string,
  change: {
    externalId: string;
    name: string;
    email: string;
    isVerified: boolean;
    isMoved: boolean;
    isTakenOver: boolean;
  },
): Promise<void> {
  const { externalId, name, email, isVerified, isMoved, isTakenOver } = change;
  const now = trx.fn.now(3);
  await trx('customers')
    .where({ company_id: companyId, id: customerId })
    .update({
      ...{ external_id: externalId, name, updated_at: now },
      ...(isMoved && { email, email_key: emailKey(email) }),
      ...(isMoved
        ? { verified_at: isVerified ? now : null }
        : isVerified && { verified_at: trx.raw('coalesce(verified_at, now())') }),
      ...(isTakenOver && { password_hash: null }),
    });
}
