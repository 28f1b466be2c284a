/**
 * Session tokens (DESIGN §6): HS256, one row in `sessions` each. The header of a token is one of the few that we write,
 * letter for letter, so `alg`, `kid`, `jwk` and the rest of what a forger could put there are never interpreted.
 */
import { createSecretKey, type KeyObject } from 'node:crypto';
import jwt from 'jsonwebtoken';
import type { CustomerActor } from '../db/customer-door.ts';
import type { SigningKey } from '../setting-values.ts';
import { RecentMap } from './recent-map.ts';

export interface Tokens {
  /** `expiresAt` in ISO 8601: the session's absolute end. */
  sign(session: {
    companyId: string;
    customerId: string;
    sessionId: string;
    expiresAt: string;
  }): string;
  /** Null for anything but an unexpired token of ours. Says nothing about the session itself. */
  verify(token: string): CustomerActor | null;
}

const ISSUER = 'porthole';
const AUDIENCE = 'porthole-customer';
/** Ours have about 400 characters. */
const LONGEST_TOKEN = 2_048;
/** Tokens of which the signature is not computed again; some 600 bytes each. */
const MOST_REMEMBERED = 10_000;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The first key signs; all of them verify. Their length has been checked where they were read. */
export function createTokens(keys: readonly SigningKey[]): Tokens {
  const prepared = keys.map(({ kid, secret }) => ({
    kid,
    // A KeyObject: a string would be tried as a public key first at every call, fifty times the cost.
    key: createSecretKey(Buffer.from(secret)),
  }));
  const keysByHeader = new Map<string, KeyObject>(
    prepared.map(({ kid, key }) => [headerOf(jwt.sign({}, key, { keyid: kid })), key]),
  );
  const [signing] = prepared;
  if (signing === undefined) throw new Error('no signing key');
  // A token that was signed by us stays so: what can change, whether its session stands, is asked of the database each time.
  const good = new RecentMap<string, Claims>(MOST_REMEMBERED);

  return {
    sign({ companyId, customerId, sessionId, expiresAt }) {
      const claims = {
        cid: companyId,
        sid: sessionId,
        exp: Math.floor(Date.parse(expiresAt) / 1000),
      };
      return jwt.sign(claims, signing.key, {
        algorithm: 'HS256',
        keyid: signing.kid,
        issuer: ISSUER,
        audience: AUDIENCE,
        subject: customerId,
      });
    },
    verify(token) {
      const found = good.get(token) ?? check(token);
      if (found === null || found.expiresAt <= Date.now() / 1000) return null;
      const { companyId, customerId, sessionId } = found;
      return { companyId, customerId, sessionId, isVerified: false };
    },
  };

  function check(token: string): Claims | null {
    if (token.length > LONGEST_TOKEN) return null;
    const key = keysByHeader.get(headerOf(token));
    const claims = key === undefined ? null : read(token, key);
    if (claims !== null) good.set(token, claims);
    return claims;
  }
}

/** What a token of ours says. */
interface Claims {
  companyId: string;
  customerId: string;
  sessionId: string;
  /** Seconds since 1970. */
  expiresAt: number;
}

const headerOf = (token: string) => token.slice(0, token.indexOf('.'));

function read(token: string, key: KeyObject): Claims | null {
  try {
    const claims = jwt.verify(token, key, {
      algorithms: ['HS256'],
      issuer: ISSUER,
      audience: AUDIENCE,
    });
    if (typeof claims === 'string') return null;
    const { sub: customerId, cid: companyId, sid: sessionId, exp: expiresAt } = claims;
    const ids = [customerId, companyId, sessionId];
    if (expiresAt === undefined || !ids.every((id) => typeof id === 'string' && UUID.test(id)))
      return null;
    return { companyId, customerId: customerId as string, sessionId, expiresAt };
  } catch {
    return null;
  }
}
