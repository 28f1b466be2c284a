/** Reads credentials: a customer's token from header or cookie, a team's API key or desk session. What they prove is checked elsewhere. */
import { hash } from 'node:crypto';
import type { Context } from 'koa';
import type { Scope } from '../../shared/scopes.ts';
import type { TeamActor } from '../db/api-keys.ts';
import type { CustomerActor } from '../db/customer-door.ts';
import { findByDeskSession, findByKey, noteRefusal } from '../db/team-actors.ts';
import { ApiError } from '../errors.ts';
import { clientAddress } from './client-address.ts';
import type { Deps } from './deps.ts';
import { ownOrigin } from './origin.ts';
import { readDeskCookie, readSessionCookie, requireOwnPage } from './session-cookie.ts';

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

/**
 * Throws `unauthorized` for an unknown, revoked or expired key and for a session that is over, `cross_site` for the
 * desk's cookie from elsewhere, `forbidden` where a good key is not enough.
 */
export async function authenticateTeam(
  context: Context,
  deps: Deps,
  {
    isAdminNeeded,
    scopes,
    isUse = true,
  }: { isAdminNeeded: boolean; scopes: readonly Scope[]; isUse?: boolean },
): Promise<TeamActor> {
  const secret = context.get('x-api-key') || readBearer(context);
  const actor = secret
    ? await findTeam(context, deps, secret)
    : await readDeskSession(context, deps, isUse);
  if (actor === null) throw new ApiError('unauthorized', { message: 'Send a valid API key.' });
  if (isAdminNeeded && actor.companyId !== null) throw new ApiError('forbidden');
  for (const scope of scopes) requireScope(actor, scope);
  return actor;
}

/** Throws `forbidden`, naming what the key lacks. */
export function requireScope({ scopes }: Pick<TeamActor, 'scopes'>, scope: Scope): void {
  if (scopes.includes(scope)) return;
  throw new ApiError('forbidden', { message: `This key lacks the scope ${scope}.` });
}

/** Whose key this is; null where it is unknown or has ended. That an ended one was tried is noted. */
export async function findTeam(
  context: Context,
  { db, newId }: Deps,
  secret: string,
): Promise<TeamActor | null> {
  if (secret.length > LONGEST_KEY) return null;
  const ip = clientAddress(context);
  const found = await findByKey(db, hashSecret(secret));
  if (found === null) return null;
  if ('keyId' in found) return { ...found, ip, deskSession: null };
  await noteRefusal(db, newId, found.endedKeyId, ip);
  return null;
}

async function readDeskSession(
  context: Context,
  { db, config }: Deps,
  isUse: boolean,
): Promise<TeamActor | null> {
  const token = readDeskCookie(context);
  if (token === null) return null;
  requireOwnPage(context, ownOrigin(context, config));
  const tokenHash = hashSecret(token);
  const found = await findByDeskSession(db, tokenHash, isUse);
  const deskSession = tokenHash.toString('hex');
  return found && { ...found, ip: clientAddress(context), deskSession };
}

/** Keys and desk tokens are long and random, so a plain SHA-256 keeps them: there is nothing to guess. */
export function hashSecret(secret: string): Buffer {
  return hash('sha256', secret, 'buffer');
}

function readBearer(context: Context): string | null {
  const [scheme = '', token, ...rest] = context.get('authorization').split(' ');
  if (scheme.toLowerCase() !== 'bearer' || token === undefined || rest.length > 0) return null;
  return token;
}
