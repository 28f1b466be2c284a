/** API keys, for admin keys: make, list, rotate, revoke. */
import { z } from 'zod';
import { uuid } from '../../shared/schemas/fields.ts';
import {
  apiKey,
  apiKeyCreate,
  apiKeyCreated,
  apiKeyRotate,
  apiKeysQuery,
} from '../../shared/schemas/key.ts';
import { pageMeta, pageMetaOf } from '../../shared/schemas/page.ts';
import { listApiKeys, revokeApiKey, rotateApiKey } from '../db/api-keys.ts';
import { byTeam } from '../db/audit.ts';
import { findCompany } from '../db/companies.ts';
import { ApiError } from '../errors.ts';
import { found, route } from '../http/route.ts';
import { keptOf, makeApiKey, newSecret } from './make-api-key.ts';

const TAG = 'Team: API keys';
const params = z.object({ id: uuid('id') });

const create = route({
  method: 'post',
  path: '/api-keys',
  access: 'admin',
  tag: TAG,
  summary: 'Make a key; its secret is shown in this answer and never again',
  body: apiKeyCreate,
  status: 201,
  data: apiKeyCreated,
  errors: ['company_not_found'],
  async handle({ input: { body }, actor, deps }) {
    const { companyId } = body;
    if (companyId !== null) found(await findCompany(deps.db, companyId), 'company_not_found');
    const secret = newSecret();
    const made = await makeApiKey(deps, body, secret, byTeam(actor));
    return { message: 'Created. Keep the secret now.', data: { ...found(made), secret } };
  },
});

const list = route({
  method: 'get',
  path: '/api-keys',
  access: 'admin',
  tag: TAG,
  summary: 'Keys, newest first, without their secrets; ended ones stay in the list',
  query: apiKeysQuery,
  status: 200,
  data: z.array(apiKey),
  meta: pageMeta,
  async handle({ input: { query }, deps }) {
    const { keys, total } = await listApiKeys(deps.db, query);
    return { message: 'API keys.', data: keys, meta: pageMetaOf(total, query) };
  },
});

const rotate = route({
  method: 'post',
  path: '/api-keys/:id/rotate',
  access: 'admin',
  tag: TAG,
  summary: 'Make the successor of a key; both work until the overlap is over',
  description:
    'The successor has the same name, company, scopes and end. The desk sessions of the old key end at once.',
  params,
  body: apiKeyRotate,
  status: 201,
  data: apiKeyCreated,
  errors: ['not_found', 'key_ended', 'key_rotated'],
  async handle({ input: { params, body }, actor, deps }) {
    const { db, newId } = deps;
    const secret = newSecret();
    const successor = keptOf(deps, secret);
    const { overlapHours } = body;
    const made = await rotateApiKey(db, newId, params.id, successor, overlapHours, byTeam(actor));
    if (made === 'absent') throw new ApiError('not_found');
    if (made === 'ended') throw new ApiError('key_ended');
    if (made === 'rotated') throw new ApiError('key_rotated');
    return { message: 'Rotated. Keep the new secret now.', data: { ...made, secret } };
  },
});

const revoke = route({
  method: 'delete',
  path: '/api-keys/:id',
  access: 'admin',
  tag: TAG,
  summary: 'Revoke a key: its next request is refused, and so is that of its desk sessions',
  params,
  status: 200,
  data: apiKey,
  errors: ['not_found', 'last_admin_key'],
  async handle({ input: { params }, actor, deps }) {
    const revoked = await revokeApiKey(deps.db, deps.newId, params.id, byTeam(actor));
    if (revoked === 'absent') throw new ApiError('not_found');
    if (revoked === 'last_admin_key') throw new ApiError('last_admin_key');
    return { message: 'Revoked.', data: revoked };
  },
});

export const apiKeyRoutes = [create, list, rotate, revoke];
