/**
 * The embedded database as it is after its first start: made once, kept in test/output, and copied for every server that
 * a test starts. Making one costs four seconds of a processor, opening a copy half of one.
 */
import { hash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connect } from '../../server/db/connection.ts';
import { startEmbedded } from '../../server/db/embedded.ts';
import { buildIndexes } from '../../server/db/indexes.ts';
import { migrate } from '../../server/db/migrate.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const KEPT = join(ROOT, 'test/output/embedded');
/** The folder within the data folder that is the database's own. */
const NAME = 'postgres';

/** Built by `npm run build`, which `npm test` runs first: a worker cannot be TypeScript. */
export const WORKER = new URL('../../dist/server/embedded-worker.js', import.meta.url);

/** Puts a migrated database into a data folder, for `startEmbedded` or a server to open. */
export async function copyTemplate(dataDir: string): Promise<void> {
  const template = join(KEPT, contentsOf());
  if (!existsSync(template)) await makeTemplate(template);
  cpSync(join(template, NAME), join(dataDir, NAME), { recursive: true });
}

/** Two that make it at once both do, and the first one's stays. */
async function makeTemplate(template: string): Promise<void> {
  mkdirSync(KEPT, { recursive: true });
  const folder = mkdtempSync(join(KEPT, 'making-'));
  const { socketDirectory, stop } = await startEmbedded(folder, WORKER);
  const db = connect({ kind: 'socket', directory: socketDirectory });
  await migrate(db);
  await buildIndexes(db);
  await db.close();
  await stop();
  try {
    renameSync(folder, template);
  } catch {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** All that a new database is made of: the migrations, and PGlite. */
function contentsOf(): string {
  const migrations = join(ROOT, 'server/db/migrations');
  const files = readdirSync(migrations)
    .sort()
    .map((name) => join(migrations, name));
  const versions = ['@electric-sql/pglite', '@electric-sql/pglite-socket'].map((name) =>
    join(ROOT, 'node_modules', name, 'package.json'),
  );
  const own = ['migrate.ts', 'indexes.ts'].map((name) => join(ROOT, 'server/db', name));
  const text = [...files, ...versions, ...own, fileURLToPath(WORKER)]
    .map((file) => readFileSync(file, 'utf8'))
    .join('\0');
  return hash('sha256', text).slice(0, 16);
}
