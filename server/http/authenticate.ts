/** Reads credentials: a customer's token from header or cookie, a team's API key. What they prove is checked elsewhere. */
import { hash } from 'node:crypto';
import type { Context } from 'koa';
import type { Scope } from '../../shared/scopes.ts';
import { findApiKey, type TeamActor } from '../db/api-keys.ts';
import type { CustomerActor } from '../db/customer-door.ts';
import { ApiError } from '../errors.ts';
import { clientAddress } from './client-address.ts';
import type { Deps } from './deps.ts';
import { ownOrigin } from './origin.ts';
import { readSessionCookie, requireOwnPage } from './session-cookie.ts';

/** The longest key we hand out or accept is far below this. */
const LONGEST_KEY = 512;

/** The token's claims; `asCustomer` checks the session. Throws `unauthorized`, or `cross_site` for a cookie from elsewhere. */
export function authenticateCustomer(context: Context, deps: Deps): CustomerActor {
  const actor = readCustomer(context, deps);
  if (actor === null) throw new ApiError('unauthorized');
  return actor;
}

/** As `authenticateCustomer`, with null where nobody is logged in. */
export function readCustomer(context: Context, { tokens, config }: Deps): CustomerActor | null {
  const bearer = readBearer(context);
  if (bearer !== null) return tokens.verify(bearer);
  const cookie = readSessionCookie(context);
  if (cookie === null) return null;
  requireOwnPage(context, ownOrigin(context, config));
  return tokens.verify(cookie);
}

/** Throws `unauthorized` for an unknown, revoked or expired key, `forbidden` where a good one is not enough. */
export async function authenticateTeam(
  context: Context,
  { db }: Deps,
  { isAdminNeeded, scope }: { isAdminNeeded: boolean; scope: Scope },
): Promise<TeamActor> {
  const secret = context.get('x-api-key') || readBearer(context);
  const isPlausible = secret && secret.length <= LONGEST_KEY;
  const actor = isPlausible ? await findApiKey(db, hashApiKey(secret)) : null;
  if (actor === null) throw new ApiError('unauthorized', { message: 'Send a valid API key.' });
  if (isAdminNeeded && actor.companyId !== null) throw new ApiError('forbidden');
  if (!actor.scopes.includes(scope)) {
    throw new ApiError('forbidden', { message: `This key lacks the scope ${scope}.` });
  }
  return { ...actor, ip: clientAddress(context) };
}

/** Keys are long and random, so a plain SHA-256 keeps them: there is nothing to guess. */
export function hashApiKey(secret: string): Buffer {
  return hash('sha256', secret, 'buffer');
}

function readBearer(context: Context): string | null {
  const [scheme = '', token, ...rest] = context.get('authorization').split(' ');
  if (scheme.toLowerCase() !== 'bearer' || token === undefined || rest.length > 0) return null;
  return token;
}
