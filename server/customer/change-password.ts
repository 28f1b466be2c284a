/** The command behind a new password of somebody who is logged in and knows the old one. */
import type { Context } from 'koa';
import { endAllSessions, setPassword } from '../db/account-changes.ts';
import { endLinks, insertAccountMail } from '../db/account-links.ts';
import { type Account, findAccount } from '../db/accounts.ts';
import { appendAudit, byCustomer } from '../db/audit.ts';
import type { CustomerActor } from '../db/customer-door.ts';
import { ApiError } from '../errors.ts';
import { clientAddress } from '../http/client-address.ts';
import type { Deps } from '../http/deps.ts';
import { requireGoodPassword } from '../http/password-rules.ts';
import { admit } from '../http/rate-limits.ts';
import { found } from '../http/route.ts';
import { requireVerified } from './account-mail.ts';

/**
 * Ends every session of the account. Throws `wrong_credentials`; `email_unverified`; `rate_limited` for who tries one password after the other
 * in a session that was left open; `invalid` for a password that is easy to guess. The caller has checked the session.
 */
export async function changePassword(
  deps: Deps,
  context: Context,
  { companyId, customerId }: CustomerActor,
  { currentPassword, password }: { currentPassword: string; password: string },
): Promise<Account> {
  const { db, passwords, newId, config, rateLimits } = deps;
  const account = found(await findAccount(db, companyId, customerId), 'unauthorized');
  requireGoodPassword(password, account);
  await requireVerified(deps, account, clientAddress(context));
  await admit(context, rateLimits, 'attempts', `password ${customerId}`);
  if (!(await passwords.matches(currentPassword, account.passwordHash))) {
    throw new ApiError('wrong_credentials', { message: 'The current password is another one.' });
  }
  const passwordHash = await passwords.hash(password);
  await db.knex.transaction(async (trx) => {
    // Somebody who knows its mailbox has set another one in this moment: theirs holds.
    if (!(await setPassword(trx, account, passwordHash, account.passwordHash))) {
      throw new ApiError('wrong_credentials');
    }
    await endAllSessions(trx, account);
    await endLinks(trx, companyId, account.email);
    if (config.smtp !== null) {
      const { email, locale } = account;
      await insertAccountMail(trx, {
        ...{ companyId, customerId, email, locale, hasLink: false },
        ...{ id: newId(), kind: 'password-changed' },
      });
    }
    await appendAudit(trx, newId, {
      companyId,
      ...byCustomer(customerId, clientAddress(context)),
      action: 'customer.password_changed',
      subject: { type: 'customer', id: customerId },
    });
  });
  return { ...account, passwordHash };
}
