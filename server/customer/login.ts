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

/** The same words whoever has the address: where no company was named, it may simply be needed. */
const WITHOUT_COMPANY =
  'E-mail address and password do not fit together. If the address has accounts at several companies, send companyId.';

/**
 * Does the same work for every address, known or not: one comparison where the company is named, and MOST_CANDIDATES where
 * it is not, with nobody's hash where there is no account. Throws `wrong_credentials`, or `company_required` where the
 * password fits and which account is meant cannot be told.
 */
export async function findLogin(
  deps: Deps,
  { email, password, companyId }: Credentials,
  ip: string | null,
): Promise<Account> {
  const { db, passwords } = deps;
  const accounts = await findAccounts(db, email, companyId);
  const compared = companyId === undefined ? MOST_CANDIDATES : 1;
  const fitting: Account[] = [];
  for (let index = 0; index < compared; index += 1) {
    const account = accounts[index];
    const fits = await passwords.matches(password, account?.passwordHash ?? null);
    if (fits && account !== undefined) fitting.push(account);
  }
  const [account, ...others] = fitting;
  if (account !== undefined) {
    // One that was not compared may fit as well.
    if (others.length > 0 || accounts.length > compared) throw new ApiError('company_required');
    return account;
  }
  await noteFailure(deps, accounts.slice(0, compared), companyId ?? null, ip);
  throw new ApiError(
    'wrong_credentials',
    companyId === undefined ? { message: WITHOUT_COMPANY } : {},
  );
}

/** Told of each account that was tried; of an address that nobody has, only that there is none: never the address. */
async function noteFailure(
  deps: Deps,
  accounts: readonly Account[],
  companyId: string | null,
  ip: string | null,
): Promise<void> {
  const failure = { action: 'customer.login_failed', ip, network: networkOf(ip) } as const;
  const note = 'no account has this address';
  const tried =
    accounts.length > 0
      ? accounts.map((one) => ({ companyId: one.companyId, customerId: one.customerId }))
      : [{ companyId, customerId: null, note }];
  await Promise.all(tried.map((one) => noteLoginFailure(deps, { ...failure, ...one })));
}
