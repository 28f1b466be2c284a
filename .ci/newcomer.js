/** What the README promises first: `npm start` on a clean checkout builds, makes its database and says that it is ready. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const LIMIT_MS = 180_000;

const folder = mkdtempSync(join(tmpdir(), 'porthole-newcomer-'));
const { NODE_ENV: _, ...env } = process.env;
const child = spawn('npm', ['start'], {
  env: { ...env, PORT: '0', DATA_DIR: folder },
  stdio: ['ignore', 'pipe', 'inherit'],
  detached: true,
});
let said = '';
const isReady = await new Promise((resolve) => {
  const late = setTimeout(() => resolve(false), LIMIT_MS);
  const end = (ready) => {
    clearTimeout(late);
    resolve(ready);
  };
  child.stdout.on('data', (chunk) => {
    said += chunk;
    if (said.includes('Porthole is ready')) end(true);
  });
  child.once('exit', () => end(false));
});
try {
  // npm and the server below it.
  process.kill(-child.pid, 'SIGTERM');
} catch {}
if (child.exitCode === null) await new Promise((resolve) => child.once('exit', resolve));
rmSync(folder, { recursive: true, force: true });
console.log(isReady ? 'npm start: ready' : 'npm start did not get ready');
process.exitCode = isReady ? 0 : 1;
