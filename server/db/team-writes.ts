/**
 * What the team writes to an incident. Each command is one transaction that locks the incident first, and writes what
 * belongs together: the change, the history, the customer's counts, the event and the outbox row.
 */
import type { Knex } from 'knex';
import type { Priority, Status } from '../../shared/incident.ts';
import type { TeamComment, TeamIncidentUpdate } from '../../shared/types.ts';
import { TAKE_TURN } from './incident-turn.ts';
import { locateIncident, type NamedIncident, toTeamComment } from './team-incidents.ts';

export interface LockedIncident {
  id: string;
  company_id: string;
  customer_id: string | null;
  status: Status;
  is_unread: boolean;
  /** Before the change, for the audit log. */
  priority: Priority;
  category: string;
}

export type NewId = () => string;

/** Locks the incident until the transaction ends; null where it is absent or another company's. Throws `ticket_ambiguous`. */
export async function lockIncident(
  trx: Knex.Transaction,
  named: NamedIncident,
): Promise<LockedIncident | null> {
  const place = await locateIncident(trx, named);
  if (place === null) return null;
  const query = trx<LockedIncident>('incidents').where(place);
  await query.clone().select(trx.raw(TAKE_TURN));
  const row = await query
    .forUpdate()
    .first('id', 'company_id', 'customer_id', 'status', 'is_unread', 'priority', 'category');
  return row ?? null;
}

/** Moves the status, which the caller has found allowed. The customer is told, and waits no longer. */
export async function moveIncident(
  trx: Knex.Transaction,
  newId: NewId,
  incident: LockedIncident,
  { to, authorName }: { to: Status; authorName: string },
): Promise<void> {
  const { company_id, customer_id, id } = incident;
  const at = await timeOf(trx);
  await trx('incidents')
    .where({ company_id, id })
    .update({
      status: to,
      updated_at: at,
      resolved_at: to === 'RESOLVED' ? at : to === 'CLOSED' ? trx.ref('resolved_at') : null,
      closed_at: to === 'CLOSED' ? at : null,
      waiting_since: null,
    });
  await markUnread(trx, incident);
  await trx('incident_history').insert({
    company_id,
    incident_id: id,
    id: newId(),
    customer_id,
    status: to,
    at,
    author_name: authorName,
  });
  if (customer_id !== null) {
    const [left, entered] = [incident.status.toLowerCase(), to.toLowerCase()];
    await trx('incident_counts')
      .where({ company_id, customer_id })
      .update({ [left]: trx.raw('?? - 1', [left]), [entered]: trx.raw('?? + 1', [entered]) });
  }
  const kind = to === 'RESOLVED' ? 'incident.resolved' : 'incident.updated';
  await tell(trx, newId, incident, {
    event: 'incident.updated',
    outbox: kind,
    payload: { status: to },
  });
}

/** What the customer reads; a change of it is told, and is no news in the sense of an answer. */
const PUBLIC_COLUMNS = {
  summary: 'short_description',
  description: 'description',
  priority: 'priority',
  category: 'category',
} as const;
const INTERNAL_COLUMNS = {
  techDescription: 'tech_description',
  impactSummary: 'impact_summary',
  blastRadius: 'blast_radius',
  serviceArea: 'service_area',
  environment: 'environment',
  region: 'region',
  assignedToEmail: 'assigned_to_email',
} as const;

/** Writes the fields that are given, other than the status. */
export async function editIncident(
  trx: Knex.Transaction,
  newId: NewId,
  incident: LockedIncident,
  change: TeamIncidentUpdate,
): Promise<void> {
  const { company_id, id } = incident;
  const open = columnsOf(change, PUBLIC_COLUMNS);
  const internal = internalColumns(change);
  if (Object.keys(open).length > 0) {
    await trx('incidents')
      .where({ company_id, id })
      .update({ ...open, updated_at: await timeOf(trx) });
    const kind = 'incident.updated';
    await tell(trx, newId, incident, { event: kind, outbox: kind, payload: {} });
  }
  if (Object.keys(internal).length > 0) {
    await trx('incident_internals')
      .insert({ company_id, incident_id: id, ...internal })
      .onConflict(['company_id', 'incident_id'])
      .merge();
    await tell(trx, newId, incident, { event: 'incident.updated', payload: {}, isInternal: true });
  }
}

/** Of the internal fields those that are given, by column. */
export const internalColumns = (change: TeamIncidentUpdate) => columnsOf(change, INTERNAL_COLUMNS);

function columnsOf(change: TeamIncidentUpdate, columns: Readonly<Record<string, string>>) {
  const values = change as Record<string, unknown>;
  const given = Object.entries(columns).filter(([field]) => values[field] !== undefined);
  return Object.fromEntries(given.map(([field, column]) => [column, values[field]]));
}

/** A public comment is news for the customer, who waits no longer; a responder note changes nothing they can see. */
export async function addTeamComment(
  trx: Knex.Transaction,
  newId: NewId,
  incident: LockedIncident,
  comment: { content: string; isInternal: boolean; authorName: string },
): Promise<TeamComment> {
  const { company_id, customer_id, id } = incident;
  const { content, isInternal, authorName: author_name } = comment;
  const at = await timeOf(trx);
  const times = { created_at: at, updated_at: at };
  const row = { company_id, incident_id: id, id: newId(), author_name, content, ...times };
  const [made] = isInternal
    ? await trx('responder_notes').insert(row).returning('*')
    : await trx('comments')
        .insert({ ...row, customer_id, author_type: 'USER' })
        .returning('*');
  if (!isInternal) {
    await trx('incidents')
      .where({ company_id, id })
      .update({
        comment_count: trx.raw('comment_count + 1'),
        updated_at: at,
        waiting_since: null,
      });
    await markUnread(trx, incident);
  }
  await tell(trx, newId, incident, {
    event: 'comment.created',
    ...(isInternal ? { isInternal } : { outbox: 'comment.created' }),
    payload: { commentId: row.id },
  });
  return toTeamComment({ author_type: 'USER', ...made, is_internal: isInternal });
}

/**
 * The time now that the lock is had. now() would be the transaction's start, before it waited for others to write; the
 * history of an incident would then be out of order.
 */
export async function timeOf(trx: Knex.Transaction): Promise<string> {
  const { rows } = await trx.raw('select clock_timestamp()::timestamptz(3) as at');
  return rows[0].at;
}

/** The customer has news; counted once until they look. */
async function markUnread(trx: Knex.Transaction, incident: LockedIncident): Promise<void> {
  const { company_id, customer_id, id } = incident;
  if (customer_id === null || incident.is_unread) return;
  incident.is_unread = true;
  await trx('incidents').where({ company_id, id }).update({ is_unread: true });
  await trx('incident_counts').where({ company_id, customer_id }).increment('unread', 1);
}

interface News {
  event: 'incident.created' | 'incident.updated' | 'comment.created';
  outbox?: 'incident.created' | 'incident.updated' | 'incident.resolved' | 'comment.created';
  payload: object;
  isInternal?: boolean;
}

export async function tell(
  trx: Knex.Transaction,
  newId: NewId,
  incident: Pick<LockedIncident, 'company_id' | 'customer_id' | 'id'>,
  news: News,
): Promise<void> {
  const { company_id, customer_id, id: incident_id } = incident;
  const payload = JSON.stringify(news.payload);
  await trx('events').insert({
    ...{ company_id, id: newId(), incident_id, customer_id, payload },
    kind: news.event,
    is_internal: news.isInternal ?? false,
  });
  if (news.outbox !== undefined) {
    await trx('outbox').insert({
      company_id,
      id: newId(),
      incident_id,
      kind: news.outbox,
      payload,
    });
  }
}
