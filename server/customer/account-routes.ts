/** Sign up, log in, log out, who am I (DESIGN §4 and §6). */
import { z } from 'zod';
import {
  challengeBody,
  challengeOffer,
  loginBody,
  mailSent,
  me,
  registerBody,
  sessionOpened,
  settingsBody,
} from '../../shared/schemas/account.ts';
import { endSession } from '../db/accounts.ts';
import { asCustomer, readAsCustomer } from '../db/customer-door.ts';
import { beginAttempt, challengeLevel } from '../http/attempts.ts';
import { clientAddress } from '../http/client-address.ts';
import { route } from '../http/route.ts';
import { endedSessionCookie } from '../http/session-cookie.ts';
import { requireVerified } from './account-mail.ts';
import { changeSettings } from './change-settings.ts';
import { findLogin } from './login.ts';
import { answerWithSession, traceOf } from './open-session.ts';
import { requireOwnPageForCookie } from './session-answer.ts';
import { signUp } from './sign-up.ts';

const TAG = 'Account';

const register = route({
  method: 'post',
  path: '/customer/register',
  access: 'public',
  tag: TAG,
  summary: 'Sign up at a company',
  description:
    'At a company with `requiresVerifiedEmail` the answer is the same for every address: the account is made by the link that is mailed to it (`POST /customer/redeem-link`).',
  body: registerBody,
  aliases: { fullName: 'name', companyUserId: 'companyId' },
  status: 201,
  data: z.union([sessionOpened, mailSent]),
  errors: ['company_not_found', 'email_taken', 'cross_site', 'challenge_required', 'mail_off'],
  async handle({ input: { body }, deps, context }) {
    requireOwnPageForCookie(context, deps, body.session);
    return signUp(deps, context, body);
  },
});

const login = route({
  method: 'post',
  path: '/customer/login',
  access: 'public',
  tag: TAG,
  summary: 'Log in',
  description:
    'Without `companyId`, an address with accounts at several companies whose password fits more than one gets 409 `company_required`. After many attempts `challenge_required`: get a challenge, and send its solution along.',
  body: loginBody,
  aliases: { companyUserId: 'companyId' },
  status: 200,
  data: sessionOpened,
  errors: [
    ...(['wrong_credentials', 'company_required', 'cross_site'] as const),
    ...(['challenge_required', 'email_unverified'] as const),
  ],
  async handle({ input: { body }, deps, context }) {
    requireOwnPageForCookie(context, deps, body.session);
    const { email, challenge, companyId = null } = body;
    const attempt = await beginAttempt(context, deps, {
      ...{ action: 'login', companyId, email, challenge },
    });
    const account = await findLogin(deps, body, clientAddress(context));
    await attempt.succeed();
    await requireVerified(deps, account, clientAddress(context));
    return answerWithSession(deps, context, account, body, 'Logged in.');
  },
});

const challenge = route({
  method: 'post',
  path: '/customer/challenge',
  access: 'public',
  tag: TAG,
  summary: 'A challenge to solve, after many attempts',
  description:
    'Its solution serves once, for one attempt of this kind at this company, within five minutes.',
  body: challengeBody,
  status: 200,
  data: challengeOffer,
  async handle({ input: { body }, deps, context }) {
    const { action, companyId = null, email } = body;
    const level = await challengeLevel(context, deps, email);
    const data = await deps.challenges.offer({ action, companyId }, level);
    return { message: 'Solve it, and send the solution as `challenge`.', data };
  },
});

const logout = route({
  method: 'post',
  path: '/customer/logout',
  access: 'customer',
  tag: TAG,
  summary: 'Log out: ends this session at once, on every node',
  status: 200,
  data: z.null(),
  async handle({ actor, deps, context }) {
    await asCustomer(deps, actor);
    await endSession(deps.db, actor, traceOf(deps, context));
    return { message: 'Logged out.', data: null, cookie: endedSessionCookie() };
  },
});

const whoAmI = route({
  method: 'get',
  path: '/customer/me',
  access: 'customer',
  tag: TAG,
  summary: 'Who is logged in, and until when',
  status: 200,
  data: me,
  async handle({ actor, deps }) {
    const { session } = await readAsCustomer(deps, actor);
    return { message: 'Your account.', data: session };
  },
});

const changeMe = route({
  method: 'put',
  path: '/customer/me',
  access: 'customer',
  tag: TAG,
  summary: 'Change your own settings: what is not sent stays as it is',
  body: settingsBody,
  status: 200,
  data: me,
  async handle({ input: { body }, actor, deps, context }) {
    await asCustomer(deps, actor);
    await changeSettings(deps, actor, body, clientAddress(context));
    const { session } = await readAsCustomer(deps, actor);
    return { message: 'Saved.', data: session };
  },
});

export const accountRoutes = [register, login, challenge, logout, whoAmI, changeMe];
