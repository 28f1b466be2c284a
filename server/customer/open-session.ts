/** Opens a session for an account that has proven who it is, and answers with it. */
import type { Context } from 'koa';
import type { SessionOpened } from '../../shared/types.ts';
import { type Account, openSession, type SessionSpan } from '../db/accounts.ts';
import { ApiError } from '../errors.ts';
import { clientAddress } from '../http/client-address.ts';
import type { Deps } from '../http/deps.ts';
import type { Answer } from '../http/route.ts';
import { sessionAnswer } from './session-answer.ts';

/** What the audit log keeps of a request. */
export const traceOf = ({ newId }: Pick<Deps, 'newId'>, context: Context) => ({
  auditId: newId(),
  ip: clientAddress(context),
});

export const spanOf = (deps: Deps, context: Context): Omit<SessionSpan, 'sessionId'> => ({
  absoluteSeconds: deps.config.sessionAbsoluteSeconds,
  ...traceOf(deps, context),
});

/** Throws `wrong_credentials` where the account is no longer as it was found. */
export async function answerWithSession(
  deps: Deps,
  context: Context,
  account: Account,
  { session, locale }: { session: 'bearer' | 'cookie'; locale?: string | undefined },
  message: string,
): Promise<Answer<SessionOpened>> {
  const sessionId = deps.newId();
  const span = { sessionId, ...spanOf(deps, context) };
  const expiresAt = await openSession(deps.db, account, span, locale);
  if (expiresAt === null) throw new ApiError('wrong_credentials');
  const owner = { ...account, hasPassword: account.passwordHash !== null };
  return sessionAnswer(deps, owner, { sessionId, expiresAt, kind: session }, message);
}
