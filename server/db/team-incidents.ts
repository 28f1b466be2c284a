/** The team's view of incidents, internal fields included. `scope` is the one company of the key, or null for all. */
import type { Knex } from 'knex';
import { allowedMoves, type Priority, type Status } from '../../shared/incident.ts';
import type { TeamComment, TeamIncident, TeamIncidentListed } from '../../shared/types.ts';
import { type Database, isoTime } from './connection.ts';
import { incidentRef } from './incident-ref.ts';

/** Company of the key, or null for an admin key. */
export type Scope = string | null;

const INTERNAL = [
  'tech_description',
  'impact_summary',
  'blast_radius',
  'service_area',
  'environment',
  'region',
  'assigned_to_email',
] as const;

function incidents(db: Knex, scope: Scope) {
  const query = db('incidents as i')
    .leftJoin('incident_internals as n', (join) =>
      join.on('n.company_id', 'i.company_id').andOn('n.incident_id', 'i.id'),
    )
    .leftJoin('customers as c', (join) =>
      join.on('c.company_id', 'i.company_id').andOn('c.id', 'i.customer_id'),
    )
    .select('i.*', ...INTERNAL.map((column) => `n.${column}`))
    .select({ customer_name: 'c.name', customer_email: 'c.email' });
  return scope === null ? query : query.where('i.company_id', scope);
}

export interface TeamListRequest {
  page: number;
  limit: number;
  status?: readonly Status[] | undefined;
  priority?: Priority | undefined;
}

/** Newest first. */
export async function listTeamIncidents(
  { knex }: Database,
  scope: Scope,
  { page, limit, status, priority }: TeamListRequest,
): Promise<{ incidents: TeamIncidentListed[]; total: number }> {
  const filter = (query: Knex.QueryBuilder) => {
    if (status !== undefined) query.whereIn('i.status', [...status]);
    if (priority !== undefined) query.where('i.priority', priority);
    if (scope !== null) query.where('i.company_id', scope);
  };
  const rows = await incidents(knex, scope)
    .modify(filter)
    .orderBy([
      { column: 'i.created_at', order: 'desc' },
      { column: 'i.id', order: 'desc' },
    ])
    .limit(limit)
    .offset((page - 1) * limit);
  const counted = await knex('incidents as i').modify(filter).count({ total: '*' }).first();
  return { incidents: rows.map(toTeamListed), total: Number(counted?.total) };
}

/** Null where the incident is absent or another company's. `ref` is an id or, for a company's key, a ticket number. */
export async function findTeamIncident(
  { knex }: { knex: Knex },
  scope: Scope,
  ref: string,
): Promise<TeamIncident | null> {
  const { column, value } = incidentRef(ref);
  // Two companies have the same ticket numbers: an admin key gets the newest of them.
  const row = await incidents(knex, scope)
    .where(`i.${column}`, value)
    .orderBy('i.created_at', 'desc')
    .first();
  if (row === undefined) return null;
  const [comments, history] = await Promise.all([
    listTeamComments({ knex }, row.company_id, row.id),
    knex('incident_history')
      .where({ company_id: row.company_id, incident_id: row.id })
      .orderBy(['at', 'id'])
      .select('status', 'at'),
  ]);
  return { ...toTeamFields(row), comments, history };
}

/** Public comments and responder notes in the order of their writing. */
async function listTeamComments(
  { knex }: { knex: Knex },
  companyId: string,
  incidentId: string,
): Promise<TeamComment[]> {
  const { rows } = await knex.raw(
    `select id, content, author_type, author_name, false as is_internal, created_at, updated_at
       from comments where company_id = :companyId and incident_id = :incidentId
     union all
     select id, content, 'USER', author_name, true, created_at, updated_at
       from responder_notes where company_id = :companyId and incident_id = :incidentId
     order by created_at, id`,
    { companyId, incidentId },
  );
  return rows.map(toTeamComment);
}

// biome-ignore-start lint/suspicious/noExplicitAny: rows come from the driver untyped and are mapped here, once.
export function toTeamComment(row: any): TeamComment {
  return {
    id: row.id,
    content: row.content,
    authorType: row.author_type,
    authorName: row.author_name,
    isInternal: row.is_internal,
    createdAt: isoTime(row.created_at),
    updatedAt: isoTime(row.updated_at),
  };
}

function toTeamListed(row: any): TeamIncidentListed {
  return { ...toTeamFields(row), commentCount: row.comment_count };
}

function toTeamFields(row: any) {
  return {
    id: row.id,
    ticketNumber: row.ticket_number,
    summary: row.short_description,
    shortDescription: row.short_description,
    description: row.description,
    priority: row.priority,
    category: row.category,
    status: row.status as Status,
    source: row.source,
    companyId: row.company_id,
    customerId: row.customer_id,
    customer:
      row.customer_id === null
        ? null
        : { id: row.customer_id, name: row.customer_name, email: row.customer_email },
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    resolvedAt: row.resolved_at,
    closedAt: row.closed_at,
    techDescription: row.tech_description,
    impactSummary: row.impact_summary,
    blastRadius: row.blast_radius,
    serviceArea: row.service_area,
    environment: row.environment,
    region: row.region,
    assignedToEmail: row.assigned_to_email,
    allowedMoves: [...allowedMoves(row.status)],
  };
}
// biome-ignore-end lint/suspicious/noExplicitAny: see above.
