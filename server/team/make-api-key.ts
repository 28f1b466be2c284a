/** New API keys: a random secret, of which only the hash and the first letters are kept. */
import { randomBytes } from 'node:crypto';
import { SCOPES } from '../../shared/scopes.ts';
import type { ApiKey, ApiKeyCreate } from '../../shared/types.ts';
import { type By, insertApiKey, type NewApiKey } from '../db/api-keys.ts';
import { hashSecret } from '../http/authenticate.ts';
import type { Deps } from '../http/deps.ts';

const PREFIX_LENGTH = 8;

/** Who makes the first key: the server at its start. */
const SERVER: By = { actor: { type: 'system', id: null, name: 'server' }, ip: null };

/** 240 bits, recognisable as ours. */
export const newSecret = () => `ph_${randomBytes(30).toString('base64url')}`;

/** What is kept of a secret, under a new id. */
export function keptOf(
  { newId }: Pick<Deps, 'newId'>,
  secret: string,
): Pick<NewApiKey, 'id' | 'prefix' | 'secretHash'> {
  return {
    id: newId(),
    prefix: secret.slice(0, PREFIX_LENGTH),
    secretHash: hashSecret(secret),
  };
}

/** A key that may do everything for ever unless said otherwise. Null when this very secret is known already. */
export async function makeApiKey(
  deps: Pick<Deps, 'db' | 'newId'>,
  key: Pick<ApiKeyCreate, 'name' | 'companyId'> & Partial<ApiKeyCreate>,
  secret: string,
  by: By = SERVER,
): Promise<ApiKey | null> {
  const full = { scopes: SCOPES, expiresAt: null, ...key, ...keptOf(deps, secret) };
  return insertApiKey(deps.db, deps.newId, full, by);
}
