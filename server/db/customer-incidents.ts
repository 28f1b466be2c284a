/**
 * A customer's incidents: hand-written named statements for the hot paths, to be run through `readAsCustomer`, and the
 * mapping of their rows to the wire. Every statement names company and customer; row security stands behind it.
 */
import type { QueryConfig } from 'pg';
import type { Status } from '../../shared/incident.ts';
import { pagesOf } from '../../shared/schemas/page.ts';
import { JsonText, jsonObject } from '../json-text.ts';
import type { CustomerActor } from './customer-door.ts';
import { incidentRef, type RefColumn } from './incident-ref.ts';
import { wireTime } from './wire-time.ts';

type Owner = Pick<CustomerActor, 'companyId' | 'customerId'>;

/** What a list and one incident have in common, by the wire's names. */
const INCIDENT = `i.id, i.ticket_number as "ticketNumber", i.short_description as "shortDescription", i.description,
  i.priority, i.category, i.status, i.company_id as "companyId", i.customer_id as "customerId",
  ${wireTime('i.created_at')} as "createdAt", ${wireTime('i.updated_at')} as "updatedAt",
  ${wireTime('i.resolved_at')} as "resolvedAt", ${wireTime('i.closed_at')} as "closedAt"`;

// Reading one

const GET = (column: RefColumn) => ({
  name: `incident-by-${column}`,
  text: /* sql */ `
    select row_to_json(incident)::text as incident from incidents i cross join lateral (
      select ${INCIDENT}, i.is_unread as "isUnread", (
        select coalesce(json_agg(said order by c.created_at, c.id), '[]')
        from comments c cross join lateral (
          select c.id, c.content, c.author_type as "authorType", c.author_name as "authorName", false as "isInternal",
            ${wireTime('c.created_at')} as "createdAt", ${wireTime('c.updated_at')} as "updatedAt") as said
        where c.company_id = i.company_id and c.incident_id = i.id
      ) as comments, (
        select coalesce(json_agg(change order by h.at, h.id), '[]')
        from incident_history h cross join lateral (select h.status, ${wireTime('h.at')} as at) as change
        where h.company_id = i.company_id and h.incident_id = i.id
      ) as history, '[]'::json as attachments) as incident
    where i.company_id = $1 and i.customer_id = $2 and i.${column} = $3`,
});
const GET_BY = { id: GET('id'), ticket_number: GET('ticket_number') };

/** `ref` is an id or a ticket number. Answers one row for `toIncident`, or none. */
export function incidentQuery({ companyId, customerId }: Owner, ref: string): QueryConfig {
  const { column, value } = incidentRef(ref);
  return { ...GET_BY[column], values: [companyId, customerId, value] };
}

/** An `Incident` of shared/types. */
export const toIncident = ({ incident }: { incident: string }) => new JsonText(incident);

// Lists

/**
 * One row: a page of incidents as the wire has them, newest first, and the counts that belong to it. The counts are kept by
 * the writing statements: their cost does not grow with the number of incidents. `bound` says where the page lies, `hasMore`
 * whether anything lies behind it; rows of `from` are at hand to both.
 */
const list = (
  name: string,
  {
    bound,
    hasMore = 'page.last_seq > 1',
    from = '',
  }: { bound: string; hasMore?: string; from?: string },
) => ({
  name,
  text: /* sql */ `
    select n.open, n.acknowledged, n.investigation, n.mitigated, n.resolved, n.closed, n.unread,
      page.incidents, case when ${hasMore} then page.last_seq end as next_cursor
    from incident_counts n ${from} cross join lateral (
      -- In the order of the rows below.
      select coalesce(string_agg(incident, ','), '') as incidents, min(customer_seq) as last_seq from (
        select i.customer_seq, row_to_json(listed)::text as incident
        from incidents i cross join lateral (
          select ${INCIDENT}, i.comment_count as "commentCount", i.is_unread as "isUnread") as listed
        where i.company_id = $1 and i.customer_id = $2 and ${bound}
        order by i.customer_seq desc limit $3) as shown) as page
    where n.company_id = $1 and n.customer_id = $2`,
});

// The sequence has no gaps: page N starts at a number that is known without counting off the rows before it, and 1 is the last.
const LIST_PAGE = list('incidents-page', { bound: 'i.customer_seq <= n.last_seq - $4::int' });
const LIST_CURSOR = list('incidents-cursor', { bound: 'i.customer_seq < $4' });

// One ordered index scan for each status, merged, up to one more than the page takes; only the page's rows are fetched.
const listByStatus = (name: string, bound: string, innerLimit: string, offset: string) =>
  list(name, {
    from: `cross join lateral (select array(
      select numbered.customer_seq from unnest($5::text[]) as wanted(status) cross join lateral (
        select i.customer_seq from incidents i
        where i.company_id = $1 and i.customer_id = $2 and i.status = wanted.status ${bound}
        order by i.customer_seq desc limit ${innerLimit}) as numbered
      order by numbered.customer_seq desc limit $3::int + 1 ${offset}) as seqs) as found`,
    bound: 'i.customer_seq = any (found.seqs[1:$3])',
    hasMore: 'cardinality(found.seqs) > $3',
  });
const LIST_PAGE_STATUS = listByStatus(
  'incidents-page-status',
  '',
  '$3::int + 1 + $4::int',
  'offset $4',
);
const LIST_CURSOR_STATUS = listByStatus(
  'incidents-cursor-status',
  'and i.customer_seq < $4',
  '$3::int + 1',
  '',
);

export interface ListRequest {
  page: number;
  limit: number;
  cursor?: number | undefined;
  status?: readonly Status[] | undefined;
}

/** By page, or (with `cursor`) from where an earlier answer ended. Answers one row for `toIncidentPage`. */
export function listQuery({ companyId, customerId }: Owner, request: ListRequest): QueryConfig {
  const { page, limit, cursor, status } = request;
  const start = Math.min(cursor ?? (page - 1) * limit, MAX_INT);
  const values = [companyId, customerId, limit, start, ...(status ? [status] : [])];
  if (cursor !== undefined) return { ...(status ? LIST_CURSOR_STATUS : LIST_CURSOR), values };
  return { ...(status ? LIST_PAGE_STATUS : LIST_PAGE), values };
}

/** Leaves room for `limit + offset` inside a 32-bit integer. */
const MAX_INT = 2_000_000_000;

type PageRow = {
  unread: number;
  /** Items of a JSON array. */
  incidents: string;
  next_cursor: number | null;
} & Record<Lowercase<Status>, number>;

/** An `IncidentPage` of shared/types. */
export function toIncidentPage(request: ListRequest, row: PageRow): JsonText {
  const { limit, cursor, page, status } = request;
  const counts: Record<Status, number> = {
    OPEN: row.open,
    ACKNOWLEDGED: row.acknowledged,
    INVESTIGATION: row.investigation,
    MITIGATED: row.mitigated,
    RESOLVED: row.resolved,
    CLOSED: row.closed,
  };
  const wanted = status ?? (Object.keys(counts) as Status[]);
  const total = wanted.reduce((sum, one) => sum + counts[one], 0);
  return new JsonText(
    jsonObject({
      incidents: new JsonText(`[${row.incidents}]`),
      total,
      page: cursor === undefined ? page : null,
      totalPages: pagesOf(total, limit),
      nextCursor: row.next_cursor === null ? null : String(row.next_cursor),
      counts,
      unread: row.unread,
    }),
  );
}
