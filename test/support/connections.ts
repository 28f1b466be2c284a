/** The connections that clients hold to a PostgreSQL database, ended by the database. */
import type pg from 'pg';

/**
 * Ends all but the caller's own. The server's workers are left alone: its vacuum comes to any database at any time, and
 * only a superuser may end it.
 */
export async function endOtherConnections(client: pg.Client): Promise<void> {
  await client.query(`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and backend_type = 'client backend'
      and pid <> pg_backend_pid()`);
}
