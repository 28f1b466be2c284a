/** API keys, for admin keys: make, list, revoke. */
import { z } from 'zod';
import { uuid } from '../../shared/schemas/fields.ts';
import { apiKey, apiKeyCreate, apiKeyCreated } from '../../shared/schemas/key.ts';
import { listApiKeys, revokeApiKey } from '../db/api-keys.ts';
import { findCompany } from '../db/companies.ts';
import { found, route } from '../http/route.ts';
import { makeApiKey, newSecret } from './make-api-key.ts';

const TAG = 'Team: API keys';

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
  async handle({ input: { body }, deps }) {
    const { companyId } = body;
    if (companyId !== null) found(await findCompany(deps.db, companyId), 'company_not_found');
    const secret = newSecret();
    const made = await makeApiKey(deps, body, secret);
    return { message: 'Created. Keep the secret now.', data: { ...found(made), secret } };
  },
});

const list = route({
  method: 'get',
  path: '/api-keys',
  access: 'admin',
  tag: TAG,
  summary: 'All keys, newest first, without their secrets',
  status: 200,
  data: z.array(apiKey),
  async handle({ deps }) {
    return { message: 'API keys.', data: await listApiKeys(deps.db) };
  },
});

const revoke = route({
  method: 'delete',
  path: '/api-keys/:id',
  access: 'admin',
  tag: TAG,
  summary: 'Revoke a key: its next request is refused',
  params: z.object({ id: uuid('id') }),
  status: 200,
  data: apiKey,
  errors: ['not_found'],
  async handle({ input: { params }, deps }) {
    return { message: 'Revoked.', data: found(await revokeApiKey(deps.db, params.id)) };
  },
});

export const apiKeyRoutes = [create, list, revoke];
