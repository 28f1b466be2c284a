/** Webhooks, for keys that may manage (DESIGN §4 and §7). */
import { z } from 'zod';
import { delivery, deliveryPage, webhookDeliveriesQuery } from '../../shared/schemas/delivery.ts';
import { uuid } from '../../shared/schemas/fields.ts';
import {
  ofCompany,
  webhook,
  webhookCreate,
  webhookCreated,
  webhookSecret,
  webhookUpdate,
} from '../../shared/schemas/webhook.ts';
import { findCompany } from '../db/companies.ts';
import { listDeliveries } from '../db/deliveries.ts';
import { findWebhook, listWebhooks } from '../db/webhooks.ts';
import { oneCompany } from '../http/company-scope.ts';
import { found, route } from '../http/route.ts';
import {
  changeWebhook,
  createWebhook,
  deleteWebhook,
  rotateSecret,
  testWebhook,
} from './change-webhook.ts';

const TAG = 'Team: webhooks';
const params = z.object({ id: uuid('id') });

const create = route({
  method: 'post',
  path: '/webhooks',
  access: 'team',
  scope: ['read', 'manage'],
  tag: TAG,
  summary: 'Set up a webhook; its secret is shown in this answer and never again',
  description:
    'Messages are signed as standardwebhooks.com describes: `webhook-id` stays the same when one is sent again. Answer with a 2xx within 15 seconds; redirects are not followed; a 410 pauses the webhook at once, three days of nothing but failures do so too.',
  body: webhookCreate,
  status: 201,
  data: webhookCreated,
  errors: ['company_not_found', 'too_many_webhooks'],
  async handle({ input: { body }, actor, deps }) {
    const { companyId: named, ...input } = body;
    const companyId = oneCompany(actor, named);
    found(await findCompany(deps.db, companyId), 'company_not_found');
    const data = await createWebhook(deps, actor, companyId, input);
    return { message: 'Set up. Keep the secret now.', data };
  },
});

const list = route({
  method: 'get',
  path: '/webhooks',
  access: 'team',
  scope: ['read', 'manage'],
  tag: TAG,
  summary: 'The webhooks of a company, without their secrets',
  query: z.object({ companyId: ofCompany }),
  status: 200,
  data: z.array(webhook),
  async handle({ input: { query }, actor, deps }) {
    const data = await listWebhooks(deps.db, oneCompany(actor, query.companyId));
    return { message: 'Webhooks.', data };
  },
});

const get = route({
  method: 'get',
  path: '/webhooks/:id',
  access: 'team',
  scope: ['read', 'manage'],
  tag: TAG,
  summary: 'One webhook, and how it fares',
  params,
  status: 200,
  data: webhook,
  errors: ['not_found'],
  async handle({ input: { params }, actor, deps }) {
    const data = found(await findWebhook(deps.db.knex, actor.companyId, params.id));
    return { message: 'Webhook.', data };
  },
});

const update = route({
  method: 'put',
  path: '/webhooks/:id',
  access: 'team',
  scope: ['read', 'manage'],
  tag: TAG,
  summary: 'Change, pause, or take up a webhook again: what is not sent stays as it is',
  params,
  body: webhookUpdate,
  status: 200,
  data: webhook,
  errors: ['not_found'],
  async handle({ input: { params, body }, actor, deps }) {
    return { message: 'Saved.', data: await changeWebhook(deps, actor, params.id, body) };
  },
});

const remove = route({
  method: 'delete',
  path: '/webhooks/:id',
  access: 'team',
  scope: ['read', 'manage'],
  tag: TAG,
  summary: 'Delete a webhook: what still waits for it is not sent',
  params,
  status: 200,
  data: z.null(),
  errors: ['not_found'],
  async handle({ input: { params }, actor, deps }) {
    await deleteWebhook(deps, actor, params.id);
    return { message: 'Deleted.', data: null };
  },
});

const test = route({
  method: 'post',
  path: '/webhooks/:id/test',
  access: 'team',
  scope: ['read', 'manage'],
  tag: TAG,
  summary: 'Send a test; the delivery that is answered tells what becomes of it',
  params,
  status: 201,
  data: delivery,
  errors: ['not_found'],
  async handle({ input: { params }, actor, deps }) {
    return { message: 'On its way.', data: await testWebhook(deps, actor, params.id) };
  },
});

const rotate = route({
  method: 'post',
  path: '/webhooks/:id/rotate-secret',
  access: 'team',
  scope: ['read', 'manage'],
  tag: TAG,
  summary: 'Make a new secret; for 24 hours the old one signs as well',
  params,
  status: 201,
  data: webhookSecret,
  errors: ['not_found'],
  async handle({ input: { params }, actor, deps }) {
    const data = await rotateSecret(deps, actor, params.id);
    return { message: 'Made. Keep the secret now.', data };
  },
});

const deliveries = route({
  method: 'get',
  path: '/webhooks/:id/deliveries',
  access: 'team',
  scope: ['read', 'manage'],
  tag: TAG,
  summary: 'What was sent to a webhook, newest first',
  params,
  query: webhookDeliveriesQuery,
  status: 200,
  data: deliveryPage,
  errors: ['not_found'],
  async handle({ input: { params, query }, actor, deps }) {
    const { companyId, id } = found(await findWebhook(deps.db.knex, actor.companyId, params.id));
    const filter = { companyId, webhookId: id, status: query.status };
    const { deliveries, total } = await listDeliveries(deps.db, filter, query);
    const totalPages = Math.ceil(total / query.limit);
    return { message: 'Deliveries.', data: { deliveries, total, page: query.page, totalPages } };
  },
});

export const webhookRoutes = [create, list, get, update, remove, test, rotate, deliveries];
