/** `npm run bar` writes test/BAR.md; with `check`, fails for a statement that no test shows. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { markdown } from './markdown.ts';
import { ROOT, readParts } from './results.ts';
import { type Scanned, scanTests } from './scan.ts';
import { STATEMENTS } from './statements.ts';
import { printTable } from './table.ts';

export function write(): void {
  const parts = readParts();
  const scanned = scanTests();
  printTable(parts);
  writeFileSync(join(ROOT, 'test/BAR.md'), markdown(parts, scanned));
  console.log('bar: wrote test/BAR.md');
}

/** By the text of the tests alone, so it needs no run. */
export function check(): boolean {
  const problems = problemsOf(scanTests());
  for (const problem of problems) console.error(`bar: ${problem}`);
  if (problems.length === 0)
    console.log(`bar: all ${STATEMENTS.length} statements have their tests`);
  return problems.length === 0;
}

function problemsOf(scanned: readonly Scanned[]): string[] {
  const known = new Set(STATEMENTS.map(({ number }) => number));
  const unknown = scanned.flatMap(({ file, statements }) =>
    [...statements]
      .filter((number) => !known.has(number))
      .map((number) => `${file} shows ${number}, which is none`),
  );
  const open = STATEMENTS.filter(({ reason }) => reason === undefined).flatMap((statement) => {
    const { number, says, isLong } = statement;
    const files = scanned.filter(({ statements }) => statements.has(number));
    if (files.length === 0) return [`no test shows ${number}: ${says}`];
    if (isLong && !files.some(({ hasLongForm }) => hasLongForm))
      return [`${number} has no long form: ${says}`];
    return [];
  });
  return [...unknown, ...open];
}
