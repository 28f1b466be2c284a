/**
 * The byte budgets of the widget (DESIGN §10): prints every figure, and fails above a cap. With `--json` it prints the budgets
 * with their files instead, for who weighs these in another way.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const DIST = fileURLToPath(new URL('../../dist', import.meta.url));
const ENTRY = 'panel/main.tsx';
const DESK = 'desk/main.tsx';
/** The file of screens that each first screen comes in, on top of the entry. */
const FIRST_SCREENS = {
  'company selector': 'panel/screens/select.ts',
  'log in, sign up': 'panel/screens/enter.ts',
  'list of reports': 'panel/screens/home.ts',
};

/**
 * What a build wrote, by source.
 * @typedef {Record<string, { file: string, css?: string[], imports?: string[], dynamicImports?: string[] }>} Manifest
 * @param {string} build @returns {Manifest}
 */
const read = (build) => JSON.parse(readFileSync(join(DIST, build, 'manifest.json'), 'utf8'));
const panel = read('widget');
const desk = read('desk');

/** @param {string} path bytes after gzip -9 */
const gzipped = (path) => gzipSync(readFileSync(join(DIST, path)), { level: 9 }).length;

/**
 * The files that the given entries need: scripts, what these import at once, and style sheets, each once.
 * @param {Manifest} manifest
 * @param {string[]} keys
 * @param {boolean} isAll follows what is imported later, too
 */
function filesOf(manifest, keys, isAll = false) {
  const seen = new Set(keys);
  const files = new Set();
  for (const key of seen) {
    const chunk = manifest[key];
    if (chunk === undefined) throw new Error(`The manifest has no ${key}.`);
    for (const file of [chunk.file, ...(chunk.css ?? [])]) files.add(file);
    for (const next of chunk.imports ?? []) seen.add(next);
    if (isAll) for (const next of chunk.dynamicImports ?? []) seen.add(next);
  }
  return [...files];
}

/** @param {string} build @param {string[]} files */
const below = (build, files) => files.map((file) => join(build, file));

const budgets = [
  { name: 'loader', files: ['loader/widget.js'], aim: 2_200, cap: 3_072 },
  ...Object.entries(FIRST_SCREENS).map(([name, key]) => ({
    name,
    files: below('widget', filesOf(panel, [ENTRY, key])),
    aim: 18_000,
    cap: 25_000,
  })),
  // People work in it all day, and load it once.
  { name: 'desk', files: below('desk', filesOf(desk, [DESK])), aim: 40_000, cap: 50_000 },
];

/** @param {string[]} files each is a transfer of its own, so each is compressed for itself */
const sum = (files) => files.reduce((bytes, file) => bytes + gzipped(file), 0);

/** @returns {boolean} whether all is below the caps */
function check() {
  let isMet = true;
  for (const { name, files, aim, cap } of budgets) {
    const bytes = sum(files);
    const verdict = bytes > cap ? 'OVER THE CAP' : bytes > aim ? 'above the aim' : 'ok';
    console.log(`size: ${name.padEnd(20)} ${bytes} bytes gzip, aim ${aim}, cap ${cap}: ${verdict}`);
    if (bytes > cap) isMet = false;
  }
  const everything = below('widget', filesOf(panel, [ENTRY], true));
  console.log(
    `size: ${'whole panel'.padEnd(20)} ${sum(everything)} bytes gzip in ${everything.length} files`,
  );
  return isMet;
}

if (process.argv.includes('--json')) console.log(JSON.stringify(budgets));
else process.exitCode = check() ? 0 : 1;
