/**
 * Announcements: what customers read of them and say to them (statements to be run through `asCustomer`), what anybody
 * may read, and for the team the list of whom they affect. Every statement asks for incidents without a customer, so
 * that nobody's own incident is ever taken for one.
 */
import type { QueryConfig } from 'pg';
import { UNSOLVED } from '../../shared/incident.ts';
import { pagesOf } from '../../shared/schemas/page.ts';
import type { AffectedPage, Announcement, TeamIncident } from '../../shared/types.ts';
import type { Database } from './connection.ts';
import type { CustomerActor } from './customer-door.ts';
import { isoTime } from './wire-time.ts';

type Owner = Pick<CustomerActor, 'companyId' | 'customerId'>;

/** As many as anybody can take in at once. */
const MOST = 20;

const UNSOLVED_LIST = UNSOLVED.map((one) => `'${one}'`).join(', ');

/** Updates are shown up to this number, so that what every visitor loads stays small. */
const MOST_UPDATES = 20;

const FIELDS = /* sql */ `i.id, i.ticket_number, i.short_description, i.description, i.priority, i.status,
  i.created_at, i.updated_at, i.resolved_at,
  (select coalesce(json_agg(json_build_object('id', c.id, 'content', c.content, 'authorName', c.author_name,
      'createdAt', c.created_at) order by c.created_at, c.id), '[]')
    from (select * from comments c where c.company_id = i.company_id and c.incident_id = i.id and c.customer_id is null
      order by c.created_at desc, c.id desc limit ${MOST_UPDATES}) c) as updates,
  (select coalesce(json_agg(json_build_object('status', h.status, 'at', h.at) order by h.at, h.id), '[]')
    from incident_history h where h.company_id = i.company_id and h.incident_id = i.id
      and h.customer_id is null) as history`;

const OPEN = /* sql */ `i.company_id = $1 and i.customer_id is null and i.status in (${UNSOLVED_LIST})`;

// Reading

const LIST = {
  name: 'announcements',
  text: /* sql */ `
    select * from (
      (select ${FIELDS}, a.customer_id is not null as is_affected, 1 as part
        from incidents i
        left join incident_affected a
          on a.company_id = i.company_id and a.incident_id = i.id and a.customer_id = $2
        where ${OPEN} order by i.created_at desc, i.id desc limit ${MOST})
      union all
      (select ${FIELDS}, true, 2
        from incident_affected a
        join incidents i on i.company_id = a.company_id and i.id = a.incident_id
        where a.company_id = $1 and a.customer_id = $2 and i.customer_id is null
          and i.status not in (${UNSOLVED_LIST})
          and (a.seen_at is null or a.seen_at < coalesce(i.resolved_at, i.closed_at))
        order by a.at desc limit ${MOST})
    ) announcement order by part, created_at desc, id desc`,
};

/** The unresolved ones, newest first, then what has been resolved of those that affect this customer. */
export const announcementsQuery = ({ companyId, customerId }: Owner): QueryConfig => ({
  ...LIST,
  values: [companyId, customerId],
});

const ONE = {
  name: 'announcement',
  text: /* sql */ `
    select ${FIELDS}, a.customer_id is not null as is_affected
    from incidents i
    left join incident_affected a on a.company_id = i.company_id and a.incident_id = i.id and a.customer_id = $2
    where i.company_id = $1 and i.customer_id is null and i.id = $3`,
};

/** Answers a row when the company has this announcement, resolved or not. */
export const announcementQuery = ({ companyId, customerId }: Owner, id: string): QueryConfig => ({
  ...ONE,
  values: [companyId, customerId, id],
});

/** What every visitor of the company's panel is told, logged in or not: unresolved, newest first, at most 20. */
export async function openAnnouncements(
  { pool }: Database,
  companyId: string,
): Promise<Announcement[]> {
  const { rows } = await pool.query({
    name: 'announcements-open',
    text: /* sql */ `select ${FIELDS}, false as is_affected from incidents i
      where ${OPEN} order by i.created_at desc, i.id desc limit ${MOST}`,
    values: [companyId],
  });
  return rows.map(toAnnouncement);
}

// biome-ignore-start lint/suspicious/noExplicitAny: rows come from the driver untyped and are mapped here, once.
export function toAnnouncement(row: any): Announcement {
  return {
    id: row.id,
    ticketNumber: row.ticket_number,
    shortDescription: row.short_description,
    description: row.description,
    priority: row.priority,
    status: row.status,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    resolvedAt: row.resolved_at,
    isAffected: row.is_affected,
    updates: row.updates.map((update: any) => ({
      id: update.id,
      content: update.content,
      authorName: update.authorName,
      createdAt: isoTime(update.createdAt),
    })),
    history: row.history.map((change: any) => ({ status: change.status, at: isoTime(change.at) })),
  };
}
// biome-ignore-end lint/suspicious/noExplicitAny: see above.

// Saying that it affects me

// Nothing is written by a session that is over: then app_customer_id() is null.
const TARGET = /* sql */ `select id from incidents
  where company_id = $1::uuid and customer_id is null and id = $3::uuid and app_customer_id() = $2::uuid`;
const EVENT = (isAffected: boolean, from: string) => /* sql */ `
  insert into events (company_id, id, incident_id, customer_id, kind, is_internal, payload)
  select $1, $4::uuid, incident_id, $2, 'incident.affected', true, '{"isAffected":${isAffected}}' from ${from}`;

const AFFECT = {
  name: 'announcement-affect',
  text: /* sql */ `
    with said as (
      insert into incident_affected (company_id, incident_id, customer_id, at)
      select $1, id, $2, clock_timestamp() from (${TARGET}) target
      on conflict do nothing returning incident_id
    )
    ${EVENT(true, 'said')}`,
};
const UNAFFECT = {
  name: 'announcement-unaffect',
  text: /* sql */ `
    with undone as (
      delete from incident_affected
      where company_id = $1 and customer_id = $2 and incident_id in (${TARGET}) returning incident_id
    )
    ${EVENT(false, 'undone')}`,
};

/** Says that the announcement affects this customer, or takes it back; the team hears of it when that is new. */
export const affectedQuery = (
  { companyId, customerId }: Owner,
  id: string,
  isAffected: boolean,
  eventId: string,
): QueryConfig => ({
  ...(isAffected ? AFFECT : UNAFFECT),
  values: [companyId, customerId, id, eventId],
});

const SEEN = {
  name: 'announcement-seen',
  text: /* sql */ `
    update incident_affected a set seen_at = clock_timestamp()
    from incidents i
    where a.company_id = $1 and a.customer_id = $2 and a.incident_id = $3
      and i.company_id = a.company_id and i.id = a.incident_id and i.status not in (${UNSOLVED_LIST})`,
};

/** The customer knows that it is resolved. Before that there is nothing to have seen. */
export const announcementSeenQuery = (
  { companyId, customerId }: Owner,
  id: string,
): QueryConfig => ({ ...SEEN, values: [companyId, customerId, id] });

// The team

/** Whom an announcement affects, newest first. */
export async function listAffected(
  { pool }: Database,
  { companyId, id, affectedCount: total }: Pick<TeamIncident, 'companyId' | 'id' | 'affectedCount'>,
  { page, limit }: { page: number; limit: number },
): Promise<AffectedPage> {
  const { rows } = await pool.query(
    `select c.id, c.name, c.email, a.at from incident_affected a
     join customers c on c.company_id = a.company_id and c.id = a.customer_id
     where a.company_id = $1 and a.incident_id = $2
     order by a.at desc, a.customer_id desc limit $3 offset $4`,
    [companyId, id, limit, (page - 1) * limit],
  );
  return { customers: rows, total, page, totalPages: pagesOf(total, limit) };
}
