/** Sign up, log in, log out, who am I (DESIGN §4 and §6). */
import type { Context } from 'koa';
import { z } from 'zod';
import {
  loginBody,
  me,
  registerBody,
  sessionOpened,
  settingsBody,
} from '../../shared/schemas/account.ts';
import { endSession, findVacancy, insertCustomer, openSession } from '../db/accounts.ts';
import { asCustomer } from '../db/customer-door.ts';
import { ApiError } from '../errors.ts';
import { clientAddress } from '../http/client-address.ts';
import type { Deps } from '../http/deps.ts';
import { found, route } from '../http/route.ts';
import { endedSessionCookie } from '../http/session-cookie.ts';
import { changeSettings } from './change-settings.ts';
import { findLogin } from './login.ts';
import { requireOwnPageForCookie, sessionAnswer } from './session-answer.ts';

const register = route({
  method: 'post',
  path: '/customer/register',
  access: 'public',
  tag: 'Account',
  summary: 'Sign up at a company',
  body: registerBody,
  aliases: { fullName: 'name', companyUserId: 'companyId' },
  status: 201,
  data: sessionOpened,
  errors: ['company_not_found', 'email_taken', 'cross_site'],
  async handle({ input: { body }, deps, context }) {
    requireOwnPageForCookie(context, deps, body.session);
    const { companyId, email, name, locale } = body;
    const vacancy = found(await findVacancy(deps.db, companyId, email), 'company_not_found');
    if (vacancy.isTaken) throw new ApiError('email_taken');
    const customer = { companyId, id: deps.newId(), email, name };
    const sessionId = deps.newId();
    const expiresAt = await insertCustomer(
      deps.db,
      { ...customer, locale, passwordHash: await deps.passwords.hash(body.password) },
      { sessionId, ...spanOf(deps, context) },
    );
    if (expiresAt === null) throw new ApiError('email_taken');
    const account = { ...customer, customerId: customer.id, ...vacancy, mailUpdates: true };
    return sessionAnswer(deps, account, { sessionId, expiresAt, kind: body.session }, 'Welcome.');
  },
});

const login = route({
  method: 'post',
  path: '/customer/login',
  access: 'public',
  tag: 'Account',
  summary: 'Log in',
  description:
    'Without `companyId`, an address with accounts at several companies whose password fits more than one gets 409 `company_required`.',
  body: loginBody,
  aliases: { companyUserId: 'companyId' },
  status: 200,
  data: sessionOpened,
  errors: ['wrong_credentials', 'company_required', 'cross_site'],
  async handle({ input: { body }, deps, context }) {
    requireOwnPageForCookie(context, deps, body.session);
    const account = await findLogin(deps, body, clientAddress(context));
    const sessionId = deps.newId();
    const span = { sessionId, ...spanOf(deps, context) };
    const expiresAt = await openSession(deps.db, account, span, body.locale);
    const opened = { sessionId, expiresAt, kind: body.session };
    return sessionAnswer(deps, account, opened, 'Logged in.');
  },
});

const logout = route({
  method: 'post',
  path: '/customer/logout',
  access: 'customer',
  tag: 'Account',
  summary: 'Log out: ends this session at once, on every node',
  status: 200,
  data: z.null(),
  async handle({ actor, deps, context }) {
    await asCustomer(deps, actor);
    await endSession(deps.db, actor, traceOf(deps, context));
    return { message: 'Logged out.', data: null, cookie: endedSessionCookie() };
  },
});

/** What the audit log keeps of a request. */
const traceOf = ({ newId }: Deps, context: Context) => ({
  auditId: newId(),
  ip: clientAddress(context),
});

const spanOf = (deps: Deps, context: Context) => ({
  absoluteSeconds: deps.config.sessionAbsoluteSeconds,
  ...traceOf(deps, context),
});

const whoAmI = route({
  method: 'get',
  path: '/customer/me',
  access: 'customer',
  tag: 'Account',
  summary: 'Who is logged in, and until when',
  status: 200,
  data: me,
  async handle({ actor, deps }) {
    const { session } = await asCustomer(deps, actor);
    return { message: 'Your account.', data: session };
  },
});

const changeMe = route({
  method: 'put',
  path: '/customer/me',
  access: 'customer',
  tag: 'Account',
  summary: 'Change your own settings: what is not sent stays as it is',
  body: settingsBody,
  status: 200,
  data: me,
  async handle({ input: { body }, actor, deps, context }) {
    await asCustomer(deps, actor);
    await changeSettings(deps, actor, body, clientAddress(context));
    const { session } = await asCustomer(deps, actor);
    return { message: 'Saved.', data: session };
  },
});

export const accountRoutes = [register, login, logout, whoAmI, changeMe];
