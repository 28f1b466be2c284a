/** The team's work on incidents (DESIGN §4): list, read, edit and move, comment, resolve. */
import { z } from 'zod';
import {
  commentParams,
  incidentParams,
  resolveBody,
  teamComment,
  teamCommentBody,
  teamIncident,
  teamIncidentPage,
  teamIncidentsQuery,
  teamIncidentUpdate,
} from '../../shared/schemas/incident.ts';
import { findTeamIncident, listTeamIncidents } from '../db/team-incidents.ts';
import { found, route } from '../http/route.ts';
import { changeIncident, commentOnIncident } from './change-incident.ts';

const TAG = 'Team: incidents';

const list = route({
  method: 'get',
  path: '/incident-ticket',
  access: 'team',
  tag: TAG,
  summary: 'Incidents of the company, newest first',
  query: teamIncidentsQuery,
  status: 200,
  data: teamIncidentPage,
  async handle({ input: { query }, actor, deps }) {
    const { incidents, total } = await listTeamIncidents(deps.db, actor.companyId, query);
    const { page, limit } = query;
    return {
      message: 'Incidents.',
      data: { incidents, total, page, totalPages: Math.ceil(total / limit) },
    };
  },
});

const get = route({
  method: 'get',
  path: '/incident-ticket/:id',
  access: 'team',
  tag: TAG,
  summary: 'One incident with everything the team knows',
  params: incidentParams,
  status: 200,
  data: teamIncident,
  errors: ['not_found'],
  async handle({ input: { params }, actor, deps }) {
    const incident = await findTeamIncident(deps.db, actor.companyId, params.id);
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
  body: teamIncidentUpdate,
  aliases: { shortDescription: 'summary' },
  status: 200,
  data: teamIncident,
  errors: ['not_found', 'move_refused'],
  async handle({ input: { params, body }, actor, deps }) {
    const data = await changeIncident(deps, actor, params.id, body);
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
  body: teamCommentBody,
  status: 201,
  data: teamComment,
  errors: ['not_found', 'incident_closed'],
  async handle({ input: { params, body }, actor, deps }) {
    const data = await commentOnIncident(deps, actor, params.incidentId, body);
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
  status: 200,
  data: z.array(teamComment),
  errors: ['not_found'],
  async handle({ input: { params }, actor, deps }) {
    const { comments } = found(await findTeamIncident(deps.db, actor.companyId, params.incidentId));
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
  body: resolveBody,
  status: 200,
  data: teamIncident,
  errors: ['not_found', 'move_refused'],
  async handle({ input: { params, body }, actor, deps }) {
    const data = await changeIncident(deps, actor, params.id, { status: 'RESOLVED' }, body.note);
    return { message: 'Resolved.', data };
  },
});

export const teamIncidentRoutes = [list, get, update, comment, comments, resolve];
