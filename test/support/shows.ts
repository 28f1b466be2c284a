/**
 * Ties a test to the statements of the bar that it shows (test/bar): `npm test` ends with a table made of these marks, and
 * `npm run check` fails for a statement that no test shows.
 */
import { beforeEach, TestRunner } from 'vitest';

/** What was counted in this run, such as `{ 'acknowledged writes lost': 0 }`. Numbers of the same name are added up. */
export type Figures = Readonly<Record<string, number>>;

export interface Mark {
  /** 1 to 37, as the bar numbers them. */
  statement: number;
  figures: Figures;
}

declare module 'vitest' {
  interface TaskMeta {
    bar?: Mark[];
  }
}

/** To be called within a test, where its figures are known. */
export function shows(statement: number, figures: Figures = {}): void {
  const test = TestRunner.getCurrentTest();
  if (test === undefined) throw new Error('shows() belongs into a test');
  test.meta.bar ??= [];
  test.meta.bar.push({ statement, figures });
}

/** Every test of the file or of the enclosing `describe` shows these. */
export function everyTestShows(...statements: number[]): void {
  beforeEach(({ task }) => {
    task.meta.bar ??= [];
    task.meta.bar.push(...statements.map((statement) => ({ statement, figures: {} })));
  });
}
