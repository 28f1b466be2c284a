/**
 * Packages that only peers need: kept out of the project's own `npm ci`, with a lock file of their own, and installed where and
 * when the benchmark first needs them. From the npm registry; none of them runs anything of its own.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const LIMIT_MS = 240_000;

/** `folder` holds the package.json; `what` says what for, and how much it is. */
export async function installOnce(
  folder: string,
  what: string,
  say: (line: string) => void,
): Promise<void> {
  // npm writes it last.
  if (existsSync(join(folder, 'node_modules/.package-lock.json'))) return;
  say(`installing ${what}, once, from the npm registry`);
  const options = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  await promisify(execFile)('npm', options, { cwd: folder, timeout: LIMIT_MS }).catch((error) => {
    throw new Error(`npm ci in ${folder} failed:\n${error.stderr}`);
  });
}
