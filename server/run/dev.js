/** `npm run dev`: builds, starts, and does both again after every change of a source. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { watch } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const START = fileURLToPath(new URL('./start.js', import.meta.url));
/** Editors write a file in several steps. */
const SETTLE_MS = 150;

const run = () => spawn(process.execPath, [START], { stdio: 'inherit' });
let server = run();
/** @type {NodeJS.Timeout | undefined} */
let timer;

async function restart() {
  if (server.exitCode === null && server.signalCode === null) {
    server.kill('SIGTERM');
    await once(server, 'exit');
  }
  server = run();
}

for (const folder of ['widget', 'server', 'shared']) {
  watch(join(ROOT, folder), { recursive: true }, () => {
    clearTimeout(timer);
    timer = setTimeout(() => void restart(), SETTLE_MS);
  });
}
process.on('SIGINT', () => {
  // The terminal has sent the signal to the server too; wait for its end.
  server.once('exit', () => process.exit(0));
});
