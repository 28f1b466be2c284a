/** A database for one server process: a folder with the embedded one, or a new database on TEST_DATABASE_URL's server. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeDatabase } from './database.ts';
import { copyTemplate } from './embedded-template.ts';

export interface OwnDatabase {
  settings: Record<string, string>;
  remove(): Promise<void>;
}

export async function ownDatabase(): Promise<OwnDatabase> {
  const folder = mkdtempSync(join(tmpdir(), 'porthole-own-'));
  const server = process.env.TEST_DATABASE_URL;
  const made = server === undefined ? null : await makeDatabase(server);
  if (made === null) await copyTemplate(folder);
  return {
    settings: { DATA_DIR: folder, ...(made === null ? {} : { DATABASE_URL: made.url }) },
    async remove() {
      await made?.drop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
