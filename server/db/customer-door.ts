/**
 * The one door for a customer's work (DESIGN §5 and §6): session check, tenant settings, role and query go out as one
 * transaction in one round trip. Row security sees a customer only when the session is good: a revoked session reads and
 * changes nothing, whatever the query says.
 */
import type { QueryConfig } from 'pg';
import type { Logger } from 'pino';
import type { Customer } from '../../shared/types.ts';
import { ApiError } from '../errors.ts';
import { inOneBatch, type Row } from './batch.ts';
import type { Database } from './connection.ts';

/** Who a verified token says is asking. Only `asCustomer` finds out whether the session still stands. */
export interface CustomerActor {
  companyId: string;
  customerId: string;
  sessionId: string;
  /** Set by `asCustomer`; an answer without it is never sent (http/route). */
  isVerified: boolean;
}

/** What the door needs of the server's dependencies. */
export interface DoorDeps {
  db: Database;
  /** Seconds without a request after which a session ends. */
  config: { sessionIdleSeconds: number };
  log: Pick<Logger, 'warn'>;
}

export interface OpenSession {
  customer: Customer;
  /** ISO 8601: whichever comes first of the absolute end and the idle end. */
  expiresAt: string;
}

/** How exactly a session's last use is known. */
const NOTED_EVERY = '5 minutes';

const ENTER = {
  name: 'customer-enter',
  text: /* sql */ `
    with open_session as (
      select s.company_id, s.customer_id, c.email, c.name, c.mail_updates, c.password_hash is not null as has_password,
        co.name as company_name, co.slug as company_slug,
        least(s.expires_at, now() + make_interval(secs => $4::int)) as expires_at,
        s.last_seen_at < now() - interval '${NOTED_EVERY}' as is_use_due
      from sessions s
      join customers c on c.company_id = s.company_id and c.id = s.customer_id
      join companies co on co.id = s.company_id
      where s.company_id = $1 and s.id = $2 and s.customer_id = $3
        and s.revoked_at is null and s.expires_at > now()
        and s.last_seen_at > now() - make_interval(secs => $4::int)
        and c.disabled_at is null and co.disabled_at is null
    )
    select concat(
        set_config('app.company_id', coalesce(o.company_id::text, ''), true),
        set_config('app.customer_id', coalesce(o.customer_id::text, ''), true),
        set_config('app.customer_name', coalesce(o.name, ''), true),
        set_config('role', 'porthole_customer', true)) <> '' as is_set,
      o.customer_id is not null as is_open, o.email, o.name, o.mail_updates, o.has_password, o.company_name,
      o.company_slug, o.expires_at, o.is_use_due
    from (values (1)) as always left join open_session o on true`,
};

/** Now and then, and by itself: so reading stays reading. */
const NOTE_USE = {
  name: 'session-note-use',
  text: /* sql */ `
    update sessions set last_seen_at = now()
    where company_id = $1 and id = $2 and last_seen_at < now() - interval '${NOTED_EVERY}'`,
};

/** Rows of each query, in the order of the queries. */
type Rows<Q extends readonly QueryConfig[]> = { [K in keyof Q]: Row[] };

/**
 * Runs the queries as this customer, in one transaction and one round trip.
 * Throws `unauthorized` when the session is over, and what the database throws otherwise; nothing is committed then.
 */
export async function asCustomer<const Q extends readonly QueryConfig[]>(
  deps: DoorDeps,
  actor: CustomerActor,
  ...queries: Q
): Promise<{ session: OpenSession; rows: Rows<Q> }> {
  return throughTheDoor(deps, actor, [], queries);
}

/** As `asCustomer`, for queries that write nothing: others wait behind them (db/pipelined-reads). */
export async function readAsCustomer<const Q extends readonly QueryConfig[]>(
  deps: DoorDeps,
  actor: CustomerActor,
  ...queries: Q
): Promise<{ session: OpenSession; rows: Rows<Q> }> {
  return throughTheDoor(deps, actor, [], queries, (all) => deps.db.reads.inOneBatch(all));
}

/** As `asCustomer`, once it is this customer's turn at an incident (db/incident-turn). */
export async function asCustomerInTurn<const Q extends readonly QueryConfig[]>(
  deps: DoorDeps,
  actor: CustomerActor,
  turn: QueryConfig,
  ...queries: Q
): Promise<{ session: OpenSession; rows: Rows<Q> }> {
  // Before the door, so that what it finds of the session is still so when the wait is over.
  return throughTheDoor(deps, actor, [turn], queries);
}

async function throughTheDoor<const Q extends readonly QueryConfig[]>(
  deps: DoorDeps,
  actor: CustomerActor,
  first: QueryConfig[],
  queries: Q,
  run = (all: QueryConfig[]) => inOneBatch(deps.db.pool, all),
): Promise<{ session: OpenSession; rows: Rows<Q> }> {
  const enter = {
    ...ENTER,
    values: [actor.companyId, actor.sessionId, actor.customerId, deps.config.sessionIdleSeconds],
  };
  const all = await run([...first, enter, ...queries]);
  const [entered, ...rows] = all.slice(first.length);
  const row = entered?.[0];
  if (row?.is_open !== true) throw new ApiError('unauthorized');
  actor.isVerified = true;
  if (row.is_use_due) noteUse(deps, actor);
  return { session: toSession(actor, row), rows: rows as unknown as Rows<Q> };
}

/** What was asked for is done, and answered, whatever becomes of this. */
function noteUse({ db, log }: DoorDeps, { companyId, sessionId }: CustomerActor): void {
  db.pool.query({ ...NOTE_USE, values: [companyId, sessionId] }).catch((error) => {
    log.warn({ err: error }, "a session's use was not noted: it may end early");
  });
}

/** `row`: of ENTER. */
function toSession({ companyId, customerId }: CustomerActor, row: Row): OpenSession {
  const company = { id: companyId, name: row.company_name, slug: row.company_slug };
  const { email, name, mail_updates: mailUpdates, has_password: hasPassword } = row;
  return {
    customer: { id: customerId, email, name, companyId, company, mailUpdates, hasPassword },
    expiresAt: row.expires_at,
  };
}
