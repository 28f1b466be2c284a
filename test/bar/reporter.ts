/**
 * A Vitest reporter, beside the default one: at the end of a run it prints which statements of the bar the run has shown,
 * by how many tests and with which figures, and keeps that for `npm run bar`.
 */
import { relative } from 'node:path';
import type { Reporter, TestCase, TestModule } from 'vitest/node';
import type { Mark } from '../support/shows.ts';
import {
  addFigures,
  addToPart,
  currentCommit,
  currentPart,
  type FileResult,
  type Results,
  ROOT,
  type Shown,
} from './results.ts';
import { STATEMENTS } from './statements.ts';
import { printTable } from './table.ts';

export class BarReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const run = { at: new Date().toISOString(), commit: currentCommit() };
    const ran: Results = {};
    for (const module of modules) {
      const file = relative(ROOT, module.moduleId).replaceAll('\\', '/');
      ran[file] = { ...run, shown: shownBy([...module.children.allTests()]) };
    }
    const name = currentPart();
    addToPart(name, ran);
    printTable([{ name, results: ran }]);
  }
}

/** A skipped test shows nothing. */
function shownBy(tests: readonly TestCase[]): FileResult['shown'] {
  const ended = tests
    .map((test) => ({ state: test.result().state, marks: test.meta().bar ?? [] }))
    .filter(({ state }) => state === 'passed' || state === 'failed');
  return STATEMENTS.flatMap(({ number }): Shown[] => {
    const ofThis = ended
      .map(({ state, marks }) => ({ state, marks: marksOf(marks, number) }))
      .filter(({ marks }) => marks.length > 0);
    if (ofThis.length === 0) return [];
    const count = (wanted: string) => ofThis.filter(({ state }) => state === wanted).length;
    const figures = addFigures(ofThis.flatMap(({ marks }) => marks.map((mark) => mark.figures)));
    return [{ statement: number, passed: count('passed'), failed: count('failed'), figures }];
  });
}

const marksOf = (marks: readonly Mark[], statement: number) =>
  marks.filter((mark) => mark.statement === statement);
