/** A customer's incidents: report, list, follow, reply (DESIGN §4). */
import { z } from 'zod';
import { LIMITS } from '../../shared/limits.ts';
import {
  comment,
  commentBody,
  commentParams,
  createIncidentBody,
  incident,
  incidentPage,
  incidentParams,
  incidentsQuery,
  seenBody,
} from '../../shared/schemas/incident.ts';
import { asCustomer, readAsCustomer } from '../db/customer-door.ts';
import { incidentQuery, listQuery, toIncident, toIncidentPage } from '../db/customer-incidents.ts';
import { seenQuery } from '../db/customer-writes.ts';
import { found, route } from '../http/route.ts';
import { addComment } from './add-comment.ts';
import { createIncident } from './create-incident.ts';

const idempotencyHeaders = z.object({
  'idempotency-key': z
    .string()
    .regex(
      new RegExp(`^[\\x21-\\x7e]{1,${LIMITS.idempotencyKey}}$`),
      `Idempotency-Key must be 1 to ${LIMITS.idempotencyKey} printable ASCII characters without spaces.`,
    )
    .optional()
    .meta({
      description: 'The same key and body give the first answer again, and make nothing twice.',
    }),
});

const create = route({
  method: 'post',
  path: '/customer/create-incident',
  access: 'customer',
  limit: 'writing',
  tag: 'Incidents',
  summary: 'Report an incident',
  headers: idempotencyHeaders,
  body: createIncidentBody,
  aliases: { summary: 'shortDescription' },
  status: 201,
  data: incident,
  errors: ['idempotency_key_reused'],
  async handle({ input: { body, headers }, actor, deps }) {
    const data = await createIncident(deps, actor, body, headers['idempotency-key']);
    return { message: 'Reported. The team has been told.', data };
  },
});

const get = route({
  method: 'get',
  path: '/customer/get-incident/:id',
  access: 'customer',
  tag: 'Incidents',
  summary: 'One incident with its conversation and history',
  params: incidentParams,
  status: 200,
  data: incident,
  errors: ['not_found'],
  cache: 'private, no-cache',
  async handle({ input: { params }, actor, deps }) {
    const query = incidentQuery(actor, params.id);
    const { rows } = await readAsCustomer(deps, actor, query);
    return { message: 'Incident.', data: toIncident(found(rows[0][0])) };
  },
});

const list = route({
  method: 'get',
  path: '/customer/get-incidents',
  access: 'customer',
  tag: 'Incidents',
  summary: 'Your incidents, newest first',
  query: incidentsQuery,
  status: 200,
  data: incidentPage,
  cache: 'private, no-cache',
  async handle({ input: { query }, actor, deps }) {
    const { rows } = await readAsCustomer(deps, actor, listQuery(actor, query));
    return { message: 'Your incidents.', data: toIncidentPage(query, rows[0][0]) };
  },
});

const reply = route({
  method: 'post',
  path: '/customer/:incidentId/comments',
  access: 'customer',
  limit: 'writing',
  tag: 'Incidents',
  summary: 'Write to the team; on a RESOLVED incident this opens it again',
  params: commentParams,
  headers: idempotencyHeaders,
  body: commentBody,
  status: 201,
  data: comment,
  errors: ['not_found', 'incident_closed', 'conversation_full', 'idempotency_key_reused'],
  async handle({ input: { params, body, headers }, actor, deps }) {
    const key = headers['idempotency-key'];
    const data = await addComment(deps, actor, params.incidentId, body, key);
    return { message: 'Sent. The team has been told.', data };
  },
});

const seen = route({
  method: 'post',
  path: '/customer/:incidentId/seen',
  access: 'customer',
  tag: 'Incidents',
  summary: "Mark the team's news on an incident as seen",
  params: commentParams,
  body: seenBody,
  status: 200,
  data: z.null(),
  errors: ['not_found'],
  async handle({ input: { params, body }, actor, deps }) {
    const query = seenQuery(actor, params.incidentId, body.updatedAt);
    const { rows } = await asCustomer(deps, actor, query);
    found(rows[0][0]);
    return { message: 'Seen.', data: null };
  },
});

export const incidentRoutes = [create, get, list, reply, seen];
