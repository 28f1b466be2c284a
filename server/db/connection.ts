/** The one pool of a node. Knex (rare queries, migrations) and the named statements of the hot paths share it. */
import knexFactory, { type Knex } from 'knex';
import pg from 'pg';
import { PipelinedReads } from './pipelined-reads.ts';
import { UnpreparedClient } from './unprepared-client.ts';
import { WatchedClient } from './watched-client.ts';
import { types } from './wire-time.ts';

export interface Database {
  pool: pg.Pool;
  knex: Knex;
  reads: PipelinedReads;
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
/** Who comes after a pause should find a connection: a new one knows no table and no plan, and takes ten times as long. */
const IDLE_MS = 10 * 60_000;
/** Before anything on the way takes it for dead. */
const KEEP_ALIVE_MS = 60_000;

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

/**
 * Opens the pool; nothing is sent until the first query. A query without an answer fails after `queryTimeoutMs` (`WatchedClient`);
 * 0 waits for ever, as migrations may have to.
 * `say` is told what Knex would print.
 */
export function connect(
  target: ConnectionTarget,
  queryTimeoutMs = QUERY_TIMEOUT_MS,
  say: (text: string) => void = () => {},
): Database {
  const isEmbedded = target.kind === 'socket';
  // The embedded database is a single session: one connection, never let go.
  const poolSize = target.kind === 'socket' ? 1 : target.poolSize;
  const isUnprepared = target.kind === 'url' && target.isUnprepared;
  const pool = new pg.Pool({
    ...(target.kind === 'socket'
      ? { host: target.directory, user: 'postgres', database: 'postgres' }
      : { connectionString: target.url }),
    Client: isUnprepared ? UnpreparedClient : WatchedClient,
    max: poolSize,
    idleTimeoutMillis: isEmbedded ? 0 : IDLE_MS,
    types,
    // Statements need not wait for each other's answers.
    pipeline: true,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: queryTimeoutMs,
    application_name: 'porthole',
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
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
  const reads = new PipelinedReads(pool, poolSize);
  return { pool, knex, reads, isEmbedded, close: () => pool.end() };
}
