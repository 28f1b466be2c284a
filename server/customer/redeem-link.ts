/** The command behind a mailed link: makes the account that signed up, or sets the password, and opens a session. */
import { timingSafeEqual } from 'node:crypto';
import type { Knex } from 'knex';
import {
  createCustomer,
  endAllSessions,
  lockCustomer,
  setPassword,
  takeTurn,
} from '../db/account-changes.ts';
import {
  endLinks,
  findOpenLink,
  insertAccountMail,
  type OpenLink,
  useLink,
} from '../db/account-links.ts';
import { type Account, emailKey, findAccount } from '../db/accounts.ts';
import { appendAudit, byCustomer } from '../db/audit.ts';
import { ApiError, fieldProblem } from '../errors.ts';
import { readAccountLinkToken } from '../http/account-link-token.ts';
import { hashSecret } from '../http/authenticate.ts';
import type { Deps } from '../http/deps.ts';
import { requireGoodPassword } from '../http/password-rules.ts';
import { found } from '../http/route.ts';

export interface Redeemed {
  token: string;
  proof?: string | undefined;
  password?: string | undefined;
}

/**
 * Whose account it is afterwards. Throws `link_ended`, or `invalid` where the password has to be chosen: always to set a new
 * one, and for a sign-up that was made elsewhere, whose password may be a stranger's choice.
 */
export async function redeemLink(
  deps: Deps,
  { token, proof, password }: Redeemed,
  ip: string | null,
): Promise<Account> {
  const { companyId, id } = found(readAccountLinkToken(deps.seals, token), 'link_ended');
  const link = found(await findOpenLink(deps.db, companyId, id), 'link_ended');
  const passwordHash = await passwordOf(deps, link, proof, password);
  const customerId = await deps.db.knex.transaction(async (trx) => {
    if (link.customerId === null) await takeTurn(trx, companyId, emailKey(link.email));
    else await lockCustomer(trx, { companyId, customerId: link.customerId });
    if (!(await useLink(trx, companyId, id))) throw new ApiError('link_ended');
    const changed = await applyLink(deps, trx, companyId, link, passwordHash, ip);
    await endLinks(trx, companyId, link.email);
    return changed;
  });
  return found(await findAccount(deps.db, companyId, customerId), 'link_ended');
}

async function passwordOf(
  { passwords }: Deps,
  link: OpenLink,
  proof: string | undefined,
  chosen: string | undefined,
): Promise<string> {
  const { purpose, email, company, passwordHash, proofHash } = link;
  const isProven =
    proof !== undefined && proofHash !== null && timingSafeEqual(hashSecret(proof), proofHash);
  if (chosen === undefined && purpose === 'sign-up' && isProven && passwordHash !== null) {
    return passwordHash;
  }
  if (chosen === undefined) {
    throw fieldProblem('password', 'missing', 'password is missing: choose one to go on.');
  }
  requireGoodPassword(chosen, { email, companyName: company.name });
  return passwords.hash(chosen);
}

async function applyLink(
  { newId }: Deps,
  trx: Knex.Transaction,
  companyId: string,
  { purpose, customerId, email, name, locale }: OpenLink,
  passwordHash: string,
  ip: string | null,
): Promise<string> {
  const audit = (of: string, action: 'customer.verified' | 'customer.password_changed') =>
    appendAudit(trx, newId, {
      ...{ companyId, ...byCustomer(of, ip), action },
      subject: { type: 'customer', id: of },
    });
  if (purpose === 'sign-up') {
    const made = {
      ...{ companyId, id: newId(), email, name: name ?? email, passwordHash, locale },
      isVerified: true,
    };
    // Meanwhile somebody else has proven the address: theirs it is.
    if (!(await createCustomer(trx, made))) throw new ApiError('link_ended');
    await audit(made.id, 'customer.verified');
    return made.id;
  }
  if (customerId === null) throw new ApiError('link_ended');
  if (!(await setPassword(trx, { companyId, customerId }, passwordHash))) {
    throw new ApiError('link_ended');
  }
  await endAllSessions(trx, { companyId, customerId });
  await insertAccountMail(trx, {
    ...{ companyId, customerId, email, locale, hasLink: false },
    ...{ id: newId(), kind: 'password-changed' },
  });
  await audit(customerId, 'customer.password_changed');
  return customerId;
}
