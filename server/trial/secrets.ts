/** The trial makes its own signing secret and keeps it beside its database. */
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SHORTEST_SECRET, type SigningKey } from '../setting-values.ts';
import { StartError } from '../start-error.ts';

/** The key in `dataDir`, made when there is none; only the owner can read it. */
export function trialKeys(dataDir: string): SigningKey[] {
  const file = join(dataDir, 'signing-secret');
  if (!existsSync(file)) make(file);
  const secret = readFileSync(file, 'utf8');
  if (secret.length < SHORTEST_SECRET) {
    throw new StartError(
      `The signing secret in ${file} is damaged. Delete the file: a new one is made.`,
    );
  }
  return [{ kid: 'trial', secret }];
}

/** Whole or not at all: an empty secret would be one that everybody knows. */
function make(file: string): void {
  const half = `${file}.new`;
  writeFileSync(half, randomBytes(32).toString('base64url'), { mode: 0o600, flush: true });
  renameSync(half, file);
}
