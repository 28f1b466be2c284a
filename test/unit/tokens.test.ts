/** Session tokens: rotation by kid, and every way to forge one. */
import jwt from 'jsonwebtoken';
import { describe, expect, it } from 'vitest';
import { createTokens } from '../../server/http/tokens.ts';
import { forge, forgeries } from '../support/forgeries.ts';
import { everyTestShows } from '../support/shows.ts';

const OLD = { kid: 'old', secret: 'the-old-signing-secret-0123456789abcdef' };
const NEW = { kid: 'new', secret: 'the-new-signing-secret-0123456789abcdef' };
const SESSION = {
  companyId: '0199d0c4-1f20-7a51-b2f6-3a6d0e9c8b17',
  customerId: '0199d0c4-8d02-7e9b-9c41-5f1b7a2e6c30',
  sessionId: '0199d0c5-6c3e-7cc3-98c4-dc0c0c07398f',
};
const { expiresAt, ...ACTOR } = {
  ...SESSION,
  expiresAt: new Date(Date.now() + 60_000).toISOString(),
  isVerified: false,
};

const tokens = createTokens([NEW]);
const sign = (keys: (typeof OLD)[]) => createTokens(keys).sign({ ...SESSION, expiresAt });

everyTestShows(1);

describe('a token', () => {
  it('says who it was signed for', () => {
    expect(tokens.verify(sign([NEW]))).toEqual(ACTOR);
  });

  it('carries what DESIGN §6 says, and nothing personal', () => {
    const { header, payload } = jwt.decode(sign([NEW]), { complete: true }) as jwt.Jwt;
    expect(header).toEqual({ alg: 'HS256', typ: 'JWT', kid: 'new' });
    expect(payload).toEqual({
      ...{ iss: 'porthole', aud: 'porthole-customer', sub: SESSION.customerId },
      ...{ cid: SESSION.companyId, sid: SESSION.sessionId, iat: expect.any(Number) },
      exp: Math.floor(Date.parse(expiresAt) / 1000),
    });
  });

  it('is what the forgeries below are made of', () => {
    expect(tokens.verify(forge(NEW, SESSION))).toEqual(ACTOR);
  });
});

describe('rotation', () => {
  it('signs with the first key and still takes the others', () => {
    const both = createTokens([NEW, OLD]);
    expect(both.verify(sign([OLD]))).toEqual(ACTOR);
    expect(createTokens([NEW]).verify(both.sign({ ...SESSION, expiresAt }))).toEqual(ACTOR);
  });

  it('refuses a key at once when it is gone', () => {
    expect(tokens.verify(sign([OLD]))).toBe(null);
  });

  it('does not take one key for another of the same kid', () => {
    expect(tokens.verify(sign([{ ...OLD, kid: NEW.kid }]))).toBe(null);
  });

  it('needs a key', () => {
    expect(() => createTokens([])).toThrow('no signing key');
  });
});

describe('a forged token is refused', () => {
  const another = { customerId: SESSION.companyId };
  it.each(forgeries(NEW, SESSION, another))('%s', (_, forged) => {
    expect(tokens.verify(forged)).toBe(null);
  });

  it('of any other form or length', () => {
    const good = forge(NEW, SESSION);
    for (const odd of [
      ...[
        '',
        'x',
        '...',
        '\0',
        '😀',
        ` ${good}`,
        `${good}\n`,
        good.split('.').slice(0, 2).join('.'),
      ],
      `${good.split('.')[0]}.${'a'.repeat(1_000_000)}.b`,
    ]) {
      expect(tokens.verify(odd), odd.slice(0, 20)).toBe(null);
    }
  });
});
