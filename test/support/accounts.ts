/** Ways into an account beside its password: signed tokens of its company, mailed links, solved challenges. */
import { createHmac, pbkdf2Sync, randomUUID } from 'node:crypto';
import { accountLinkToken } from '../../server/http/account-link-token.ts';
import type { TestApp } from './app.ts';
import { expectData, rowsOf, short } from './factories.ts';

export interface TestIdentityKey {
  id: string;
  secret: string;
}

export async function buildIdentityKey(app: TestApp, companyId: string): Promise<TestIdentityKey> {
  const call = { apiKey: app.adminKey, body: { name: 'Web shop', companyId } };
  return expectData(await app.api.post('/identity-keys', call), 201);
}

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Who somebody is, as a company's backend would say it. */
export const identityOf = (overrides: object = {}) => {
  const now = Math.floor(Date.now() / 1000);
  const sub = `user-${short()}`;
  return {
    ...{ sub, email: `${sub}@example.com`, name: 'Mia König', aud: 'porthole' },
    ...{ jti: randomUUID(), iat: now, exp: now + 120 },
    ...overrides,
  };
};

/** Signed by hand, as a company's backend may do it that has no library of ours. */
export function signIdentity(
  { id, secret }: TestIdentityKey,
  claims: object,
  header: object = { alg: 'HS256', typ: 'JWT', kid: id },
): string {
  const text = `${part(header)}.${part(claims)}`;
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
}

/** What the newest link ends in that was mailed to an address. */
export async function mailedLink(app: TestApp, email: string): Promise<string> {
  const [link] = await rowsOf<{ company_id: string; id: string }>(
    app,
    'select company_id, id from account_links where email = $1 order by id desc limit 1',
    [email],
  );
  if (link === undefined) throw new Error(`no link was made for ${email}`);
  return accountLinkToken(app.deps.seals, link.company_id, link.id);
}

interface AltchaChallenge {
  parameters: { nonce: string; salt: string; cost: number; keyLength: number; keyPrefix: string };
  signature: string;
}

/** Solves ALTCHA's challenge as its protocol says, independently of the library that the server uses. */
export function solve(challenge: AltchaChallenge): string {
  const { nonce, salt, cost, keyLength, keyPrefix } = challenge.parameters;
  const password = Buffer.concat([Buffer.from(nonce, 'hex'), Buffer.alloc(4)]);
  for (let counter = 0; ; counter += 1) {
    password.writeUInt32BE(counter, password.length - 4);
    const key = pbkdf2Sync(password, Buffer.from(salt, 'hex'), cost, keyLength, 'sha256');
    const derivedKey = key.toString('hex');
    if (!derivedKey.startsWith(keyPrefix)) continue;
    const payload = { challenge, solution: { counter, derivedKey, time: 1 } };
    return Buffer.from(JSON.stringify(payload)).toString('base64');
  }
}
