/** New API keys: a random secret, of which only the hash and the first letters are kept. */
import { randomBytes } from 'node:crypto';
import type { ApiKey } from '../../shared/types.ts';
import { insertApiKey } from '../db/api-keys.ts';
import { hashApiKey } from '../http/authenticate.ts';
import type { Deps } from '../http/deps.ts';

const PREFIX_LENGTH = 8;

/** 240 bits, recognisable as ours. */
export const newSecret = () => `ph_${randomBytes(30).toString('base64url')}`;

/** Null when this very secret is known already. */
export async function makeApiKey(
  { db, newId }: Pick<Deps, 'db' | 'newId'>,
  { name, companyId }: { name: string; companyId: string | null },
  secret: string,
): Promise<ApiKey | null> {
  const prefix = secret.slice(0, PREFIX_LENGTH);
  return insertApiKey(db, { id: newId(), name, companyId, prefix, secretHash: hashApiKey(secret) });
}
