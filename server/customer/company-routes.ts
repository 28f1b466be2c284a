/** The public list of companies, for the selector. */
import { z } from 'zod';
import { companiesQuery, companySummary } from '../../shared/schemas/company.ts';
import { pageMeta, pageMetaOf } from '../../shared/schemas/page.ts';
import { listCompanies } from '../db/companies.ts';
import { route } from '../http/route.ts';

const list = route({
  method: 'get',
  path: '/customer/companies',
  access: 'public',
  tag: 'Companies',
  summary: 'List the companies that can be picked',
  description: 'By name. Companies that are not listed are reached by their direct link only.',
  query: companiesQuery,
  status: 200,
  data: z.array(companySummary),
  meta: pageMeta,
  cache: 'public, max-age=60',
  async handle({ input: { query }, deps }) {
    const { companies, total } = await listCompanies(deps.db, query);
    return { message: 'Companies.', data: companies, meta: pageMetaOf(total, query) };
  },
});

export const companyRoutes = [list];
