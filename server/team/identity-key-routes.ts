/** Keys with which a company's backend signs its own customers in. Two or three at a time, so that they can be rotated. */
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { uuid } from '../../shared/schemas/fields.ts';
import { identityKey, identityKeyCreate, identityKeyCreated } from '../../shared/schemas/key.ts';
import { findCompany } from '../db/companies.ts';
import { deleteIdentityKey, insertIdentityKey, listIdentityKeys } from '../db/identity-keys.ts';
import { companyScope, oneCompany } from '../http/company-scope.ts';
import { found, route } from '../http/route.ts';

const TAG = 'Team: keys';

const create = route({
  method: 'post',
  path: '/identity-keys',
  access: 'team',
  scope: 'manage',
  tag: TAG,
  summary: 'Make a key that signs customers in',
  body: identityKeyCreate,
  status: 201,
  data: identityKeyCreated,
  errors: ['company_not_found', 'too_many_identity_keys'],
  async handle({ input: { body }, actor, deps }) {
    const companyId = oneCompany(actor, body.companyId);
    found(await findCompany(deps.db, companyId), 'company_not_found');
    const secret = randomBytes(32).toString('base64url');
    const key = { companyId, name: body.name, secret };
    const made = await insertIdentityKey(deps.db, deps.newId, actor, key);
    return {
      message: 'Keep the secret: it is not shown again.',
      data: { ...found(made, 'too_many_identity_keys'), secret },
    };
  },
});

const list = route({
  method: 'get',
  path: '/identity-keys',
  access: 'team',
  scope: 'manage',
  tag: TAG,
  summary: 'Keys that sign customers in, the newest first',
  query: z.object({ companyId: uuid('companyId').optional() }),
  status: 200,
  data: z.array(identityKey),
  async handle({ input: { query }, actor, deps }) {
    const keys = await listIdentityKeys(deps.db, companyScope(actor, query.companyId));
    return { message: 'Identity keys.', data: keys };
  },
});

const remove = route({
  method: 'delete',
  path: '/identity-keys/:id',
  access: 'team',
  scope: 'manage',
  tag: TAG,
  summary: 'Delete a key: what it has signed is refused at once',
  params: z.object({ id: uuid('id') }),
  status: 200,
  data: z.null(),
  errors: ['not_found'],
  async handle({ input: { params }, actor, deps }) {
    found((await deleteIdentityKey(deps.db, deps.newId, actor, params.id)) || null);
    return { message: 'Deleted.', data: null };
  },
});

export const identityKeyRoutes = [create, list, remove];
