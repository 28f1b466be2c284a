/** The byte budgets of the widget (DESIGN §10): prints every figure, and fails above a cap. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const DIST = fileURLToPath(new URL('../../dist', import.meta.url));

/** @param {string} path bytes after gzip -9 */
const gzipped = (path) => gzipSync(readFileSync(join(DIST, path)), { level: 9 }).length;

const manifest = JSON.parse(readFileSync(join(DIST, 'widget/manifest.json'), 'utf8'));
const panel = manifest['panel/main.tsx'];
const files = [panel.file, ...panel.css, ...(panel.imports ?? []).map((key) => manifest[key].file)];

const budgets = [
  { name: 'loader', bytes: gzipped('loader/widget.js'), aim: 2_200, cap: 3_000 },
  {
    name: 'panel (JS and CSS)',
    bytes: files.reduce((sum, file) => sum + gzipped(join('widget', file)), 0),
    aim: 18_000,
    cap: 25_000,
  },
];

for (const { name, bytes, aim, cap } of budgets) {
  const verdict = bytes > cap ? 'OVER THE CAP' : bytes > aim ? 'above the aim' : 'ok';
  console.log(`size: ${name.padEnd(20)} ${bytes} bytes gzip, aim ${aim}, cap ${cap}: ${verdict}`);
}
process.exitCode = budgets.some(({ bytes, cap }) => bytes > cap) ? 1 : 0;
