/** Which test files say, in their text, that they show which statements: what `npm run check` holds against the bar. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './results.ts';

export interface Scanned {
  file: string;
  statements: ReadonlySet<number>;
  /** It takes a long form when asked for it. */
  hasLongForm: boolean;
}

const COMMENT = /^\s*(?:\/\/|\/?\*).*$/gm;
const MARK = /\b(?:shows|everyTestShows)\(([\d,\s]+)/g;
const NUMBER = /\d+/g;

export function scanTests(): Scanned[] {
  return readdirSync(join(ROOT, 'test'), { recursive: true, encoding: 'utf8' })
    .map((name) => `test/${name.replaceAll('\\', '/')}`)
    .filter((file) => /\.tsx?$/.test(file) && !file.startsWith('test/bar/'))
    .sort()
    .map((file) => scan(file, readFileSync(join(ROOT, file), 'utf8')));
}

function scan(file: string, text: string): Scanned {
  const marks = [...text.replace(COMMENT, '').matchAll(MARK)];
  const statements = marks.flatMap(([, numbers = '']) => numbers.match(NUMBER) ?? []);
  return {
    file,
    statements: new Set(statements.map(Number)),
    hasLongForm: file.startsWith('test/long/') || text.includes('process.env.LONG'),
  };
}
