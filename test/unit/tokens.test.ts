/** Session tokens: rotation by kid, and every way to forge one. */
import jwt from 'jsonwebtoken';
import { describe, expect, it } from 'vitest';
import { createTokens } from '../../server/http/tokens.ts';

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

const encode = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
const inSeconds = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;

/** Signed with the right secret, and wrong elsewhere. */
function forge(claims: object = {}, header: object = {}, secret = NEW.secret): string {
  const good = {
    ...{ cid: SESSION.companyId, sid: SESSION.sessionId, sub: SESSION.customerId },
    ...{ iss: 'porthole', aud: 'porthole-customer', exp: inSeconds(60) },
  };
  const payload = JSON.parse(JSON.stringify({ ...good, ...claims }));
  return jwt.sign(payload, secret, {
    algorithm: 'HS256',
    header: { alg: 'HS256', typ: 'JWT', kid: NEW.kid, ...header },
  });
}

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
    expect(tokens.verify(forge())).toEqual(ACTOR);
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
  it.each<[string, object]>([
    ['expired', { exp: inSeconds(-1) }],
    ['without an end', { exp: undefined }],
    ['not yet valid', { nbf: inSeconds(60) }],
    ['of another issuer', { iss: 'elsewhere' }],
    ['without an issuer', { iss: undefined }],
    ['for another audience', { aud: 'porthole-team' }],
    ['without an audience', { aud: undefined }],
    ['without a customer', { sub: undefined }],
    ['whose customer is no id', { sub: "' or true --" }],
    ['whose company is no id', { cid: 'acme' }],
    ['without a session', { sid: undefined }],
    ['whose session is no text', { sid: 7 }],
  ])('%s', (_, claims) => {
    expect(tokens.verify(forge(claims))).toBe(null);
  });

  it.each<[string, object]>([
    ['an unknown kid', { kid: 'unknown' }],
    ['no kid', { kid: undefined }],
    ['a path for a kid', { kid: '../../dev/null' }],
    ['SQL for a kid', { kid: "new' or '1'='1" }],
    ['a key of its own', { jwk: { kty: 'oct', k: 'eA' } }],
    ['the address of a key', { jku: 'https://evil.example/keys' }],
    ['a certificate', { x5c: ['x'] }],
    ['a critical extension', { crit: ['exp'] }],
    ['another type', { typ: 'at+jwt' }],
    ['one harmless field more', { extra: true }],
  ])('with %s in its header', (_, header) => {
    expect(tokens.verify(forge({}, header))).toBe(null);
  });

  it('with another algorithm, none included', () => {
    const payload = forge().split('.')[1];
    for (const alg of ['none', 'None', 'NONE', 'nOnE', '', 'HS384', 'HS512', 'RS256', 'hs256']) {
      const header = encode({ alg, typ: 'JWT', kid: NEW.kid });
      const signature = forge().split('.')[2];
      for (const forged of [`${header}.${payload}.`, `${header}.${payload}.${signature}`]) {
        expect(tokens.verify(forged), alg).toBe(null);
      }
    }
    const stronger = jwt.sign({}, NEW.secret, { algorithm: 'HS512', keyid: NEW.kid });
    expect(tokens.verify(stronger)).toBe(null);
  });

  it('with the same header in another spelling', () => {
    const [, payload, signature] = forge().split('.');
    for (const header of [
      '{"alg":"HS256","kid":"new","typ":"JWT"}',
      '{ "alg":"HS256","typ":"JWT","kid":"new"}',
      '{"alg":"HS256","alg":"none","typ":"JWT","kid":"new"}',
    ]) {
      expect(tokens.verify(`${encode(header)}.${payload}.${signature}`)).toBe(null);
    }
  });

  it('with another payload, another signature or another secret', () => {
    const [header, , signature] = forge().split('.');
    const { payload } = jwt.decode(forge(), { complete: true }) as jwt.Jwt;
    const swapped = encode({ ...(payload as object), sub: SESSION.companyId });
    expect(tokens.verify(`${header}.${swapped}.${signature}`)).toBe(null);
    expect(tokens.verify(forge({}, {}, OLD.secret))).toBe(null);
    expect(tokens.verify(forge({}, {}, 'x'))).toBe(null);
  });

  it('of any other form or length', () => {
    const good = forge();
    for (const odd of [
      ...['', '.', '..', '...', 'x', 'null', '\0', '😀', ` ${good}`, `${good}.x`, `${good}\n`],
      ...[good.slice(1), good.split('.').slice(0, 2).join('.'), good.replaceAll('.', '')],
      `${good.split('.')[0]}.${'a'.repeat(1_000_000)}.b`,
    ]) {
      expect(tokens.verify(odd), odd.slice(0, 20)).toBe(null);
    }
  });
});
