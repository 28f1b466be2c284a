/** `npm run migrate`: brings the database of DATABASE_URL (or the embedded one) to this version, and ends. */
import { readConfig } from './config.ts';
import { useDataDir } from './data-dir.ts';
import { openDatabase } from './open-database.ts';
import { endWith } from './start-error.ts';

try {
  const config = readConfig(process.env);
  if (config.databaseUrl === null) useDataDir(config.dataDir);
  const { db, migrated, buildIndexes, stopEmbedded } = await openDatabase(config);
  await db.close();
  await buildIndexes();
  await stopEmbedded();
  process.stdout.write(
    migrated.length === 0 ? 'Nothing to migrate.\n' : `Migrated: ${migrated.join(', ')}.\n`,
  );
} catch (error) {
  endWith(error);
}
