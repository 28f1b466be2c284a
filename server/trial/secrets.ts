/** The trial makes its own signing secret and keeps it beside its database. */
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SigningKey } from '../config.ts';

/** The key in `dataDir`, made when there is none; only the owner can read it. */
export function trialKeys(dataDir: string): SigningKey[] {
  const file = join(dataDir, 'signing-secret');
  try {
    return [{ kid: 'trial', secret: readFileSync(file, 'utf8') }];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    const secret = randomBytes(32).toString('base64url');
    writeFileSync(file, secret, { mode: 0o600, flag: 'wx' });
    return [{ kid: 'trial', secret }];
  }
}
