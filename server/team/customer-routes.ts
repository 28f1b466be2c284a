/** Customers, for the team: found, shut out, exported, erased. */
import { z } from 'zod';
import {
  customerErase,
  customerErased,
  customerExport,
  customersQuery,
  customerUpdate,
  customerParams as params,
  teamCustomer,
} from '../../shared/schemas/customer.ts';
import { pageMeta, pageMetaOf } from '../../shared/schemas/page.ts';
import { findTeamCustomer, hasWords, listCustomers } from '../db/team-customers.ts';
import { companyScope } from '../http/company-scope.ts';
import { createGate } from '../http/passwords.ts';
import { found, route, streamRoute } from '../http/route.ts';
import { changeCustomer, takeExport } from './change-customer.ts';
import { eraseCustomer } from './erase-customer.ts';

const TAG = 'Team: customers';

/** A search reads all that it finds: two at a time on a node, since the connections are the customers' too. */
const inTurn = createGate(2, 50);

const list = route({
  method: 'get',
  path: '/customers',
  access: 'team',
  tag: TAG,
  summary: 'Customers of the company, newest first',
  query: customersQuery,
  status: 200,
  data: z.array(teamCustomer),
  meta: pageMeta,
  async handle({ input: { query }, actor, deps }) {
    const { companyId, ...request } = query;
    const scope = companyScope(actor, companyId);
    const read = () => listCustomers(deps.db, scope, request);
    const { customers, total } = await (hasWords(request.search) ? inTurn(read) : read());
    return { message: 'Customers.', data: customers, meta: pageMetaOf(total, query) };
  },
});

const get = route({
  method: 'get',
  path: '/customers/:id',
  access: 'team',
  tag: TAG,
  summary: 'One customer',
  params,
  status: 200,
  data: teamCustomer,
  errors: ['not_found'],
  async handle({ input: { params }, actor, deps }) {
    const data = found(await findTeamCustomer(deps.db, actor.companyId, params.id));
    return { message: 'Customer.', data };
  },
});

const update = route({
  method: 'put',
  path: '/customers/:id',
  access: 'team',
  scope: 'manage',
  tag: TAG,
  summary: 'Disable a customer, enable them again, or take them away from the company’s log-in',
  description:
    'Disabled, they cannot log in, their sessions are over with their next request, and no mail goes to them. Enabled again, they have to log in anew. Their incidents stay with the team either way.',
  params,
  body: customerUpdate,
  status: 200,
  data: teamCustomer,
  errors: ['not_found'],
  async handle({ input: { params, body }, actor, deps }) {
    return { message: 'Saved.', data: await changeCustomer(deps, actor, params.id, body) };
  },
});

const exportOne = streamRoute({
  path: '/customers/:id/export',
  access: 'team',
  scope: ['read', 'manage'],
  tag: TAG,
  summary: 'All that is kept of a customer, as one JSON document to hand to them',
  description:
    "Profile, sessions (their times), incidents with the whole conversation and history, announcements that they said affect them, mails to them, and what the audit log has of them. Not in it: the hash of their password, Idempotency-Keys that their programs chose, and what is the team's own: responder notes, technical descriptions, assignees, names of keys. Notes are the team's working papers and may speak of others; whether one of them belongs into an answer is for people to decide, who read them with `GET /incident-ticket/:id`.",
  params,
  produces: ['application/json'],
  data: customerExport,
  errors: ['not_found'],
  async handle({ input: { params }, actor, deps, context }) {
    // Where a GET is, a HEAD is too: whoever only looks takes nothing.
    const isTaken = context.method === 'GET';
    const document = await takeExport(deps, actor, params.id, isTaken);
    return {
      start(context) {
        context.type = 'application/json; charset=utf-8';
        context.set('Content-Disposition', `attachment; filename="customer-${params.id}.json"`);
        context.body = document;
      },
    };
  },
});

// No DELETE: its body, which has to carry the confirmation, is dropped or refused by some proxies, and an address in the
// query would stay in their logs.
const erase = route({
  method: 'post',
  path: '/customers/:id/erase',
  access: 'team',
  scope: 'manage',
  tag: TAG,
  summary: 'Erase a customer and all that is kept of them, for good',
  description:
    "Gone are their account and sessions, their incidents with every comment, note and attempt to tell somebody of them, and in the audit log their id and address and to what of theirs anything was done; that the team did something, and when, stays. What had been delivered is with its receivers, and what the database's backups hold goes with them. While a message about them is being sent the answer is `unavailable`: they are shut out then, and the same request a minute later goes on. With very many incidents it takes several steps; broken off, it is asked for again. Keep the answer where you have to show that it was done: no id stays here.",
  params,
  body: customerErase,
  status: 200,
  data: customerErased,
  errors: ['not_found'],
  async handle({ input: { params, body }, actor, deps }) {
    return { message: 'Erased.', data: await eraseCustomer(deps, actor, params.id, body.email) };
  },
});

export const teamCustomerRoutes = [list, get, update, exportOne, erase];
