/** Tokens that are not ours, each made of a good one and wrong in one thing alone; those a header of HTTP can carry. */
import jwt from 'jsonwebtoken';
import type { SigningKey } from '../../server/setting-values.ts';

export interface Claimed {
  companyId: string;
  customerId: string;
  sessionId: string;
}

const encode = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
const inSeconds = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;

const CLAIMS: Record<string, () => object> = {
  expired: () => ({ exp: inSeconds(-1) }),
  'without an end': () => ({ exp: undefined }),
  'not yet valid': () => ({ nbf: inSeconds(60) }),
  'of another issuer': () => ({ iss: 'elsewhere' }),
  'without an issuer': () => ({ iss: undefined }),
  'for another audience': () => ({ aud: 'porthole-team' }),
  'without an audience': () => ({ aud: undefined }),
  'without a customer': () => ({ sub: undefined }),
  'whose customer is no id': () => ({ sub: "' or true --" }),
  'whose company is no id': () => ({ cid: 'acme' }),
  'without a session': () => ({ sid: undefined }),
  'whose session is no text': () => ({ sid: 7 }),
};

const headersBeside = (kid: string): Record<string, object> => ({
  'with an unknown kid': { kid: 'unknown' },
  'with no kid': { kid: undefined },
  'with an empty kid': { kid: '' },
  'with a path for a kid': { kid: '../../../../dev/null' },
  'with the path of a page for a kid': { kid: '/widget.js' },
  'with SQL for a kid': { kid: `${kid}' or '1'='1` },
  'with more SQL for a kid': { kid: `x' union select 'secret' --` },
  'with a list for a kid': { kid: [kid] },
  'with a key of its own': { jwk: { kty: 'oct', k: 'eA' } },
  'with the address of a key': { jku: 'https://evil.example/keys' },
  'with a certificate': { x5c: ['x'] },
  'with the address of a certificate': { x5u: 'https://evil.example/certificate' },
  'with a critical extension': { crit: ['exp'] },
  'with another type': { typ: 'at+jwt' },
  'with one harmless field more': { extra: true },
});

const ALGORITHMS = [
  ...['none', 'None', 'NONE', 'nOnE', 'none ', '', 'HS384', 'HS512', 'RS256', 'ES256'],
  ...['PS256', 'EdDSA', 'hs256'],
];

/** A good token, with other claims, another header or another secret where they are given. */
export function forge(
  { kid, secret }: SigningKey,
  { companyId, customerId, sessionId }: Claimed,
  { claims = {}, header = {} }: { claims?: object; header?: object } = {},
): string {
  const good = {
    ...{ cid: companyId, sid: sessionId, sub: customerId },
    ...{ iss: 'porthole', aud: 'porthole-customer', exp: inSeconds(60) },
  };
  const payload = JSON.parse(JSON.stringify({ ...good, ...claims }));
  return jwt.sign(payload, secret, {
    algorithm: 'HS256',
    header: { alg: 'HS256', typ: 'JWT', kid, ...header },
  });
}

/** By what is wrong. `another` is somebody else's session, or any other id. */
export function forgeries(
  key: SigningKey,
  claimed: Claimed,
  another: Partial<Claimed>,
): [string, string][] {
  const make = (change: object) => forge(key, claimed, change);
  const [header = '', payload = '', signature = ''] = make({}).split('.');
  const signed = { ...claimed, ...another };
  const claims = Object.entries(CLAIMS).map(([what, change]) => [what, make({ claims: change() })]);
  const headers = Object.entries(headersBeside(key.kid)).map(([what, change]) => [
    what,
    make({ header: change }),
  ]);
  const algorithms = ALGORITHMS.flatMap((alg) => {
    const other = encode({ alg, typ: 'JWT', kid: key.kid });
    return [
      [`of the algorithm ${alg || "''"}, unsigned`, `${other}.${payload}.`],
      [`of the algorithm ${alg || "''"}, signed`, `${other}.${payload}.${signature}`],
    ];
  });
  const strong = (algorithm: 'HS384' | 'HS512') => {
    const { iat: _, ...rest } = jwt.decode(make({})) as jwt.JwtPayload;
    return jwt.sign(rest, key.secret, { algorithm, keyid: key.kid });
  };
  const kid = JSON.stringify(key.kid);
  const spellings = [
    `{"alg":"HS256","kid":${kid},"typ":"JWT"}`,
    `{ "alg":"HS256","typ":"JWT","kid":${kid}}`,
    `{"alg":"HS256","alg":"none","typ":"JWT","kid":${kid}}`,
  ].map((text, index) => [
    `with its header spelt differently (${index + 1})`,
    `${encode(text)}.${payload}.${signature}`,
  ]);
  const swapped = forge(key, signed).split('.')[1];
  const first = signature.startsWith('A') ? 'B' : 'A';
  return [
    ...[...claims, ...headers, ...algorithms, ...spellings],
    ['signed with HS384 by the right secret', strong('HS384')],
    ['signed with HS512 by the right secret', strong('HS512')],
    ['with another payload', `${header}.${swapped}.${signature}`],
    [
      'with another first letter of its signature',
      `${header}.${payload}.${first}${signature.slice(1)}`,
    ],
    ['without a signature', `${header}.${payload}.`],
    ['without the last dot', `${header}.${payload}`],
    ['signed with another secret', forge({ ...key, secret: `${key.secret}x` }, claimed)],
    ['signed with a short secret', forge({ ...key, secret: 'x' }, claimed)],
    ['with a part more', `${make({})}.x`],
    ['without its first letter', make({}).slice(1)],
    ['in one part', make({}).replaceAll('.', '')],
    ['that is a dot', '.'],
    ['that is two dots', '..'],
    ['that is null', 'null'],
    ['as long as a header may be', `${header}.${'a'.repeat(14_000)}.${signature}`],
  ] as [string, string][];
}
