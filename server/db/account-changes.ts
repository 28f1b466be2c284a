/** What changes an account: made with a proven address, given a password, taken over from the company's own log-in, all sessions ended. */
import type { Knex } from 'knex';
import { type Account, emailKey } from './accounts.ts';

interface NewCustomer {
  companyId: string;
  id: string;
  email: string;
  name: string;
  passwordHash: string | null;
  locale: string | null;
  externalId?: string | undefined;
  /** Whether the address is known to be theirs. */
  isVerified: boolean;
}

/** Makes a customer without a session. Whether the address was free. */
export async function createCustomer(
  trx: Knex.Transaction,
  { companyId, id, email, name, passwordHash, locale, externalId, isVerified }: NewCustomer,
): Promise<boolean> {
  const made = await trx('customers')
    .insert({
      ...{ company_id: companyId, id, email, email_key: emailKey(email), name, locale },
      ...{ password_hash: passwordHash, external_id: externalId ?? null },
      verified_at: isVerified ? trx.fn.now(3) : null,
    })
    .onConflict(['company_id', 'email_key'])
    .ignore()
    .returning('id');
  if (made.length === 0) return false;
  await trx('incident_counts').insert({ company_id: companyId, customer_id: id });
  return true;
}

export type CustomerRef = Pick<Account, 'companyId' | 'customerId'>;

/**
 * Whether it could be set. `before`: the hash that has been compared, where one was; meanwhile it may be another. Without,
 * the address has just been proven by a mailed link. Everybody who changes an account locks its row first, then its
 * sessions, then its links.
 */
export async function setPassword(
  trx: Knex,
  { companyId, customerId }: CustomerRef,
  passwordHash: string,
  before?: string | null,
): Promise<boolean> {
  const query = trx('customers')
    .where({ company_id: companyId, id: customerId })
    .whereNull('disabled_at');
  if (before !== undefined) query.where({ password_hash: before });
  const changed = await query.update({
    password_hash: passwordHash,
    ...(before === undefined && { verified_at: trx.raw('coalesce(verified_at, now())') }),
    updated_at: trx.fn.now(3),
  });
  return changed === 1;
}

/** Nobody changes the account, or logs in to it, until the end of the transaction. */
export async function lockCustomer(
  trx: Knex,
  { companyId, customerId }: CustomerRef,
): Promise<void> {
  await trx.raw('select from customers where company_id = ? and id = ? for no key update', [
    companyId,
    customerId,
  ]);
}

/** Until the end of the transaction nobody else signs up with this address, or in by this name. */
export async function takeTurn(trx: Knex, companyId: string, who: string): Promise<void> {
  await trx.raw('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`${companyId} ${who}`]);
}

/** Every session of a customer ends, on every node, with its next request. */
export async function endAllSessions(
  trx: Knex,
  { companyId, customerId }: CustomerRef,
): Promise<void> {
  await trx('sessions')
    .where({ company_id: companyId, customer_id: customerId })
    .whereNull('revoked_at')
    .update({ revoked_at: trx.fn.now() });
}

/** The sessions of a company's customers whose addresses nobody has confirmed. */
export async function endUnconfirmed(trx: Knex, companyId: string): Promise<void> {
  await trx.raw(
    `update sessions s set revoked_at = now() from customers c
     where s.company_id = ? and s.revoked_at is null
       and c.company_id = s.company_id and c.id = s.customer_id and c.verified_at is null`,
    [companyId],
  );
}
