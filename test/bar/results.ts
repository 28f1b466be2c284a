/**
 * What runs have shown, kept in test/output/bar: a file for each part (embedded, postgres, and the long form of either),
 * in it an entry for each test file that holds marks. A run replaces the entries of the files that it ran, so a run of one
 * file leaves what is known of the others.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Figures } from '../support/shows.ts';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const FOLDER = join(ROOT, 'test/output/bar');

/** What the tests of one file say of one statement. */
export interface Shown {
  statement: number;
  passed: number;
  failed: number;
  figures: Figures;
}

export interface FileResult {
  at: string;
  commit: string;
  shown: Shown[];
}

/** By path from the root. */
export type Results = Record<string, FileResult>;

export interface Part {
  name: string;
  results: Results;
}

/** The part that the environment asks for. */
export function currentPart(env: NodeJS.ProcessEnv = process.env): string {
  const database = env.TEST_DATABASE_URL === undefined ? 'embedded' : 'postgres';
  return env.LONG === '1' ? `long-${database}` : database;
}

export function readParts(): Part[] {
  if (!existsSync(FOLDER)) return [];
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => ({ name: file.replace('.json', ''), results: readPart(file) }));
}

/** Of files that are gone nothing is known any more. */
function readPart(file: string): Results {
  const path = join(FOLDER, file);
  if (!existsSync(path)) return {};
  const results: Results = JSON.parse(readFileSync(path, 'utf8'));
  return Object.fromEntries(
    Object.entries(results).filter(([test]) => existsSync(join(ROOT, test))),
  );
}

export function addToPart(name: string, ran: Results): void {
  mkdirSync(FOLDER, { recursive: true });
  const file = `${name}.json`;
  const results = { ...readPart(file), ...ran };
  writeFileSync(join(FOLDER, file), `${JSON.stringify(results, null, 2)}\n`);
}

/** Short, with a `+` where something was not committed. */
export function currentCommit(): string {
  try {
    const git = (...args: string[]) => execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' });
    const hasChanges = git('status', '--porcelain', '--untracked-files=no') !== '';
    return git('rev-parse', '--short', 'HEAD').trim() + (hasChanges ? '+' : '');
  } catch {
    return 'unknown';
  }
}

export function addFigures(all: readonly Figures[]): Figures {
  const sum: Record<string, number> = {};
  for (const figures of all)
    for (const [name, value] of Object.entries(figures)) sum[name] = (sum[name] ?? 0) + value;
  return sum;
}
