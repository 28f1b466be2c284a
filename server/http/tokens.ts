/**
 * Session tokens (DESIGN §6): HS256, one row in `sessions` each. The header of a token is one of the few that we write,
 * letter for letter, so `alg`, `kid`, `jwk` and the rest of what a forger could put there are never interpreted.
 */
import { createSecretKey, type KeyObject } from 'node:crypto';
import jwt from 'jsonwebtoken';
import type { CustomerActor } from '../db/customer-door.ts';
import type { SigningKey } from '../setting-values.ts';

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
      if (token.length > LONGEST_TOKEN) return null;
      const key = keysByHeader.get(headerOf(token));
      return key === undefined ? null : read(token, key);
    },
  };
}

const headerOf = (token: string) => token.slice(0, token.indexOf('.'));

function read(token: string, key: KeyObject): CustomerActor | null {
  try {
    const claims = jwt.verify(token, key, {
      algorithms: ['HS256'],
      issuer: ISSUER,
      audience: AUDIENCE,
    });
    if (typeof claims === 'string') return null;
    const { sub: customerId, cid: companyId, sid: sessionId, exp } = claims;
    const ids = [customerId, companyId, sessionId];
    if (exp === undefined || !ids.every((id) => typeof id === 'string' && UUID.test(id)))
      return null;
    return { companyId, customerId: customerId as string, sessionId, isVerified: false };
  } catch {
    return null;
  }
}
