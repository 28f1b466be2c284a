/** The log of deliveries, for keys that may manage: what was sent to whom, what was answered, and once more. */
import { z } from 'zod';
import { deliveriesQuery, deliveryDetail, deliveryPage } from '../../shared/schemas/delivery.ts';
import { uuid } from '../../shared/schemas/fields.ts';
import { pagesOf } from '../../shared/schemas/page.ts';
import { findDelivery, listDeliveries } from '../db/deliveries.ts';
import { oneCompany } from '../http/company-scope.ts';
import { found, route } from '../http/route.ts';
import { redeliver } from './change-webhook.ts';

const TAG = 'Team: deliveries';
const params = z.object({ id: uuid('id') });

const list = route({
  method: 'get',
  path: '/deliveries',
  access: 'team',
  scope: ['read', 'manage'],
  tag: TAG,
  summary: 'Mails and webhook messages of the last 30 days, newest first',
  query: deliveriesQuery,
  status: 200,
  data: deliveryPage,
  async handle({ input: { query }, actor, deps }) {
    const { kind, status, incidentId: incident, page, limit } = query;
    const companyId = oneCompany(actor, query.companyId);
    const filter = { companyId, kind, status, incident };
    const { deliveries, total } = await listDeliveries(deps.db, filter, { page, limit });
    const totalPages = pagesOf(total, limit);
    return { message: 'Deliveries.', data: { deliveries, total, page, totalPages } };
  },
});

const get = route({
  method: 'get',
  path: '/deliveries/:id',
  access: 'team',
  scope: ['read', 'manage'],
  tag: TAG,
  summary: 'One delivery with every attempt',
  params,
  status: 200,
  data: deliveryDetail,
  errors: ['not_found'],
  async handle({ input: { params }, actor, deps }) {
    const data = found(await findDelivery(deps.db, actor.companyId, params.id));
    return { message: 'Delivery.', data };
  },
});

const again = route({
  method: 'post',
  path: '/deliveries/:id/redeliver',
  access: 'team',
  scope: ['read', 'manage'],
  tag: TAG,
  summary: 'Send a delivery again, under the same id',
  params,
  status: 200,
  data: deliveryDetail,
  errors: ['not_found'],
  async handle({ input: { params }, actor, deps }) {
    return { message: 'On its way again.', data: await redeliver(deps, actor, params.id) };
  },
});

export const deliveryRoutes = [list, get, again];
