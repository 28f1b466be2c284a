/** Builds what is missing or stale, so that `npm start` and `npm test` need no other command before them. */
import { readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SOURCES = ['widget', 'server', 'shared', 'vite.config.ts', 'package-lock.json'];
/** The last file that a build writes: older than a source, or absent after a failure, it means "build again". */
const RESULT = join(ROOT, 'dist/server/main.js');

/** @param {string} path */
const modifiedAt = (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;

/** @param {string} path @returns {number} time of the newest change below a path */
function newest(path) {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return modifiedAt(path);
  const inside = readdirSync(path, { recursive: true, encoding: 'utf8' });
  return Math.max(modifiedAt(path), ...inside.map((name) => modifiedAt(join(path, name))));
}

/** A packaged server has no sources of the widget, and nothing to build. */
function isStale() {
  if (modifiedAt(join(ROOT, 'widget')) === 0) return false;
  return SOURCES.some((source) => newest(join(ROOT, source)) > modifiedAt(RESULT));
}

/** @param {{ force?: boolean }} [options] */
async function build({ force = false } = {}) {
  if (!force && !isStale()) return;
  process.stdout.write('Building …\n');
  const { createBuilder } = await import('vite');
  const builder = await createBuilder({
    configFile: join(ROOT, 'vite.config.ts'),
    logLevel: 'warn',
  });
  await builder.buildApp();
}

if (
  dirname(process.argv[1] ?? '') === import.meta.dirname &&
  process.argv[1]?.endsWith('build.js')
) {
  await build({ force: process.argv.includes('--force') });
}
