/**
 * Events in the one order that holds (DESIGN §7): by (xid, id), and only those of transactions before which none is
 * still running. A serial number would lose for good what a slow transaction commits late.
 */
import type { EventKind } from '../../shared/events.ts';
import type { Status } from '../../shared/incident.ts';
import type { Database } from './connection.ts';

/** Behind an event, or behind all events of the transactions up to `xid`. */
export interface Place {
  xid: bigint;
  id: string;
}

export interface StoredEvent {
  place: Place;
  companyId: string;
  incidentId: string;
  /** Null: of an announcement. */
  customerId: string | null;
  kind: EventKind;
  /** Never told to a customer. */
  isInternal: boolean;
  status: Status | null;
  commentId: string | null;
  /** ISO 8601. */
  at: string;
}

export interface EventRead {
  events: StoredEvent[];
  /** Behind all that can be told now. */
  present: Place;
  /** Where to read on: behind the last event while there are more, and then at the present. */
  next: Place;
  /** There may be more behind `next` already. */
  hasMore: boolean;
  /** Something is committed that cannot be told yet, since an older transaction is still running. */
  isHeldBack: boolean;
  /** The database has not come that far: it was restored from a backup, or it is another one. */
  isFromFuture: boolean;
}

const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';
/** Events that one read brings. */
const BATCH = 1_000;
/** A stream that has missed more reads everything again, which is less work for both sides. */
export const MOST_MISSED = 200;

/** Events are kept for a day, and a little longer for those who are just asking. */
export const EVENTS_KEPT_MS = 24 * 60 * 60 * 1000;
const DELETED_AFTER = '25 hours';
const DELETE_BATCH = 5_000;

/** Whether `a` comes later than `b`. */
export function isAfter(a: Place, b: Place): boolean {
  // Ids are lower case and of one length: their text sorts as PostgreSQL sorts them.
  return a.xid === b.xid ? a.id > b.id : a.xid > b.xid;
}

const COLUMNS = `xid, id, company_id, incident_id, customer_id, kind, is_internal, payload->>'status' as status,
  payload->>'commentId' as comment_id, created_at`;
const PRESENT = /* sql */ `
  present as materialized (
    select pg_snapshot_xmin(s) as xmin, pg_snapshot_xmax(s) as xmax from pg_current_snapshot() as s
  )`;
const ASKED = '(xid, id) > ($1::xid8, $2::uuid) and xid < present.xmin';
const IN_ORDER = 'order by xid, id';

/** The rows of `source` with what is known of the present; without any, one row of that alone. */
const read = (source: string) => /* sql */ `
  with ${PRESENT}
  select present.xmin, present.xmax, e.*,
    -- What a restored database brought along lies beyond its own present, and holds nothing up.
    exists (select from events where xid >= present.xmin and xid < present.xmax) as is_held_back
  from present left join lateral (${source}) as e on true
  order by e.xid, e.id`;

const NEW = {
  name: 'events-new',
  text: read(`select ${COLUMNS} from events where ${ASKED} ${IN_ORDER} limit ${BATCH}`),
};

/** Everything behind the place, of all companies; a batch at a time. */
export async function readNewEvents(db: Database, after: Place): Promise<EventRead> {
  const { rows } = await db.pool.query({ ...NEW, values: [String(after.xid), after.id] });
  return toRead(rows, after, BATCH);
}

const oneKind = (condition: string) =>
  `(select ${COLUMNS} from events where company_id = $3 and ${condition} and not is_internal and ${ASKED}
    ${IN_ORDER} limit ${MOST_MISSED + 1})`;
const MISSED_BY_CUSTOMER = {
  name: 'events-missed-by-customer',
  text: read(/* sql */ `
    select * from (${oneKind('customer_id = $4')} union all ${oneKind('customer_id is null')}) as own
    ${IN_ORDER} limit ${MOST_MISSED + 1}`),
};

/** What a customer was to be told since: their own events and those of their company's announcements. */
export async function readMissedByCustomer(
  db: Database,
  { companyId, customerId }: { companyId: string; customerId: string },
  after: Place,
): Promise<EventRead> {
  const values = [String(after.xid), after.id, companyId, customerId];
  const { rows } = await db.pool.query({ ...MISSED_BY_CUSTOMER, values });
  return toRead(rows, after, MOST_MISSED + 1);
}

const missedByTeam = (name: string, condition: string) => ({
  name,
  text: read(
    `select ${COLUMNS} from events where ${condition} ${ASKED} ${IN_ORDER} limit ${MOST_MISSED + 1}`,
  ),
});
const MISSED_BY_TEAM = missedByTeam('events-missed-by-team', 'company_id = $3 and');
const MISSED_BY_ADMIN = missedByTeam('events-missed-by-admin', '');

/** What a company's team was to be told since; null stands for all companies. */
export async function readMissedByTeam(
  db: Database,
  companyId: string | null,
  after: Place,
): Promise<EventRead> {
  const values = [String(after.xid), after.id];
  const { rows } = await db.pool.query(
    companyId === null
      ? { ...MISSED_BY_ADMIN, values }
      : { ...MISSED_BY_TEAM, values: [...values, companyId] },
  );
  return toRead(rows, after, MOST_MISSED + 1);
}

/** For the test that looks at their plans. */
export const EVENT_QUERIES = {
  new: NEW.text,
  missedByCustomer: MISSED_BY_CUSTOMER.text,
  missedByTeam: MISSED_BY_TEAM.text,
  missedByAdmin: MISSED_BY_ADMIN.text,
} as const;

/** Behind everything that can be told now. */
export async function readPresent(db: Database): Promise<Place> {
  const { rows } = await db.pool.query({
    name: 'events-present',
    text: 'select pg_snapshot_xmin(pg_current_snapshot()) as xmin',
  });
  return before(rows[0].xmin);
}

/** Deletes what is older than any stream may ask for, until the signal comes. Returns how many went. */
export async function deleteOldEvents(db: Database, signal?: AbortSignal): Promise<number> {
  let deleted = 0;
  while (!signal?.aborted) {
    // Small steps, so that no lock and no transaction is long; another node's janitor takes other rows.
    const { rowCount } = await db.pool.query(`
      delete from events where (company_id, id) in (
        select company_id, id from events where created_at < now() - interval '${DELETED_AFTER}'
        order by created_at limit ${DELETE_BATCH} for update skip locked
      )`);
    deleted += rowCount ?? 0;
    if ((rowCount ?? 0) < DELETE_BATCH) break;
  }
  return deleted;
}

/** Behind every transaction that began before `xmin`. */
const before = (xmin: string): Place => ({ xid: BigInt(xmin) - 1n, id: LAST_ID });

// biome-ignore lint/suspicious/noExplicitAny: rows as they come from the driver, mapped here.
function toRead(rows: any[], after: Place, limit: number): EventRead {
  const [{ xmin, xmax, is_held_back: isHeldBack }] = rows;
  const events = rows.filter((row) => row.xid !== null).map(toEvent);
  const hasMore = events.length >= limit;
  return {
    events,
    present: before(xmin),
    next: (hasMore && events.at(-1)?.place) || before(xmin),
    hasMore,
    isHeldBack,
    isFromFuture: after.xid >= BigInt(xmax),
  };
}

// biome-ignore lint/suspicious/noExplicitAny: as above.
function toEvent(row: any): StoredEvent {
  return {
    place: { xid: BigInt(row.xid), id: row.id },
    companyId: row.company_id,
    incidentId: row.incident_id,
    customerId: row.customer_id,
    kind: row.kind,
    isInternal: row.is_internal,
    status: row.status,
    commentId: row.comment_id,
    at: row.created_at,
  };
}
