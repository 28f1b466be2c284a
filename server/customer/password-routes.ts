/** Passwords: forgotten, set by a mailed link, changed (DESIGN §6). */
import { z } from 'zod';
import {
  forgotBody,
  passwordBody,
  redeemBody,
  sessionOpened,
} from '../../shared/schemas/account.ts';
import { findAccounts } from '../db/accounts.ts';
import { findCompany } from '../db/companies.ts';
import { asCustomer } from '../db/customer-door.ts';
import { beginAttempt } from '../http/attempts.ts';
import { clientAddress } from '../http/client-address.ts';
import { found, route } from '../http/route.ts';
import { mailLink, requireMail } from './account-mail.ts';
import { changePassword } from './change-password.ts';
import { answerWithSession } from './open-session.ts';
import { redeemLink } from './redeem-link.ts';
import { requireOwnPageForCookie } from './session-answer.ts';

const TAG = 'Account';

const forgot = route({
  method: 'post',
  path: '/customer/forgot-password',
  access: 'public',
  tag: TAG,
  summary: 'Have a link mailed that sets a new password',
  description: 'The same answer for every address. The link works once, within 30 minutes.',
  body: forgotBody,
  aliases: { companyUserId: 'companyId' },
  status: 200,
  data: z.null(),
  errors: ['company_not_found', 'challenge_required', 'mail_off'],
  async handle({ input: { body }, deps, context }) {
    requireMail(deps);
    const { email, companyId, challenge } = body;
    found(await findCompany(deps.db, companyId), 'company_not_found');
    await beginAttempt(context, deps, { action: 'forgot-password', companyId, email, challenge });
    const [account] = await findAccounts(deps.db, email, companyId);
    const link = { kind: 'password', purpose: 'password', companyId } as const;
    const { customerId = null, locale = null } = account ?? {};
    // For who has no account too, to whom nothing is sent: how long it takes would tell.
    await mailLink(
      deps,
      { ...link, customerId, locale, email: account?.email ?? email },
      clientAddress(context),
    );
    return { message: 'If there is an account, a link is on its way to it.', data: null };
  },
});

const redeem = route({
  method: 'post',
  path: '/customer/redeem-link',
  access: 'public',
  tag: TAG,
  summary: 'Open a mailed link: finishes a sign-up, or sets a new password, and logs in',
  description:
    'Where the password has to be chosen, an attempt without one gets 400 with the problem `missing` and leaves the link as it is. Setting a password ends all other sessions.',
  body: redeemBody,
  status: 200,
  data: sessionOpened,
  errors: ['link_ended', 'cross_site'],
  async handle({ input: { body }, deps, context }) {
    requireOwnPageForCookie(context, deps, body.session);
    const account = await redeemLink(deps, body, clientAddress(context));
    return answerWithSession(deps, context, account, body, 'Welcome.');
  },
});

const change = route({
  method: 'put',
  path: '/customer/password',
  access: 'customer',
  tag: TAG,
  summary: 'Change the password: ends every session, and opens a new one here',
  body: passwordBody,
  status: 200,
  data: sessionOpened,
  errors: ['wrong_credentials', 'email_unverified', 'mail_off'],
  async handle({ input: { body }, actor, deps, context }) {
    await asCustomer(deps, actor);
    requireOwnPageForCookie(context, deps, body.session);
    const account = await changePassword(deps, context, actor, body);
    return answerWithSession(deps, context, account, body, 'Changed.');
  },
});

export const passwordRoutes = [forgot, redeem, change];
