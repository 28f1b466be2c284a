/** The command behind a sign-up: an account at once, or, where the company requires confirmed addresses, a mailed link. */
import type { Context } from 'koa';
import type { MailSent, SessionOpened } from '../../shared/types.ts';
import { findAccounts, findVacancy, insertCustomer, type Vacancy } from '../db/accounts.ts';
import { ApiError } from '../errors.ts';
import { beginAttempt } from '../http/attempts.ts';
import { clientAddress } from '../http/client-address.ts';
import type { Deps } from '../http/deps.ts';
import { requireGoodPassword } from '../http/password-rules.ts';
import { type Answer, found } from '../http/route.ts';
import { mailLink, newProof, requireMail } from './account-mail.ts';
import { spanOf } from './open-session.ts';
import { sessionAnswer } from './session-answer.ts';

interface SignUp {
  companyId: string;
  email: string;
  name: string;
  password: string;
  locale?: string | undefined;
  session: 'bearer' | 'cookie';
  challenge?: string | undefined;
}

/** Throws `company_not_found`, `challenge_required`, `email_taken`, `mail_off`, or `invalid` for a password that is easy to guess. */
export async function signUp(
  deps: Deps,
  context: Context,
  body: SignUp,
): Promise<Answer<SessionOpened | MailSent>> {
  const { companyId, email, challenge, password } = body;
  const vacancy = found(await findVacancy(deps.db, companyId, email), 'company_not_found');
  requireGoodPassword(password, { email, companyName: vacancy.companyName });
  const attempt = await beginAttempt(context, deps, {
    ...{ action: 'register', companyId, email, challenge },
  });
  if (vacancy.requiresVerifiedEmail) return signUpByMail(deps, context, body);
  const opened = await signUpAtOnce(deps, context, body, vacancy);
  await attempt.succeedAnew();
  return opened;
}

async function signUpAtOnce(
  deps: Deps,
  context: Context,
  { companyId, email, name, password, locale, session }: SignUp,
  vacancy: Vacancy,
): Promise<Answer<SessionOpened>> {
  if (vacancy.isTaken) throw new ApiError('email_taken');
  const customer = { companyId, id: deps.newId(), email, name };
  const sessionId = deps.newId();
  const expiresAt = await insertCustomer(
    deps.db,
    { ...customer, locale, passwordHash: await deps.passwords.hash(password) },
    { sessionId, ...spanOf(deps, context) },
  );
  if (expiresAt === null) throw new ApiError('email_taken');
  const account = { ...customer, customerId: customer.id, ...vacancy };
  const owner = { ...account, mailUpdates: true, hasPassword: true };
  return sessionAnswer(deps, owner, { sessionId, expiresAt, kind: session }, 'Welcome.');
}

/** The same answer and the same work, whether or not the address has an account: only its mailbox learns which. */
async function signUpByMail(
  deps: Deps,
  context: Context,
  { companyId, email, name, password, locale }: SignUp,
): Promise<Answer<MailSent>> {
  requireMail(deps);
  const passwordHash = await deps.passwords.hash(password);
  const { proof, proofHash } = newProof();
  const [account] = await findAccounts(deps.db, email, companyId);
  await mailLink(
    deps,
    account === undefined
      ? {
          ...{
            companyId,
            email,
            locale: locale ?? null,
            kind: 'sign-up',
            purpose: 'sign-up',
            customerId: null,
          },
          signUp: { name, passwordHash, proofHash },
        }
      : {
          ...{ companyId, locale: account.locale, kind: 'taken', purpose: 'password' },
          ...{ email: account.email, customerId: account.customerId },
        },
    clientAddress(context),
  );
  return { message: 'Check your mail.', data: { isMailSent: true, proof } };
}
