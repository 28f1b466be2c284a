/** Companies, for admin keys. */
import { z } from 'zod';
import { company, companyCreate, companyUpdate } from '../../shared/schemas/company.ts';
import { uuid } from '../../shared/schemas/fields.ts';
import { pageMeta, pageMetaOf, pageRequest } from '../../shared/schemas/page.ts';
import { findAnyCompany, listAllCompanies } from '../db/companies.ts';
import { ApiError } from '../errors.ts';
import { found, route } from '../http/route.ts';
import { changeCompany, createCompany } from './write-company.ts';

const TAG = 'Team: companies';
const params = z.object({ id: uuid('id') });

const create = route({
  method: 'post',
  path: '/companies',
  access: 'admin',
  tag: TAG,
  summary: 'Create a company',
  body: companyCreate,
  status: 201,
  data: company,
  errors: ['slug_taken', 'mail_off'],
  async handle({ input: { body }, actor, deps }) {
    const made = await createCompany(deps, actor, body);
    return { message: 'Created.', data: found(made, 'slug_taken') };
  },
});

const list = route({
  method: 'get',
  path: '/companies',
  access: 'admin',
  tag: TAG,
  summary: 'All companies, disabled ones too, by name',
  query: z.object(pageRequest),
  status: 200,
  data: z.array(company),
  meta: pageMeta,
  async handle({ input: { query }, deps }) {
    const { companies, total } = await listAllCompanies(deps.db, query);
    return { message: 'Companies.', data: companies, meta: pageMetaOf(total, query) };
  },
});

const get = route({
  method: 'get',
  path: '/companies/:id',
  access: 'admin',
  tag: TAG,
  summary: 'One company',
  params,
  status: 200,
  data: company,
  errors: ['not_found'],
  async handle({ input: { params }, deps }) {
    return { message: 'Company.', data: found(await findAnyCompany(deps.db, params.id)) };
  },
});

const update = route({
  method: 'put',
  path: '/companies/:id',
  access: 'admin',
  tag: TAG,
  summary: 'Change a company: what is not sent stays as it is',
  params,
  body: companyUpdate,
  status: 200,
  data: company,
  errors: ['not_found', 'slug_taken', 'mail_off'],
  async handle({ input: { params, body }, actor, deps }) {
    const changed = await changeCompany(deps, actor, params.id, body);
    if (changed === 'absent') throw new ApiError('not_found');
    if (changed === 'slug_taken') throw new ApiError('slug_taken');
    return { message: 'Saved.', data: changed };
  },
});

export const teamCompanyRoutes = [create, list, get, update];
