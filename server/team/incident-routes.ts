/** The team's work on incidents (DESIGN §4): open, list, read, edit and move, comment, resolve. */
import { z } from 'zod';
import { commentParams, incidentParams } from '../../shared/schemas/incident.ts';
import { pagesOf } from '../../shared/schemas/page.ts';
import {
  affectedPage,
  affectedQuery,
  namedIncidentQuery,
  resolutionNoteBody,
  resolveBody,
  teamComment,
  teamCommentBody,
  teamIncident,
  teamIncidentCreate,
  teamIncidentPage,
  teamIncidentsQuery,
  teamIncidentUpdate,
  ticketReservation,
  ticketReservationQuery,
} from '../../shared/schemas/team-incident.ts';
import { listAffected } from '../db/announcements.ts';
import type { TeamActor } from '../db/api-keys.ts';
import { findTeamIncident, type NamedIncident } from '../db/team-incidents.ts';
import { isCostly, listQueue } from '../db/team-queue.ts';
import { ApiError } from '../errors.ts';
import { companyScope } from '../http/company-scope.ts';
import { createGate } from '../http/passwords.ts';
import { found, route } from '../http/route.ts';
import { changeIncident, commentOnIncident } from './change-incident.ts';
import { createTeamIncident, reserveNumber } from './create-incident.ts';

const TAG = 'Team: incidents';

/** What reads many rows runs two at a time on a node: the connections are the customers' too. */
const inTurn = createGate(2, 50);

/** The incident that a path names; an admin key that goes by a number may have to say whose. */
const named = (
  actor: TeamActor,
  ref: string,
  query: { companyId?: string | undefined },
): NamedIncident => ({ scope: companyScope(actor, query.companyId), ref });

const reserve = route({
  method: 'get',
  path: '/incident-ticket/generate-id',
  access: 'team',
  // It takes a number out of the counter, whatever the method says.
  scope: 'write',
  tag: TAG,
  summary: 'Reserve a ticket number: an incident can be created with it within 24 hours',
  query: ticketReservationQuery,
  status: 200,
  data: ticketReservation,
  errors: ['forbidden', 'company_not_found'],
  async handle({ input: { query }, actor, deps, context }) {
    // Where a GET is, a HEAD is too; whoever only looks must not use up a number.
    if (context.method === 'HEAD') {
      context.set('Allow', 'GET');
      throw new ApiError('method_not_allowed');
    }
    const ticketNumber = await reserveNumber(deps, actor, query.companyId);
    return { message: 'Reserved.', data: { ticketNumber } };
  },
});

const create = route({
  method: 'post',
  path: '/incident-ticket',
  access: 'team',
  tag: TAG,
  summary: 'Open an incident for a customer, or an announcement to the whole company',
  description:
    'Without `customerId` it is an announcement: every customer of the company sees it while it is not resolved.',
  body: teamIncidentCreate,
  aliases: { shortDescription: 'summary' },
  status: 201,
  data: teamIncident,
  errors: ['forbidden', 'company_not_found', 'customer_not_found'],
  async handle({ input: { body }, actor, deps }) {
    const data = await createTeamIncident(deps, actor, body);
    return { message: data.customer ? 'Created.' : 'Announced to the company.', data };
  },
});

const list = route({
  method: 'get',
  path: '/incident-ticket',
  access: 'team',
  tag: TAG,
  summary: 'Incidents of the company, newest first, with the counts of the queue',
  query: teamIncidentsQuery,
  status: 200,
  data: teamIncidentPage,
  errors: ['forbidden'],
  async handle({ input: { query }, actor, deps }) {
    const { companyId, ...request } = query;
    const scope = companyScope(actor, companyId);
    const read = () => listQueue(deps.db, scope, request);
    const { total, ...queue } = await (isCostly(request) ? inTurn(read) : read());
    const { page, limit } = query;
    const data = { ...queue, total, page, totalPages: pagesOf(total, limit) };
    return { message: 'Incidents.', data };
  },
});

const get = route({
  method: 'get',
  path: '/incident-ticket/:id',
  access: 'team',
  tag: TAG,
  summary: 'One incident with everything the team knows',
  params: incidentParams,
  query: namedIncidentQuery,
  status: 200,
  data: teamIncident,
  errors: ['not_found', 'forbidden', 'ticket_ambiguous'],
  async handle({ input: { params, query }, actor, deps }) {
    const incident = await findTeamIncident(deps.db, named(actor, params.id, query));
    return { message: 'Incident.', data: found(incident) };
  },
});

const update = route({
  method: 'put',
  path: '/incident-ticket/:id',
  access: 'team',
  tag: TAG,
  summary: 'Edit an incident, or move its status along the allowed moves',
  params: incidentParams,
  query: namedIncidentQuery,
  body: teamIncidentUpdate,
  aliases: { shortDescription: 'summary' },
  status: 200,
  data: teamIncident,
  errors: ['not_found', 'forbidden', 'ticket_ambiguous', 'move_refused'],
  async handle({ input: { params, query, body }, actor, deps }) {
    const data = await changeIncident(deps, actor, named(actor, params.id, query), body);
    return { message: 'Saved.', data };
  },
});

const comment = route({
  method: 'post',
  path: '/incident-ticket/:incidentId/comments',
  access: 'team',
  tag: TAG,
  summary: 'Write to the customer, or leave a responder note',
  params: commentParams,
  query: namedIncidentQuery,
  body: teamCommentBody,
  status: 201,
  data: teamComment,
  errors: ['not_found', 'forbidden', 'ticket_ambiguous', 'incident_closed'],
  async handle({ input: { params, query, body }, actor, deps }) {
    const data = await commentOnIncident(deps, actor, named(actor, params.incidentId, query), body);
    return { message: body.isInternal ? 'Note kept.' : 'Sent to the customer.', data };
  },
});

const comments = route({
  method: 'get',
  path: '/incident-ticket/:incidentId/comments',
  access: 'team',
  tag: TAG,
  summary: 'The conversation, responder notes included',
  params: commentParams,
  query: namedIncidentQuery,
  status: 200,
  data: z.array(teamComment),
  errors: ['not_found', 'forbidden', 'ticket_ambiguous'],
  async handle({ input: { params, query }, actor, deps }) {
    const { comments } = found(
      await findTeamIncident(deps.db, named(actor, params.incidentId, query)),
    );
    return { message: 'Comments.', data: comments };
  },
});

const resolve = route({
  method: 'post',
  path: '/incident-ticket/resolve/:id',
  access: 'team',
  tag: TAG,
  summary: 'Resolve an incident, with a last word to the customer if there is one',
  params: incidentParams,
  query: namedIncidentQuery,
  body: resolveBody,
  status: 200,
  data: teamIncident,
  errors: ['not_found', 'forbidden', 'ticket_ambiguous', 'move_refused'],
  async handle({ input: { params, query, body }, actor, deps }) {
    const data = await changeIncident(
      deps,
      actor,
      named(actor, params.id, query),
      { status: 'RESOLVED' },
      body.note,
    );
    return { message: 'Resolved.', data };
  },
});

const resolveWithNote = route({
  method: 'post',
  path: '/incident-ticket/resolve/customer-kb/:id',
  access: 'team',
  tag: TAG,
  summary: 'Resolve an incident and share how with the customer, as a comment',
  params: incidentParams,
  query: namedIncidentQuery,
  body: resolutionNoteBody,
  status: 200,
  data: teamIncident,
  errors: ['not_found', 'forbidden', 'ticket_ambiguous', 'move_refused'],
  async handle({ input: { params, query, body }, actor, deps }) {
    const note = [body.title, body.content].filter((part) => part !== undefined).join('\n\n');
    const data = await changeIncident(
      deps,
      actor,
      named(actor, params.id, query),
      { status: 'RESOLVED' },
      note,
    );
    return { message: 'Resolved, and shared with the customer.', data };
  },
});

const affected = route({
  method: 'get',
  path: '/incident-ticket/:id/affected',
  access: 'team',
  tag: TAG,
  summary: 'The customers who said that an announcement affects them, newest first',
  params: incidentParams,
  query: affectedQuery,
  status: 200,
  data: affectedPage,
  errors: ['not_found', 'forbidden', 'ticket_ambiguous'],
  async handle({ input: { params, query }, actor, deps }) {
    const incident = found(await findTeamIncident(deps.db, named(actor, params.id, query)));
    return { message: 'Affected.', data: await listAffected(deps.db, incident, query) };
  },
});

export const teamIncidentRoutes = [
  ...[reserve, create, list, get, update, comment, comments],
  ...[resolve, resolveWithNote, affected],
];
