/** The answer that opens a session: the token in the body for REST, in a cookie out of reach of scripts for the panel. */
import type { Context } from 'koa';
import type { SessionOpened } from '../../shared/types.ts';
import type { Account } from '../db/accounts.ts';
import type { Deps } from '../http/deps.ts';
import { ownOrigin } from '../http/origin.ts';
import type { Answer } from '../http/route.ts';
import { requireOwnPage, sessionCookie } from '../http/session-cookie.ts';

type SessionKind = 'bearer' | 'cookie';

interface Opened {
  sessionId: string;
  /** ISO 8601: the absolute end. */
  expiresAt: string;
  kind: SessionKind;
}

/** A foreign page that could plant its own session here would read what the customer reports into it. */
export function requireOwnPageForCookie(
  context: Context,
  { config }: Deps,
  kind: SessionKind,
): void {
  if (kind === 'cookie') requireOwnPage(context, ownOrigin(context, config));
}

export function sessionAnswer(
  { tokens, config }: Deps,
  account: Pick<
    Account,
    'companyId' | 'customerId' | 'email' | 'name' | 'companyName' | 'companySlug' | 'mailUpdates'
  > & { hasPassword: boolean },
  { sessionId, expiresAt, kind }: Opened,
  message: string,
): Answer<SessionOpened> {
  const { companyId, customerId, email, name, companyName, companySlug } = account;
  const { mailUpdates, hasPassword } = account;
  const token = tokens.sign({ companyId, customerId, sessionId, expiresAt });
  const company = { id: companyId, name: companyName, slug: companySlug };
  const idleEnd = new Date(Date.now() + config.sessionIdleSeconds * 1000).toISOString();
  const data = {
    // ISO times of one form compare as text.
    expiresAt: idleEnd < expiresAt ? idleEnd : expiresAt,
    customer: { id: customerId, email, name, companyId, company, mailUpdates, hasPassword },
  };
  return kind === 'cookie'
    ? { message, data, cookie: sessionCookie(token, config.sessionAbsoluteSeconds) }
    : { message, data: { ...data, token } };
}
