/** Which account an address and a password open. */
import { type Account, findAccounts, MOST_CANDIDATES } from '../db/accounts.ts';
import { ApiError } from '../errors.ts';
import type { Deps } from '../http/deps.ts';

/**
 * Compares the password with every account in question, and with none's hash where there is no account, so that an
 * unknown address takes as long as a wrong password. Throws `wrong_credentials`, or `company_required` when several
 * fit or there are too many to try.
 */
export async function findLogin(
  { db, passwords }: Deps,
  {
    email,
    password,
    companyId,
  }: { email: string; password: string; companyId?: string | undefined },
): Promise<Account> {
  const accounts = await findAccounts(db, email, companyId);
  if (accounts.length > MOST_CANDIDATES) throw new ApiError('company_required');
  const fitting: Account[] = [];
  for (const account of accounts.length > 0 ? accounts : [null]) {
    const fits = await passwords.matches(password, account?.passwordHash ?? null);
    if (fits && account !== null) fitting.push(account);
  }
  if (fitting.length > 1) throw new ApiError('company_required');
  const [account] = fitting;
  if (account === undefined) throw new ApiError('wrong_credentials');
  return account;
}
