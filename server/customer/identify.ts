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
import { createCustomer, endAllSessions, takeTurn } from '../db/account-changes.ts';
import { endLinks, insertAccountMail } from '../db/account-links.ts';
import { type Account, emailKey, findAccount } from '../db/accounts.ts';
import { appendAudit, byCustomer } from '../db/audit.ts';
import {
  findIdentitySecret,
  type KnownCustomer,
  lockKnown,
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

/** What a token has to say. */
const claims = z.object({
  sub: id('sub'),
  email: email('email'),
  /** Whether the company has made sure that the address is theirs. */
  email_verified: z.boolean('email_verified must be true or false.').default(false),
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
  const customerId = await deps.db.knex.transaction(async (trx) => {
    // Used only if the rest comes about: what fails on our side can be tried again.
    const use = { companyId, kind: 'identity', id: said.jti, expiresAt } as const;
    if (!(await spendOnce(trx, use))) throw refused('jti was used before.');
    return findOrMake(deps, trx, companyId, said, ip);
  });
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
  deps: Deps,
  trx: Knex.Transaction,
  companyId: string,
  said: Claims,
  ip: string | null,
): Promise<string> {
  const { sub: externalId, email, name, email_verified: isVerified } = said;
  // The same customer in two tabs: one of them makes the account, the other one finds it.
  await takeTurn(trx, companyId, `identity ${externalId}`);
  const found = await lockKnown(trx, companyId, { externalId, emailKey: emailKey(email) });
  const known = found.find((one) => one.externalId === externalId) ?? found[0];
  const id = known?.customerId ?? deps.newId();
  const made = { companyId, id, email, name, passwordHash: null, locale: null };
  if (known !== undefined) await takeOver(deps, trx, companyId, known, found, said);
  // Somebody has signed up with that address in this very moment.
  else if (!(await createCustomer(trx, { ...made, externalId, isVerified }))) {
    throw refused('try again.');
  }
  await appendAudit(trx, deps.newId, {
    ...{ companyId, ...byCustomer(id, ip), action: 'customer.identified' },
    subject: { type: 'customer', id },
  });
  return id;
}

/**
 * Brings an account up to what the company says. One that only has the address becomes theirs where the company has made
 * sure of it, and its owner is told; if nobody had proven the address before, it may be a stranger's work: its password
 * and sessions end.
 */
async function takeOver(
  { newId, config }: Deps,
  trx: Knex.Transaction,
  companyId: string,
  known: KnownCustomer,
  found: readonly KnownCustomer[],
  said: Claims,
): Promise<void> {
  const { customerId } = known;
  const isNew = known.externalId === null;
  const isMoved = emailKey(known.email) !== emailKey(said.email);
  if (known.isDisabled) throw refused('the account is disabled.');
  if (!isNew && known.externalId !== said.sub) {
    throw refused('its address belongs to another of your customers (sub).');
  }
  if (isNew && !said.email_verified) {
    throw refused(
      'there is an account with its address. Say email_verified where you have made sure that the address is theirs.',
    );
  }
  if (isMoved && found.length > 1) throw refused('its address belongs to another account.');
  const isTakenOver = isNew && !known.isVerified;
  await updateKnown(trx, companyId, customerId, {
    ...{ externalId: said.sub, name: said.name, isTakenOver, isMoved },
    ...{ email: said.email, isVerified: said.email_verified },
  });
  if (isTakenOver) await endAllSessions(trx, { companyId, customerId });
  // What was mailed to the old address opens nothing any more.
  if (isMoved) await endLinks(trx, companyId, known.email);
  if (!isNew || config.smtp === null) return;
  const { email, locale } = known;
  await insertAccountMail(trx, {
    ...{ id: newId(), companyId, customerId, email, locale, kind: 'identified', hasLink: false },
  });
}
