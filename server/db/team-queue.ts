/**
 * The team's queue: incidents by filter and search, a page at a time, and the counts beside it. Every list walks an
 * index in its order and ends with its page; with several statuses or companies, one such walk for each, merged.
 */
import { STATUSES, type Status } from '../../shared/incident.ts';
import type { TeamCounts, TeamIncidentListed, TeamIncidentsQuery } from '../../shared/types.ts';
import type { Database } from './connection.ts';
import { type Scope, TEAM_COLUMNS, TEAM_JOINS, toTeamListed } from './team-incidents.ts';
import { TICKET_NUMBER } from './tickets.ts';

export type QueueRequest = Omit<TeamIncidentsQuery, 'companyId'>;

export interface Queue {
  incidents: TeamIncidentListed[];
  total: number;
  counts: TeamCounts;
}

/** Newest first; with `waiting`, the longest waiting first. */
export async function listQueue(db: Database, scope: Scope, request: QueueRequest): Promise<Queue> {
  const counted = await readCounts(db, scope);
  const counts = toCounts(counted);
  if (hasWords(request.search)) return { ...(await search(db, scope, request)), counts };
  const { rows } = await db.pool.query(pageQuery(scope, request));
  const total = totalOf(request, counted) ?? (await count(db, scope, request));
  return { incidents: rows.map(toTeamListed), total, counts };
}

/** Whether it reads every row that it finds, and not just a page of them. */
export const isCostly = ({ search, priority, customerId, waiting, status }: QueueRequest) =>
  hasWords(search) ||
  priority !== undefined ||
  customerId !== undefined ||
  (waiting && status !== undefined);

// The page

/** Collects the values of a statement: `bind(value)` is the value's place in the text. */
function binder() {
  const values: unknown[] = [];
  const bind = (value: unknown) => `$${values.push(value)}`;
  return { values, bind };
}
type Bind = ReturnType<typeof binder>['bind'];

/** Exported so that a test can look at its plan. */
export function pageQuery(
  scope: Scope,
  request: QueueRequest,
): { text: string; values: unknown[] } {
  const { values, bind } = binder();
  const { page, limit, waiting } = request;
  const order = waiting ? 'i.waiting_since, i.id' : 'i.created_at desc, i.id desc';
  const from = sourceOf(bind, scope, request, `order by ${order} limit ${page * limit}`);
  const text = /* sql */ `
    with page as (
      select i.company_id, i.id from ${from} order by ${order} limit ${limit} offset ${(page - 1) * limit}
    )
    select ${TEAM_COLUMNS} from page p join incidents i on i.company_id = p.company_id and i.id = p.id
    ${TEAM_JOINS} order by ${order}`;
  return { text, values };
}

/** What is found is found once, for the page and for its number. Exported so that a test can look at its plan. */
export function searchQuery(
  scope: Scope,
  request: QueueRequest,
): { text: string; values: unknown[] } {
  const { values, bind } = binder();
  const { page, limit, waiting } = request;
  const order = waiting ? 'i.waiting_since, i.id' : 'i.created_at desc, i.id desc';
  const text = /* sql */ `
    with hits as materialized (
      select i.company_id, i.id, i.created_at, i.waiting_since
      from ${sourceOf(bind, scope, request, '')}
    ), page as (
      select i.company_id, i.id from hits i order by ${order} limit ${limit} offset ${(page - 1) * limit}
    )
    select (select count(*)::int from hits) as total, i.*
    from (values (true)) one left join (
      select ${TEAM_COLUMNS} from page p join incidents i on i.company_id = p.company_id and i.id = p.id ${TEAM_JOINS}
    ) i on true order by ${order}`;
  return { text, values };
}

async function search({ pool }: Database, scope: Scope, request: QueueRequest) {
  const { rows } = await pool.query(searchQuery(scope, request));
  // Where the page is empty, the number comes alone.
  const found = rows.filter((row) => row.id !== null);
  return { incidents: found.map(toTeamListed), total: rows[0].total as number };
}

const SEARCHED =
  "search_document(i.company_id, i.short_description || ' ' || left(i.description, 1000))";

/** What stands behind `from`: the incidents asked for, as `i`. `page` orders and ends each walk of an index. */
function sourceOf(bind: Bind, scope: Scope, request: QueueRequest, page: string): string {
  const companies =
    scope === null
      ? '(select distinct company_id from team_counts)'
      : `(select ${bind(scope)}::uuid as company_id)`;
  if (hasWords(request.search)) return foundBySearch(bind, companies, scope, request);
  const conditions = conditionsOf(bind, request);
  const columns = 'i.company_id, i.id, i.created_at, i.waiting_since';
  // One status at a time is in the order of the index; announcements are few, and indexed by status only.
  if (!request.waiting && (request.status !== undefined || request.announcements === true)) {
    return /* sql */ `${companies} co
      cross join unnest(${bind(request.status ?? STATUSES)}::text[]) as wanted(status)
      cross join lateral (
        select ${columns} from incidents i
        where i.company_id = co.company_id and i.status = wanted.status ${conditions} ${page}) i`;
  }
  const status = request.status === undefined ? '' : `and i.status = any(${bind(request.status)})`;
  const isByCompany = scope !== null || request.waiting || request.customerId !== undefined;
  // The newest of all companies have an index of their own.
  if (!isByCompany)
    return `(select ${columns} from incidents i where true ${conditions} ${page}) i`;
  return /* sql */ `${companies} co cross join lateral (
    select ${columns} from incidents i
    where i.company_id = co.company_id ${conditions} ${status} ${page}) i`;
}

function conditionsOf(bind: Bind, request: QueueRequest): string {
  const { priority, customerId, waiting, announcements } = request;
  return [
    priority && `and i.priority = ${bind(priority)}`,
    customerId && `and i.customer_id = ${bind(customerId)}`,
    waiting && 'and i.waiting_since is not null',
    announcements === true && 'and i.customer_id is null',
    announcements === false && 'and i.customer_id is not null',
  ]
    .filter(Boolean)
    .join(' ');
}

// Search

/** A search without a letter or digit in it finds all, as with companies. */
const hasWords = (search: string) => /[\p{L}\p{N}]/u.test(search);

/** What is left of a ticket number when somebody types its digits: the day, or the number within a day. */
const DIGITS = /^\s*(?:INC-)?(\d{4,9})\s*$/i;
/** So many days back are numbers looked for by their digits: the work does not grow with the years. */
const DAYS_OF_ONE = 366;
const DAYS_OF_ALL = 30;
const MOST_OF_A_DAY = 1000;

/** A ticket number whole, or its digits alone. */
const TICKET = /^\s*(?:INC-)?(\d{8}-\d{4,9})\s*$/i;

/** By words of the report, by ticket number, or by name and address of the customer: three indexes. */
function foundBySearch(bind: Bind, companies: string, scope: Scope, request: QueueRequest): string {
  const { search, status } = request;
  const query = `search_query(co.company_id, ${bind(search)})`;
  // The words carry their company. Compared as text, it does not tempt the planner away from the index of the words.
  const isOf = (table: string) => `${table}.company_id::text = co.company_id::text`;
  const ticket = TICKET.exec(search)?.[1];
  const byTicket = (number: string) => /* sql */ `union
      select i.company_id, i.id from incidents i
      where i.company_id = co.company_id and i.ticket_number = ${bind(`INC-${number}`)}`;
  return /* sql */ `(${companies}) co cross join lateral (
      select i.company_id, i.id from incidents i
      where ${SEARCHED} @@ ${query} and ${isOf('i')}
      union
      select i.company_id, i.id from (
        select c.company_id, c.id from customers c
        where search_document(c.company_id, c.name || ' ' || c.email) @@ ${query} and ${isOf('c')}
        -- Keeps the planner from looking at the customer of every incident instead.
        offset 0
      ) c join incidents i on i.company_id = c.company_id and i.customer_id = c.id
      ${ticket === undefined ? '' : byTicket(ticket)}
      ${byDigits(bind, search, scope === null ? DAYS_OF_ALL : DAYS_OF_ONE)}
    ) found join incidents i on i.company_id = found.company_id and i.id = found.id
      ${conditionsOf(bind, request)}
      ${status === undefined ? '' : `and i.status = any(${bind(status)})`}`;
}

/** Each number that the digits may stand for is looked up by itself: the days come from the counters, newest first. */
function byDigits(bind: Bind, search: string, days: number): string {
  const digits = DIGITS.exec(search)?.[1];
  if (digits === undefined) return '';
  const number = bind(Number(digits));
  const day = bind(digits.length === 8 ? digits : null);
  return /* sql */ `union
      select i.company_id, i.id from (
        (select day, ${number}::int as last from ticket_counters c
        where c.company_id = co.company_id and ${number}::int between 1 and c.last
        order by day desc limit ${days})
        union all
        select day, generate_series(greatest(c.last - ${MOST_OF_A_DAY - 1}, 1), c.last)
        from ticket_counters c
        where c.company_id = co.company_id and to_char(day, 'YYYYMMDD') = ${day}::text
      ) meant cross join lateral (
        select company_id, id from incidents
        where company_id = co.company_id and ticket_number = ${TICKET_NUMBER}
        -- Keeps the planner at the index of the numbers.
        offset 0
      ) i`;
}

// Counting

type Row = Record<Lowercase<Status> | 'waiting', number>;
interface Counted {
  incidents: Row;
  announcements: Row;
}

/** Kept by a trigger on incidents: their cost does not grow with the incidents. */
async function readCounts({ pool }: Database, scope: Scope): Promise<Counted> {
  const sums = [...STATUSES.map((one) => one.toLowerCase()), 'waiting'].map(
    (column) => `coalesce(sum(${column}), 0)::int as ${column}`,
  );
  const { rows } = await pool.query(
    `select kind.is_announcement, ${sums.join(', ')} from (values (false), (true)) kind(is_announcement)
     left join team_counts t on t.is_announcement = kind.is_announcement
       ${scope === null ? '' : 'and t.company_id = $1'}
     group by 1 order by 1`,
    scope === null ? [] : [scope],
  );
  const [incidents, announcements] = rows;
  return { incidents, announcements };
}

const sumOf = (row: Row, statuses: readonly Status[]) =>
  statuses.reduce((sum, one) => sum + row[one.toLowerCase() as Lowercase<Status>], 0);

function toCounts({ incidents, announcements }: Counted): TeamCounts {
  const byStatus = STATUSES.map((one) => [one, sumOf(incidents, [one])]);
  const unresolved = STATUSES.filter((one) => one !== 'RESOLVED' && one !== 'CLOSED');
  return {
    ...(Object.fromEntries(byStatus) as Record<Status, number>),
    waiting: incidents.waiting,
    announcements: sumOf(announcements, unresolved),
  };
}

/** The total where the counts can tell it; undefined where the rows have to be counted. */
function totalOf(request: QueueRequest, counted: Counted): number | undefined {
  const { waiting, status, announcements } = request;
  if (isCostly(request)) return undefined;
  const kinds = [
    ...(announcements === true ? [] : [counted.incidents]),
    ...(announcements === false ? [] : [counted.announcements]),
  ];
  const ofKind = (row: Row) => (waiting ? row.waiting : sumOf(row, status ?? STATUSES));
  return kinds.reduce((sum, row) => sum + ofKind(row), 0);
}

async function count({ pool }: Database, scope: Scope, request: QueueRequest): Promise<number> {
  const { values, bind } = binder();
  const from = sourceOf(bind, scope, request, '');
  const { rows } = await pool.query(`select count(*)::int as total from ${from}`, values);
  return rows[0].total;
}
