/** test/BAR.md: every statement, the tests that show it, and what they last counted. */
import type { Part } from './results.ts';
import type { Scanned } from './scan.ts';
import { STATEMENTS, type Statement } from './statements.ts';
import { inWords, shownInParts } from './table.ts';

const HEAD = `# The bar: which test shows which statement

Made by \`npm run bar\` from the marks in the tests (\`shows\` and \`everyTestShows\`) and from what the last runs of them
counted: \`npm test\` on the embedded database and, with \`TEST_DATABASE_URL\`, on PostgreSQL; \`npm run test:long\` for the
long form of those marked (L). \`npm run check\` fails for a statement without a test. Do not edit it.
`;

export function markdown(parts: readonly Part[], scanned: readonly Scanned[]): string {
  const rows = STATEMENTS.map((statement) => row(statement, parts, scanned));
  return [
    HEAD,
    ...parts.map(whenRun),
    '',
    '| | statement | shown by | last run |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

/** A part whose files were run one by one has several days and commits: all of them are told. */
function whenRun(part: Part): string {
  const files = Object.values(part.results);
  const days = unique(files.map(({ at }) => at.slice(0, 10)));
  const commits = unique(files.map(({ commit }) => commit));
  return `- ${part.name}: ${days.join(', ')}, commit ${commits.join(', ')}`;
}

const unique = (all: readonly string[]) => [...new Set(all)].sort();

function row(statement: Statement, parts: readonly Part[], scanned: readonly Scanned[]): string {
  const { number, says, isLong, note, reason } = statement;
  const files = scanned
    .filter(({ statements }) => statements.has(number))
    .map(({ file }) => link(file));
  const shown = shownInParts(parts, number).map(inWords);
  const cells = [
    String(number),
    [says + (isLong ? ' (L)' : ''), ...(note === undefined ? [] : [`<sub>${note}</sub>`])].join(
      '<br>',
    ),
    files.length > 0 ? files.join('<br>') : '**no test**',
    reason !== undefined ? `**not shown here:** ${reason}` : shown.join('<br>') || '**not run**',
  ];
  return `| ${cells.join(' | ')} |`;
}

/** Relative to test/. */
function link(file: string): string {
  const path = file.replace('test/', '');
  return `[${path}](${path})`;
}
