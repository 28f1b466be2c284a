/**
 * A customer's incidents: hand-written named statements for the hot paths, each to be run through `asCustomer`, and the
 * mapping of their rows to the wire. Every statement names company and customer; row security stands behind it.
 */
import type { QueryConfig } from 'pg';
import type { Status } from '../../shared/incident.ts';
import { pagesOf } from '../../shared/schemas/page.ts';
import type { Incident, IncidentListed, IncidentPage } from '../../shared/types.ts';
import { isoTime } from './connection.ts';
import type { CustomerActor } from './customer-door.ts';
import { incidentRef, type RefColumn } from './incident-ref.ts';

type Owner = Pick<CustomerActor, 'companyId' | 'customerId'>;

const INCIDENT = `i.id, i.ticket_number, i.short_description, i.description, i.priority, i.category, i.status,
  i.company_id, i.customer_id, i.created_at, i.updated_at, i.resolved_at, i.closed_at, i.is_unread`;

// Reading one

const GET = (column: RefColumn) => ({
  name: `incident-by-${column}`,
  text: /* sql */ `
    select ${INCIDENT},
      (select coalesce(json_agg(json_build_object('id', c.id, 'content', c.content, 'authorType', c.author_type,
          'authorName', c.author_name, 'createdAt', c.created_at, 'updatedAt', c.updated_at)
          order by c.created_at, c.id), '[]')
        from comments c where c.company_id = i.company_id and c.incident_id = i.id) as comments,
      (select coalesce(json_agg(json_build_object('status', h.status, 'at', h.at) order by h.at, h.id), '[]')
        from incident_history h where h.company_id = i.company_id and h.incident_id = i.id) as history
    from incidents i where i.company_id = $1 and i.customer_id = $2 and i.${column} = $3`,
});
const GET_BY = { id: GET('id'), ticket_number: GET('ticket_number') };

/** `ref` is an id or a ticket number. */
export function incidentQuery({ companyId, customerId }: Owner, ref: string): QueryConfig {
  const { column, value } = incidentRef(ref);
  return { ...GET_BY[column], values: [companyId, customerId, value] };
}

// biome-ignore-start lint/suspicious/noExplicitAny: rows come from the driver untyped and are mapped here, once.
export function toIncident(row: any): Incident {
  return {
    ...toFields(row),
    isUnread: row.is_unread,
    comments: row.comments.map((comment: any) => ({
      id: comment.id,
      content: comment.content,
      authorType: comment.authorType,
      authorName: comment.authorName,
      isInternal: false,
      createdAt: isoTime(comment.createdAt),
      updatedAt: isoTime(comment.updatedAt),
    })),
    history: row.history.map((change: any) => ({ status: change.status, at: isoTime(change.at) })),
    attachments: [],
  };
}

function toFields(row: any) {
  return {
    id: row.id,
    ticketNumber: row.ticket_number,
    shortDescription: row.short_description,
    description: row.description,
    priority: row.priority,
    category: row.category,
    status: row.status,
    companyId: row.company_id,
    customerId: row.customer_id,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    resolvedAt: row.resolved_at,
    closedAt: row.closed_at,
  };
}
// biome-ignore-end lint/suspicious/noExplicitAny: see above.

// Lists

const COUNTS = {
  name: 'incident-counts',
  text: /* sql */ `
    select open, acknowledged, investigation, mitigated, resolved, closed, unread
    from incident_counts where company_id = $1 and customer_id = $2`,
};

/** Counts kept by the writing statements: their cost does not grow with the number of incidents. */
export const countsQuery = ({ companyId, customerId }: Owner): QueryConfig => ({
  ...COUNTS,
  values: [companyId, customerId],
});

const LISTED = `${INCIDENT}, i.comment_count, i.customer_seq`;
const OWN = 'i.company_id = $1 and i.customer_id = $2';

// The sequence has no gaps, so page N starts at a number that is known without counting off the rows before it.
const LIST_PAGE = {
  name: 'incidents-page',
  text: /* sql */ `
    select ${LISTED} from incidents i
    where ${OWN} and i.customer_seq <= (
      select last_seq - $4::int from incident_counts where company_id = $1 and customer_id = $2)
    order by i.customer_seq desc limit $3`,
};
const LIST_CURSOR = {
  name: 'incidents-cursor',
  text: /* sql */ `
    select ${LISTED} from incidents i where ${OWN} and i.customer_seq < $4
    order by i.customer_seq desc limit $3`,
};
// One ordered index scan for each status, merged; only the rows of the page itself are fetched.
const byStatus = (name: string, bound: string, innerLimit: string, offset: string) => ({
  name,
  text: /* sql */ `
    select ${LISTED} from incidents i where ${OWN} and i.customer_seq = any (array(
      select numbered.customer_seq from unnest($5::text[]) as wanted(status) cross join lateral (
        select i.customer_seq from incidents i where ${OWN} and i.status = wanted.status ${bound}
        order by i.customer_seq desc limit ${innerLimit}) as numbered
      order by numbered.customer_seq desc limit $3 ${offset}))
    order by i.customer_seq desc`,
});
const LIST_PAGE_STATUS = byStatus('incidents-page-status', '', '$3::int + $4::int', 'offset $4');
const LIST_CURSOR_STATUS = byStatus('incidents-cursor-status', 'and i.customer_seq < $4', '$3', '');

export interface ListRequest {
  page: number;
  limit: number;
  cursor?: number | undefined;
  status?: readonly Status[] | undefined;
}

/** Newest first. By page, or (with `cursor`) from where an earlier answer ended. */
export function listQuery({ companyId, customerId }: Owner, request: ListRequest): QueryConfig {
  const { page, limit, cursor, status } = request;
  // One more than asked for tells whether there is a next page.
  const start = cursor ?? (page - 1) * limit;
  const values = [companyId, customerId, limit + 1, Math.min(start, MAX_INT), status].slice(
    0,
    status ? 5 : 4,
  );
  if (cursor !== undefined) return { ...(status ? LIST_CURSOR_STATUS : LIST_CURSOR), values };
  return { ...(status ? LIST_PAGE_STATUS : LIST_PAGE), values };
}

/** Leaves room for `limit + offset` inside a 32-bit integer. */
const MAX_INT = 2_000_000_000;

type CountsRow = { unread: number } & Record<Lowercase<Status>, number>;

/** The answer of a list, from the rows of `countsQuery` and `listQuery`. */
export function toIncidentPage(
  request: ListRequest,
  counts: CountsRow,
  rows: readonly { customer_seq: number }[],
): IncidentPage {
  const { limit, cursor, page, status } = request;
  const all: Record<Status, number> = {
    OPEN: counts.open,
    ACKNOWLEDGED: counts.acknowledged,
    INVESTIGATION: counts.investigation,
    MITIGATED: counts.mitigated,
    RESOLVED: counts.resolved,
    CLOSED: counts.closed,
  };
  const wanted = status ?? (Object.keys(all) as Status[]);
  const total = wanted.reduce((sum, one) => sum + all[one], 0);
  const shown = rows.slice(0, limit);
  return {
    incidents: shown.map(toListed),
    total,
    page: cursor === undefined ? page : null,
    totalPages: pagesOf(total, limit),
    nextCursor: rows.length > limit ? String(shown.at(-1)?.customer_seq) : null,
    counts: all,
    unread: counts.unread,
  };
}

// biome-ignore lint/suspicious/noExplicitAny: as above.
function toListed(row: any): IncidentListed {
  return { ...toFields(row), commentCount: row.comment_count, isUnread: row.is_unread };
}
