/** One incident as the team sees it, internal fields included. `scope` is the one company of the key, or null for all. */
import type { Knex } from 'knex';
import { allowedMoves, type Status } from '../../shared/incident.ts';
import type { TeamComment, TeamIncident, TeamIncidentListed } from '../../shared/types.ts';
import { ApiError } from '../errors.ts';
import { incidentRef } from './incident-ref.ts';
import { isoTime } from './wire-time.ts';

/** The company that is worked in, or null for an admin key over all. */
export type Scope = string | null;

/** Of `incidents i`, `incident_internals n` and `customers c`: what `toTeamListed` reads. */
export const TEAM_COLUMNS = /* sql */ `i.*, n.tech_description, n.impact_summary, n.blast_radius, n.service_area,
  n.environment, n.region, n.assigned_to_email, c.name as customer_name, c.email as customer_email`;
/** To be joined to `incidents i`. */
export const TEAM_JOINS = /* sql */ `
  left join incident_internals n on n.company_id = i.company_id and n.incident_id = i.id
  left join customers c on c.company_id = i.company_id and c.id = i.customer_id`;

/** An incident as a request names it: by id or ticket number, in one company or (null) in any. */
export interface NamedIncident {
  scope: Scope;
  ref: string;
}

/**
 * Which incident is meant; null where it is absent or another company's. Throws `ticket_ambiguous` for a number that
 * more than one company has: what is meant for one must not happen in another.
 */
export async function locateIncident(
  knex: Knex,
  { scope, ref }: NamedIncident,
): Promise<{ company_id: string; id: string } | null> {
  const { column, value } = incidentRef(ref);
  // No index has the numbers of all companies: each is looked up in its company's.
  const isWalk = scope === null && column === 'ticket_number';
  const company = isWalk ? 'co.id' : 'company_id';
  const one = `select company_id, id from incidents
    where company_id = ${scope === null ? company : ':scope'} and ${column} = :value`;
  const { rows } = await knex.raw(
    isWalk ? `select i.* from companies co cross join lateral (${one} limit 1) i limit 2` : one,
    { value, scope },
  );
  if (rows.length > 1) throw new ApiError('ticket_ambiguous');
  return rows[0] ?? null;
}

/** Null where the incident is absent or another company's. Throws `ticket_ambiguous`. */
export async function findTeamIncident(
  { knex }: { knex: Knex },
  named: NamedIncident,
): Promise<TeamIncident | null> {
  const place = await locateIncident(knex, named);
  if (place === null) return null;
  const { rows } = await knex.raw(
    `select ${TEAM_COLUMNS}, k.last_seq as customer_incidents, c.disabled_at as customer_disabled_at from incidents i ${TEAM_JOINS}
     left join incident_counts k on k.company_id = i.company_id and k.customer_id = i.customer_id
     where i.company_id = :company_id and i.id = :id`,
    place,
  );
  const [row] = rows;
  if (row === undefined) return null;
  const [comments, history] = await Promise.all([
    listTeamComments({ knex }, row.company_id, row.id),
    knex('incident_history')
      .where({ company_id: row.company_id, incident_id: row.id })
      .orderBy(['at', 'id'])
      .select('status', 'at', { by: 'author_name' }),
  ]);
  const { customer, ...fields } = toTeamFields(row);
  return {
    ...fields,
    customer: customer && {
      ...customer,
      isDisabled: row.customer_disabled_at !== null,
      incidentCount: row.customer_incidents,
    },
    comments,
    history,
  };
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

export function toTeamListed(row: any): TeamIncidentListed {
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
    waitingSince: row.waiting_since,
    affectedCount: row.affected_count,
    allowedMoves: [...allowedMoves(row.status)],
  };
}
// biome-ignore-end lint/suspicious/noExplicitAny: see above.
