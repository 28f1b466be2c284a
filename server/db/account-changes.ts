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
}

/** Makes a customer whose address is known to be theirs. Whether the address was free. */
export async function createVerified(
  trx: Knex.Transaction,
  { companyId, id, email, name, passwordHash, locale, externalId }: NewCustomer,
): Promise<boolean> {
  const made = await trx('customers')
    .insert({
      ...{ company_id: companyId, id, email, email_key: emailKey(email), name, locale },
      ...{ password_hash: passwordHash, external_id: externalId ?? null },
      verified_at: trx.fn.now(3),
    })
    .onConflict(['company_id', 'email_key'])
    .ignore()
    .returning('id');
  if (made.length === 0) return false;
  await trx('incident_counts').insert({ company_id: companyId, customer_id: id });
  return true;
}

export type CustomerRef = Pick<Account, 'companyId' | 'customerId'>;

/** `isVerified`: the address has just been proven by a mailed link. */
export async function setPassword(
  trx: Knex,
  { companyId, customerId }: CustomerRef,
  passwordHash: string,
  { isVerified }: { isVerified: boolean },
): Promise<void> {
  await trx('customers')
    .where({ company_id: companyId, id: customerId })
    .update({
      password_hash: passwordHash,
      ...(isVerified && { verified_at: trx.raw('coalesce(verified_at, now())') }),
      updated_at: trx.fn.now(3),
    });
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
