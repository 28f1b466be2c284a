/** The table of statements, for people: on a terminal at the end of a run, and as test/BAR.md. */
import type { Figures } from '../support/shows.ts';
import { addFigures, type Part, type Shown } from './results.ts';
import { STATEMENTS } from './statements.ts';

const PART_NAMES: Record<string, string> = {
  embedded: 'embedded database',
  postgres: 'PostgreSQL',
  'long-embedded': 'long form, embedded database',
  'long-postgres': 'long form, PostgreSQL',
};

export interface ShownInPart {
  part: string;
  passed: number;
  failed: number;
  figures: Figures;
}

/** What each part says of a statement; parts that say nothing of it are left out. */
export function shownInParts(parts: readonly Part[], statement: number): ShownInPart[] {
  return parts.flatMap(({ name, results }) => {
    const shown: Shown[] = Object.values(results)
      .flatMap((file) => file.shown)
      .filter((one) => one.statement === statement);
    if (shown.length === 0) return [];
    const sum = (key: 'passed' | 'failed') => shown.reduce((total, one) => total + one[key], 0);
    const figures = addFigures(shown.map((one) => one.figures));
    return [
      { part: PART_NAMES[name] ?? name, passed: sum('passed'), failed: sum('failed'), figures },
    ];
  });
}

/** The statements that these parts have marks of, and how many of all that is. */
export function printTable(parts: readonly Part[]): void {
  const rows = STATEMENTS.flatMap(({ number, says }) => {
    const shown = shownInParts(parts, number);
    if (shown.length === 0) return [];
    return [
      `${String(number).padStart(3)}  ${says}`,
      ...shown.map((one) => `       ${inWords(one)}`),
    ];
  });
  const shown = STATEMENTS.filter(({ number }) => shownInParts(parts, number).length > 0).length;
  if (shown === 0) return;
  const names = parts.map(({ name }) => PART_NAMES[name] ?? name).join('; ');
  console.log(
    [
      `\nThe bar (${names})`,
      ...rows,
      `${shown} of ${STATEMENTS.length} statements shown; test/BAR.md is about all\n`,
    ].join('\n'),
  );
}

export function inWords({ part, passed, failed, figures }: ShownInPart): string {
  const tests = failed === 0 ? `${passed} passed` : `${failed} FAILED, ${passed} passed`;
  const counted = Object.entries(figures).map(([name, value]) => `${name} ${asNumber(value)}`);
  return `${part}: ${[tests, ...counted].join(', ')}`;
}

/** Counts as they are, measurements to two places. */
const asNumber = (value: number) => value.toLocaleString('en', { maximumFractionDigits: 2 });
