/** Letters to an account's address that bring a link: for a sign-up, a forgotten password, an address to be confirmed. */
import { randomBytes } from 'node:crypto';
import {
  type AccountLetterKind,
  insertAccountMail,
  insertLink,
  type NewLink,
  NOBODY,
} from '../db/account-links.ts';
import type { Account } from '../db/accounts.ts';
import { appendAudit, byCustomer } from '../db/audit.ts';
import { ApiError } from '../errors.ts';
import { hashSecret } from '../http/authenticate.ts';
import type { Deps } from '../http/deps.ts';

/** Throws `mail_off` where the server sends none. */
export function requireMail({ config }: Pick<Deps, 'config'>): void {
  if (config.smtp === null) throw new ApiError('mail_off');
}

/** What a browser keeps to show, when the link is opened, that it has asked for it. */
export function newProof(): { proof: string; proofHash: Buffer } {
  const proof = randomBytes(24).toString('base64url');
  return { proof, proofHash: hashSecret(proof) };
}

/**
 * Makes the link and its mail, in one transaction. Beyond the limit of one address nothing is sent, and nobody is told:
 * a mailbox is not to be filled by somebody who knows its address. The same work for an address that nobody has, which
 * leads nowhere and is sent to nobody.
 */
export async function mailLink(
  deps: Pick<Deps, 'db' | 'newId' | 'rateLimits'>,
  link: Omit<NewLink, 'id'> & { kind: AccountLetterKind },
  ip: string | null,
): Promise<void> {
  const { db, newId, rateLimits } = deps;
  const { companyId, customerId, locale, purpose } = link;
  const count = await rateLimits.count('mail', `${companyId} ${link.email.toLowerCase()}`);
  if (count?.isOver) return;
  const isNobody = purpose === 'password' && customerId === null;
  const email = isNobody ? NOBODY : link.email;
  const kind = isNobody ? NOBODY : link.kind;
  const id = newId();
  await db.knex.transaction(async (trx) => {
    await insertLink(trx, { ...link, id, email });
    await insertAccountMail(trx, { id, companyId, customerId, email, kind, locale, hasLink: true });
    if (customerId === null) return;
    await appendAudit(trx, newId, {
      companyId,
      ...byCustomer(customerId, ip),
      action: 'customer.link_sent',
      subject: { type: 'customer', id: customerId },
      after: { purpose },
    });
  });
}

/** Where the company requires it: throws `email_unverified` for an address that is not confirmed, and mails the link for it. */
export async function requireVerified(
  deps: Deps,
  { requiresVerifiedEmail, isVerified, ...account }: Account,
  ip: string | null,
): Promise<void> {
  if (!requiresVerifiedEmail || isVerified) return;
  requireMail(deps);
  const { companyId, customerId, email, locale } = account;
  // It sets a new password: the one there is may have been chosen by somebody who only knew the address.
  const link = { kind: 'confirm', purpose: 'password', companyId, customerId, email } as const;
  await mailLink(deps, { ...link, locale }, ip);
  throw new ApiError('email_unverified');
}
