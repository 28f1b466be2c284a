/**
 * Brings the schema to this version: numbered, immutable, forward-only. Any number of nodes may start together; a run
 * that was killed half-way is simply run again, since each migration commits with its own record.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { Knex } from 'knex';
import pg from 'pg';
import type { Database } from './connection.ts';
import * as foundation from './migrations/0001-foundation.ts';
import * as queueAndAnnouncements from './migrations/0002-queue-and-announcements.ts';
import * as keysAndAudit from './migrations/0003-keys-and-audit.ts';
import * as live from './migrations/0004-live.ts';
import * as delivery from './migrations/0005-delivery.ts';
import * as trust from './migrations/0006-trust.ts';
import * as people from './migrations/0007-people.ts';
import * as plannedOnce from './migrations/0008-planned-once.ts';

interface Migration {
  name: string;
  /** All of it runs in one transaction. */
  sql: string;
}

const MIGRATIONS: readonly Migration[] = [
  foundation,
  queueAndAnnouncements,
  keysAndAudit,
  live,
  delivery,
  trust,
  people,
  plannedOnce,
];

/** Whoever asks for the lock of a table holds up everybody who comes later: better to step back and ask again. */
const LOCK_MS = 3_000;

const source: Knex.MigrationSource<Migration> = {
  getMigrations: async () => [...MIGRATIONS],
  getMigrationName: (migration) => migration.name,
  getMigration: async ({ sql }) => ({
    up: (trx) => trx.raw(`set local lock_timeout = ${LOCK_MS};\n${sql}`),
    down: () => Promise.reject(new Error('migrations go forward only')),
  }),
};

const config = {
  migrationSource: source,
  tableName: 'migrations',
  // A database that is ahead of us is no reason to stay down: while an update goes on, nodes of the previous version must be
  // able to start again.
  disableMigrationsListValidation: true,
};

/** Any constant will do, as long as no other program uses it on this database. */
const LOCK_KEY = 0x706f7274;

/** Runs what is missing and returns its names. */
export async function migrate({ knex, isEmbedded }: Database): Promise<string[]> {
  // One process owns the embedded database, and its one connection cannot hold a lock while it migrates.
  if (isEmbedded) return runMigrations(knex);
  // A lock that ends with its transaction: it works through a transaction pooler, and dies with its holder.
  return knex.transaction(async (lock) => {
    await lock.raw('select pg_advisory_xact_lock(?)', [LOCK_KEY]);
    return runMigrations(knex);
  });
}

async function runMigrations(knex: Knex): Promise<string[]> {
  // Knex marks its own lock table before it starts; a mark left by a killed process would stop every later start.
  // Whoever gets here is alone, so a mark that is found is stale.
  await knex.migrate.forceFreeMigrationsLock(config);
  for (let left = LOCK_TRIES; ; left -= 1) {
    try {
      const [, names] = await knex.migrate.latest(config);
      return names;
    } catch (error) {
      const isLocked = error instanceof pg.DatabaseError && error.code === LOCK_NOT_AVAILABLE;
      if (!isLocked || left === 0) throw error;
      await wait(LOCK_PAUSE_MS);
    }
  }
}

const LOCK_NOT_AVAILABLE = '55P03';
const LOCK_TRIES = 20;
const LOCK_PAUSE_MS = 1_000;
const UNDEFINED_TABLE = '42P01';

/** Whether every migration of this version has been run. */
export async function isMigrated({ pool }: Database): Promise<boolean> {
  const last = MIGRATIONS.at(-1)?.name;
  const { rows } = await pool
    .query('select 1 from migrations where name = $1', [last])
    .catch((error) => {
      // An empty database: somebody has put another one in the place of ours.
      if (error.code === UNDEFINED_TABLE) return { rows: [] };
      throw error;
    });
  return rows.length === 1;
}
