/**
 * The command behind a host-signed log-in (DESIGN §6): a company's backend vouches for its own customer in a token that
 * holds for five minutes and once, so that nobody needs a second password.
 */
import { createSecretKey } from 'node:crypto';
import jwt from 'jsonwebtoken';
import type { Knex } from 'knex';
import { z } from 'zod';
import { LIMITS } from '../../shared/limits.ts';
import { email, line } from '../../shared/schemas/fields.ts';
import { createVerified, endAllSessions } from '../db/account-changes.ts';
import { type Account, emailKey, findAccount } from '../db/accounts.ts';
import { appendAudit, byCustomer } from '../db/audit.ts';
import {
  findIdentitySecret,
  type KnownCustomer,
  lockKnown,
  takeTurn,
  updateKnown,
} from '../db/identity-keys.ts';
import { spendOnce } from '../db/spent-once.ts';
import { ApiError } from '../errors.ts';
import type { Deps } from '../http/deps.ts';

const AUDIENCE = 'porthole';
/** From signing to its end. */
const LONGEST_LIFE_SECONDS = 5 * 60;
/** What two clocks may differ by. */
const TOLERANCE_SECONDS = 30;
const KID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const id = (label: string) => line(label, 255);

/** What a token has to say, all of it. */
const claims = z.object({
  sub: id('sub'),
  email: email('email'),
  name: line('name', LIMITS.name),
  jti: id('jti'),
  iat: z.int(),
  exp: z.int(),
});
type Claims = z.output<typeof claims>;

/**
 * Whose account it is; made where there is none. Throws `identity_refused` and says why: what reads it is the company's own
 * developer, and whoever has no key learns nothing that the README does not say.
 */
export async function identify(deps: Deps, token: string, ip: string | null): Promise<Account> {
  const { companyId, claims: said } = await readIdentity(deps, token);
  const expiresAt = new Date((said.exp + TOLERANCE_SECONDS) * 1000);
  const use = { companyId, kind: 'identity', id: said.jti, expiresAt } as const;
  if (!(await spendOnce(deps.db, use))) throw refused('jti was used before.');
  const customerId = await deps.db.knex.transaction((trx) =>
    findOrMake(deps, trx, companyId, said, ip),
  );
  const account = await findAccount(deps.db, companyId, customerId);
  if (account === null) throw refused('the account is disabled.');
  return account;
}

const refused = (why: string) =>
  new ApiError('identity_refused', { message: `The signed token was refused: ${why}` });

async function readIdentity(
  { db }: Deps,
  token: string,
): Promise<{ companyId: string; claims: Claims }> {
  const kid = kidOf(token);
  if (typeof kid !== 'string' || !KID.test(kid)) throw refused('its header names no key (kid).');
  const key = await findIdentitySecret(db, kid);
  if (key === null) throw refused('its key is unknown.');
  const { companyId, secret } = key;
  const parsed = claims.safeParse(verify(token, secret));
  if (!parsed.success) throw refused(parsed.error.issues.map((issue) => issue.message).join(' '));
  const { iat, exp } = parsed.data;
  if (exp - iat > LONGEST_LIFE_SECONDS) throw refused('it holds for longer than 5 minutes.');
  if (iat > Date.now() / 1000 + TOLERANCE_SECONDS) throw refused('it was signed in the future.');
  return { companyId, claims: parsed.data };
}

/** Not verified yet: it only says which key to try. Anything at all, where the token is none. */
function kidOf(token: string): unknown {
  try {
    return jwt.decode(token, { complete: true })?.header.kid;
  } catch {
    // The library reads the payload too, and throws where that is no JSON.
    return undefined;
  }
}

function verify(token: string, secret: string): unknown {
  try {
    return jwt.verify(token, createSecretKey(Buffer.from(secret)), {
      algorithms: ['HS256'],
      audience: AUDIENCE,
      clockTolerance: TOLERANCE_SECONDS,
    });
  } catch (error) {
    throw refused(`${(error as Error).message}.`);
  }
}

async function findOrMake(
  { newId }: Deps,
  trx: Knex.Transaction,
  companyId: string,
  said: Claims,
  ip: string | null,
): Promise<string> {
  const { sub: externalId, email, name } = said;
  // The same customer in two tabs: one of them makes the account, the other one finds it.
  await takeTurn(trx, companyId, externalId);
  const known = await lockKnown(trx, companyId, { externalId, emailKey: emailKey(email) });
  const id = known?.customerId ?? newId();
  const made = { companyId, id, email, name, passwordHash: null, locale: null, externalId };
  if (known !== null) await takeOver(trx, companyId, known, said);
  // Somebody has signed up with that address in this very moment.
  else if (!(await createVerified(trx, made))) throw refused('try again with a new token.');
  await appendAudit(trx, newId, {
    ...{ companyId, ...byCustomer(id, ip), action: 'customer.identified' },
    subject: { type: 'customer', id },
  });
  return id;
}

/** An account that whoever typed the address has made, and nobody has proven, becomes theirs: its password and sessions end. */
async function takeOver(
  trx: Knex.Transaction,
  companyId: string,
  { customerId, externalId, isVerified, isDisabled }: KnownCustomer,
  { sub, name }: Claims,
): Promise<void> {
  if (isDisabled) throw refused('the account is disabled.');
  if (externalId !== null && externalId !== sub) {
    throw refused('its address belongs to another of your customers (sub).');
  }
  const isTakenOver = externalId === null && !isVerified;
  await updateKnown(trx, companyId, customerId, { externalId: sub, name, isTakenOver });
  if (isTakenOver) await endAllSessions(trx, { companyId, customerId });
}
