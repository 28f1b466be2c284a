/** Which account an address and a password open. */

import { type Account, findAccounts, MOST_CANDIDATES } from '../db/accounts.ts';
import { noteLoginFailure } from '../db/login-failures.ts';
import { ApiError } from '../errors.ts';
import { networkOf } from '../http/client-address.ts';
import type { Deps } from '../http/deps.ts';

interface Credentials {
  email: string;
  password: string;
  companyId?: string | undefined;
}

/**
 * Compares the password with every account in question, and with none's hash where there is no account, so that an
 * unknown address takes as long as a wrong password. Throws `wrong_credentials`, or `company_required` when several
 * fit or there are too many to try.
 */
export async function findLogin(
  deps: Deps,
  { email, password, companyId }: Credentials,
  ip: string | null,
): Promise<Account> {
  const { db, passwords } = deps;
  const accounts = await findAccounts(db, email, companyId);
  if (accounts.length > MOST_CANDIDATES) throw new ApiError('company_required');
  const fitting: Account[] = [];
  for (const account of accounts.length > 0 ? accounts : [null]) {
    const fits = await passwords.matches(password, account?.passwordHash ?? null);
    if (fits && account !== null) fitting.push(account);
  }
  if (fitting.length > 1) throw new ApiError('company_required');
  const [account] = fitting;
  if (account !== undefined) return account;
  await noteFailure(deps, accounts, companyId ?? null, ip);
  throw new ApiError('wrong_credentials');
}

/** Told of each account that was tried; of an address that nobody has, only that there is none: never the address. */
async function noteFailure(
  deps: Deps,
  accounts: readonly Account[],
  companyId: string | null,
  ip: string | null,
): Promise<void> {
  const failure = { action: 'customer.login_failed', ip, network: networkOf(ip) } as const;
  for (const { companyId, customerId } of accounts) {
    await noteLoginFailure(deps, { ...failure, companyId, customerId });
  }
  if (accounts.length > 0) return;
  const note = 'no account has this address';
  await noteLoginFailure(deps, { ...failure, companyId, customerId: null, note });
}
