/** Looks into the database of a server that has ended; the embedded one lets nobody else in while a server runs. */
import type { QueryResultRow } from 'pg';
import { connect } from '../../server/db/connection.ts';
import { startEmbedded } from '../../server/db/embedded.ts';
import type { OwnDatabase } from './own-database.ts';

const WORKER = new URL('../../dist/server/embedded-worker.js', import.meta.url);

export type Query = <Row extends QueryResultRow>(sql: string, values?: unknown[]) => Promise<Row[]>;

/** Asks as the server's own user. */
export async function lookAtRest<T>(
  { settings }: OwnDatabase,
  look: (query: Query) => Promise<T>,
): Promise<T> {
  const { DATABASE_URL: url, DATA_DIR = '' } = settings;
  const embedded = url === undefined ? await startEmbedded(DATA_DIR, WORKER) : null;
  const db = connect(
    embedded === null
      ? { kind: 'url', url: url ?? '', poolSize: 2 }
      : { kind: 'socket', directory: embedded.socketDirectory },
  );
  try {
    return await look(async (sql, values = []) => (await db.pool.query(sql, values)).rows);
  } finally {
    await db.close();
    await embedded?.stop();
  }
}
