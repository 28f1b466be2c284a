/** The panel's way in for customers whom their company has logged in already. */
import { identifyBody, sessionOpened } from '../../shared/schemas/account.ts';
import { clientAddress } from '../http/client-address.ts';
import { route } from '../http/route.ts';
import { identify } from './identify.ts';
import { answerWithSession } from './open-session.ts';
import { requireOwnPageForCookie } from './session-answer.ts';

const signIn = route({
  method: 'post',
  path: '/customer/identify',
  access: 'public',
  tag: 'Account',
  summary: "Log in with a token that the company's backend has signed",
  description:
    'HS256 with an identity key (`kid` in the header), `aud` porthole, at most five minutes from `iat` to `exp`, a `jti` that is used once; `sub`, `email` and `name` say who it is. The account is made where there is none.',
  body: identifyBody,
  status: 200,
  data: sessionOpened,
  errors: ['identity_refused', 'cross_site'],
  async handle({ input: { body }, deps, context }) {
    requireOwnPageForCookie(context, deps, body.session);
    const account = await identify(deps, body.token, clientAddress(context));
    return answerWithSession(deps, context, account, body, 'Welcome.');
  },
});

export const identifyRoutes = [signIn];
