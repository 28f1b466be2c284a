/** PostgreSQL by DATABASE_URL, or the embedded one; with a first query, so that a wrong address is known at once. */
import type { Config } from './config.ts';
import { connect, type Database } from './db/connection.ts';
import { startEmbedded } from './db/embedded.ts';
import { StartError } from './start-error.ts';

/** Beside this module in the build. */
const WORKER = new URL('./embedded-worker.js', import.meta.url);
const OLDEST_POSTGRES = 150_000;

export interface OpenDatabase {
  db: Database;
  /** To be called after the pool has ended. */
  stopEmbedded(): Promise<void>;
}

/** Throws a StartError that says what to mend, and never the address: it holds a password. */
export async function openDatabase(config: Config, workerUrl = WORKER): Promise<OpenDatabase> {
  const { databaseUrl, databasePoolSize, dataDir } = config;
  if (databaseUrl === null) {
    const embedded = await startEmbedded(dataDir, workerUrl);
    const db = connect({ kind: 'socket', directory: embedded.socketDirectory });
    return { db, stopEmbedded: embedded.stop };
  }
  const db = openUrl(databaseUrl, databasePoolSize);
  try {
    const { rows } = await db.pool.query('show server_version_num');
    if (Number(rows[0].server_version_num) < OLDEST_POSTGRES) {
      throw new StartError(
        'DATABASE_URL points at a PostgreSQL before version 15. Use 15 or newer.',
      );
    }
  } catch (error) {
    await db.close();
    throw error instanceof StartError ? error : unreachable(error);
  }
  return { db, stopEmbedded: async () => {} };
}

function openUrl(url: string, poolSize: number): Database {
  try {
    return connect({ kind: 'url', url, poolSize });
  } catch {
    throw new StartError(
      'DATABASE_URL is not a PostgreSQL address: postgres://user:password@host:5432/database.',
    );
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'its host name is not known',
  EAI_AGAIN: 'its host name cannot be looked up',
  ETIMEDOUT: 'it does not answer',
  '28P01': 'it refuses the password',
  '28000': 'it refuses the user',
  '3D000': 'it has no such database',
};

function unreachable(error: unknown): StartError {
  const { code = '', message } = error as NodeJS.ErrnoException;
  return new StartError(
    `The database at DATABASE_URL cannot be used: ${REASONS[code] ?? (code || message)}. Check the address, and that PostgreSQL runs.`,
  );
}
