/** The one pool of a node. Knex (rare queries, migrations) and the named statements of the hot paths share it. */
import knexFactory, { type Knex } from 'knex';
import pg from 'pg';

export interface Database {
  pool: pg.Pool;
  knex: Knex;
  /** The embedded trial: one session, one node. */
  isEmbedded: boolean;
  close(): Promise<void>;
}

export type ConnectionTarget =
  /** `isUnprepared`: statements go out without their names (`UnpreparedClient`). */
  | { kind: 'url'; url: string; poolSize: number; isUnprepared?: boolean }
  | { kind: 'socket'; directory: string };

const QUERY_TIMEOUT_MS = 10_000;
/** The server gives a query up a little earlier: one that nobody waits for any more would go on and keep its locks. */
const SERVER_AHEAD_MS = 500;
const CONNECT_TIMEOUT_MS = 5_000;

/**
 * How times are written, whatever the database's own defaults: `isoTime` reads this form. Set and not given at the start
 * of the connection, where a pooler may refuse it; 0 as well, since the embedded session outlives a connection. A pooler
 * keeps the first two for each of its clients; the time-outs it has to set by itself (deploy/pgbouncer.ini).
 */
const settings = (queryTimeoutMs: number) =>
  [
    ...["set datestyle to 'ISO'", "set timezone to 'UTC'"],
    `set statement_timeout to ${Math.max(0, queryTimeoutMs - SERVER_AHEAD_MS)}`,
    // A client that fell silent in the middle of a transaction may be gone: its locks would stay for as long as the line does.
    `set idle_in_transaction_session_timeout to ${2 * queryTimeoutMs}`,
  ].join('; ');
/** The embedded session's prepared statements outlive a reconnect and would collide with the new connection's names. */
const FORGET_STATEMENTS = 'deallocate all';

/** `2026-11-22 14:24:23.5+00` as PostgreSQL writes it in UTC, or with a T and +00:00 as its JSON does. */
const UTC_TIME = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?(?:\+00(?::00)?|Z)$/;

/** A time as the wire writes it: ISO 8601, UTC, milliseconds. Text in, text out: no Date object on the hot paths. */
export function isoTime(value: string): string {
  const match = UTC_TIME.exec(value);
  if (match === null) return new Date(value).toISOString();
  return `${match[1]}T${match[2]}.${(match[3] ?? '').slice(0, 3).padEnd(3, '0')}Z`;
}

/** How values are read: times as text. */
export const types = new pg.TypeOverrides();
types.setTypeParser(pg.types.builtins.TIMESTAMPTZ, isoTime);

/**
 * Behind a pooler each transaction may get another connection of the database, where what was prepared on the last one is
 * unknown, or is another node's of another version. Without a name a statement is planned each time, and fits anywhere.
 */
export class UnpreparedClient extends pg.Client {
  // biome-ignore lint/suspicious/noExplicitAny: the driver's eight overloads, all of which begin with the statement.
  override query(statement: any, ...rest: any[]): any {
    const query: (this: pg.Client, ...all: unknown[]) => unknown = super.query;
    const isNamed = typeof statement === 'object' && statement?.name !== undefined;
    return query.call(this, isNamed ? withoutName(statement) : statement, ...rest);
  }
}

export const withoutName = ({ name: _, ...statement }: pg.QueryConfig): pg.QueryConfig => statement;

/**
 * Opens the pool; nothing is sent until the first query. A query without an answer fails after `queryTimeoutMs`;
 * 0 waits for ever, as migrations may have to.
 * `say` is told what Knex would print.
 */
export function connect(
  target: ConnectionTarget,
  queryTimeoutMs = QUERY_TIMEOUT_MS,
  say: (text: string) => void = () => {},
): Database {
  const isEmbedded = target.kind === 'socket';
  const pool = new pg.Pool({
    ...(isEmbedded
      ? // The embedded database is a single session: one connection, never let go.
        {
          host: target.directory,
          user: 'postgres',
          database: 'postgres',
          max: 1,
          idleTimeoutMillis: 0,
        }
      : {
          connectionString: target.url,
          max: target.poolSize,
          ...(target.isUnprepared ? { Client: UnpreparedClient } : {}),
        }),
    types,
    // Statements need not wait for each other's answers; and one that is given up takes its connection with it.
    pipeline: true,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: queryTimeoutMs,
    application_name: 'porthole',
    keepAlive: true,
  });
  // Without a listener an idle connection's loss would end the process; the next query finds out by itself.
  pool.on('error', () => {});
  pool.on('connect', (client) => {
    // The pool listens to idle connections only: lost in the middle of work, one without a listener ends the process.
    client.on('error', () => {});
    const set = [settings(queryTimeoutMs)];
    const ready = isEmbedded ? [...set, FORGET_STATEMENTS] : set;
    for (const statement of ready) client.query(statement).catch(() => {});
  });
  // What fails is told by whoever asked; Knex's own words, with their stacks, are for those who look for them.
  const log = { debug: say, warn: say, error: say, deprecate: say };
  const knex = knexFactory({ client: 'pg', connectionPool: pool, log });
  return { pool, knex, isEmbedded, close: () => pool.end() };
}
