/** PostgreSQL by DATABASE_URL, or the embedded one; with a first query, so that a wrong address is known at once. */

import pg from 'pg';
import type { Logger } from 'pino';
import type { Config } from './config.ts';
import { type ConnectionTarget, connect, type Database } from './db/connection.ts';
import { startEmbedded } from './db/embedded.ts';
import { buildIndexes } from './db/indexes.ts';
import { isMigrated, migrate } from './db/migrate.ts';
import { StartError } from './start-error.ts';

/** Beside this module in the build. */
const WORKER = new URL('./embedded-worker.js', import.meta.url);
const OLDEST_POSTGRES = 150_000;

export interface OpenDatabase {
  db: Database;
  /** Names of the migrations that were missing and have been run. */
  migrated: readonly string[];
  /** Builds the indexes that are missing, beside the work that goes on: it may take long, and can be broken off. */
  buildIndexes(): Promise<void>;
  /** To be called after the pool has ended. */
  stopEmbedded(): Promise<void>;
}

/** Opens the database and brings it to this version. Throws a StartError that says what to mend. */
export async function openDatabase(config: Config, log?: Logger): Promise<OpenDatabase> {
  const { pooled, direct, stopEmbedded } = await locate(config, WORKER);
  const migrated = await prepare(direct, config.isProduction);
  const db = open(pooled, undefined, (text) => log?.debug({ knex: text }, 'knex'));
  if (pooled !== direct) await requireSame(db, pooled);
  return { db, migrated, buildIndexes: () => buildOn(direct), stopEmbedded };
}

/** For a look at the role: what cannot be reached is told of by `openDatabase`. */
const LOOK_MS = 5_000;

const BYPASSES =
  'select rolsuper or rolbypassrls as bypasses from pg_roles where rolname = current_user';
const TOO_POWERFUL =
  'DATABASE_URL names a role that bypasses row security: use one that is no superuser';

/**
 * What is wrong with the role of DATABASE_URL, for the one message that names every problem of a production's settings.
 * A database that is not there yet is looked at again when it is opened.
 */
export async function findRoleProblems({
  NODE_ENV,
  DATABASE_URL,
}: NodeJS.ProcessEnv): Promise<string[]> {
  if (NODE_ENV !== 'production' || !DATABASE_URL) return [];
  let client: pg.Client | undefined;
  try {
    client = new pg.Client({
      connectionString: DATABASE_URL,
      connectionTimeoutMillis: LOOK_MS,
      query_timeout: LOOK_MS,
    });
    await client.connect();
    const { rows } = await client.query(BYPASSES);
    return rows[0]?.bypasses === true ? [TOO_POWERFUL] : [];
  } catch {
    return [];
  } finally {
    await client?.end().catch(() => {});
  }
}

/** The second wall (DESIGN §5) stands only for a role that cannot walk through it. */
async function requireModestRole({ pool }: Database): Promise<void> {
  const { rows } = await pool.query(BYPASSES);
  if (rows[0]?.bypasses === true) throw new StartError(`${TOO_POWERFUL}.`);
}

/** Where the database is, and which setting says so. */
interface Address {
  target: ConnectionTarget;
  setting: 'DATABASE_URL' | 'DATABASE_LISTEN_URL';
}

/** `pooled` is for the node's work, `direct` for what needs a session and may take long; mostly they are one. */
async function locate(
  { databaseUrl, databaseDirectUrl, databasePrepares, databasePoolSize: poolSize, dataDir }: Config,
  workerUrl: URL,
): Promise<{ pooled: Address; direct: Address; stopEmbedded: () => Promise<void> }> {
  if (databaseUrl === null || databaseDirectUrl === null) {
    const { socketDirectory, stop } = await startEmbedded(dataDir, workerUrl);
    const embedded: Address = {
      target: { kind: 'socket', directory: socketDirectory },
      setting: 'DATABASE_URL',
    };
    return { pooled: embedded, direct: embedded, stopEmbedded: stop };
  }
  const isUnprepared = !databasePrepares;
  const pooled: Address = {
    target: { kind: 'url', url: databaseUrl, poolSize, isUnprepared },
    setting: 'DATABASE_URL',
  };
  const direct: Address = {
    target: { kind: 'url', url: databaseDirectUrl, poolSize },
    setting: 'DATABASE_LISTEN_URL',
  };
  const isDirect = databaseUrl === databaseDirectUrl;
  return { pooled, direct: isDirect ? pooled : direct, stopEmbedded: async () => {} };
}

/** On connections of its own without a time-out: another node may hold the lock for as long as its migration takes. */
async function prepare(direct: Address, isProduction: boolean): Promise<readonly string[]> {
  const patient = open(direct, 0);
  try {
    await requireVersion(patient, direct);
    if (isProduction) await requireModestRole(patient);
    const migrated = await migrate(patient).catch((error) => explainMigration(error, direct));
    if (patient.isEmbedded) await buildIndexes(patient);
    return migrated;
  } finally {
    await patient.close();
  }
}

/** What was migrated at the one address is there at the other. */
async function requireSame(db: Database, pooled: Address): Promise<void> {
  const isSame = await isMigrated(db).catch((error) => {
    throw unreachable(error, pooled);
  });
  if (!isSame)
    throw new StartError('DATABASE_URL and DATABASE_LISTEN_URL lead to different databases.');
}

/** On connections of its own: an index of a large table takes longer than any query may. */
async function buildOn(direct: Address): Promise<void> {
  // The embedded one has its only connection elsewhere by now, and has built them at once.
  if (direct.target.kind === 'socket') return;
  const patient = open(direct, 0);
  await buildIndexes(patient).finally(() => patient.close());
}

function open(
  { target, setting }: Address,
  ...rest: [queryTimeoutMs?: number, say?: (text: string) => void]
): Database {
  try {
    return connect(target, ...rest);
  } catch {
    // The address holds a password: it is not repeated.
    throw new StartError(
      `${setting} is not a PostgreSQL address: postgres://user:password@host:5432/database.`,
    );
  }
}

async function requireVersion({ pool }: Database, address: Address): Promise<void> {
  const { rows } = await pool.query('show server_version_num').catch((error) => {
    throw unreachable(error, address);
  });
  if (Number(rows[0].server_version_num) < OLDEST_POSTGRES) {
    throw new StartError(
      `${address.setting} points at a PostgreSQL before version 15. Use 15 or newer.`,
    );
  }
}

const NO_PRIVILEGE = '42501';

function explainMigration(error: unknown, { setting }: Address): never {
  if (!(error instanceof pg.DatabaseError)) throw error;
  // Knex puts the whole statement before the database's own words.
  const reason = error.message.split(' - ').at(-1);
  const advice =
    error.code === NO_PRIVILEGE
      ? ` The user of ${setting} must own its database and may create roles.`
      : '';
  throw new StartError(`The database could not be migrated: ${reason} (${error.code}).${advice}`);
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'its host name is not known',
  EAI_AGAIN: 'its host name cannot be looked up',
  ETIMEDOUT: 'it does not answer',
  '28P01': 'it refuses the password',
  '28000': 'it refuses the user',
  '3D000': 'it has no such database',
  EHOSTUNREACH: 'there is no way to its host',
};

function unreachable(error: unknown, { setting }: Address): StartError {
  const { code = '', message } = error as NodeJS.ErrnoException;
  return new StartError(
    `The database at ${setting} cannot be used: ${REASONS[code] ?? (code || message)}. Check the address, and that PostgreSQL runs.`,
  );
}
