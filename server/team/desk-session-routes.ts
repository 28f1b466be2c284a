/** The desk's session: an API key is sent once, and a cookie that no script can read stands for it from then on. */
import { randomBytes } from 'node:crypto';
import type { Context } from 'koa';
import { z } from 'zod';
import { deskLogin, deskSession } from '../../shared/schemas/key.ts';
import type { TeamActor } from '../db/api-keys.ts';
import {
  DESK_ABSOLUTE_SECONDS,
  endDeskSession,
  findDeskSession,
  openDeskSession,
} from '../db/desk-sessions.ts';
import { noteLoginFailure } from '../db/login-failures.ts';
import { ApiError } from '../errors.ts';
import { findTeam, hashSecret, requireScope } from '../http/authenticate.ts';
import { clientAddress, networkOf } from '../http/client-address.ts';
import type { Deps } from '../http/deps.ts';
import { ownOrigin } from '../http/origin.ts';
import { admit } from '../http/rate-limits.ts';
import { found, route } from '../http/route.ts';
import { deskCookie, endedDeskCookie, requireOwnPage } from '../http/session-cookie.ts';

const TAG = 'Team: the desk';

const login = route({
  method: 'post',
  path: '/desk/session',
  access: 'public',
  tag: TAG,
  summary: 'Log in to the desk with an API key',
  description: 'Used by our own desk. The key has to have the scope `read`.',
  body: deskLogin,
  status: 201,
  data: deskSession,
  errors: ['unauthorized', 'forbidden', 'cross_site'],
  async handle({ input: { body }, deps, context }) {
    requireOwnPage(context, ownOrigin(context, deps.config));
    const network = networkOf(clientAddress(context));
    await admit(context, deps.rateLimits, 'desk', network);
    const actor = await findTeam(context, deps, body.key);
    if (actor === null) throw await refused(deps, context);
    await deps.rateLimits.takeBack('desk', network);
    requireScope(actor, 'read');
    const token = randomBytes(32).toString('base64url');
    const opened = await openDeskSession(deps.db, deps.newId, actor, hashSecret(token));
    if (opened === null) throw await refused(deps, context);
    const cookie = deskCookie(token, DESK_ABSOLUTE_SECONDS);
    return { message: `Welcome, ${opened.keyName}.`, data: opened, cookie };
  },
});

/** The same words for a key that never was, one that is revoked and one that has expired. */
async function refused(deps: Deps, context: Context): Promise<ApiError> {
  const ip = clientAddress(context);
  await noteLoginFailure(deps, {
    ...{ action: 'desk.login_failed', companyId: null, customerId: null },
    ...{ ip, network: networkOf(ip) },
  });
  return new ApiError('unauthorized', {
    message: 'This key opens nothing. Check it, or ask for a new one.',
  });
}

const get = route({
  method: 'get',
  path: '/desk/session',
  access: 'team',
  tag: TAG,
  summary: 'Who is at the desk, and until when',
  status: 200,
  data: deskSession,
  errors: ['not_found'],
  async handle({ actor, deps }) {
    const session = await findDeskSession(deps.db, sessionHash(actor));
    return { message: 'Your desk.', data: found(session) };
  },
});

const logout = route({
  method: 'delete',
  path: '/desk/session',
  access: 'team',
  // Whoever could log in can log out.
  scope: 'read',
  tag: TAG,
  summary: 'Log out: ends this session at once, on every node',
  status: 200,
  data: z.null(),
  errors: ['not_found'],
  async handle({ actor, deps }) {
    const isEnded = await endDeskSession(deps.db, deps.newId, actor, sessionHash(actor));
    found(isEnded || null);
    return { message: 'Logged out.', data: null, cookie: endedDeskCookie() };
  },
});

/** A request with a key of its own has no session here. */
function sessionHash({ deskSession }: TeamActor): Buffer {
  return Buffer.from(found(deskSession), 'hex');
}

export const deskSessionRoutes = [login, get, logout];
