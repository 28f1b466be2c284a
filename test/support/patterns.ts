/** Every regular expression that the code holds, found by parsing it; and whether the time one takes can explode. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAst } from 'rolldown/parseAst';
import { analyse } from 'scslre';

export interface Pattern {
  /** File and what stands there. */
  where: string;
  source: string;
  flags: string;
}

export interface Found {
  patterns: Pattern[];
  /** `new RegExp` of what only running code knows. */
  made: string[];
}

interface Node {
  type: string;
  [field: string]: unknown;
}

export function patternsIn(code: string, file: string): Found {
  const found: Found = { patterns: [], made: [] };
  walk(
    parseAst(code, { lang: file.endsWith('x') ? 'tsx' : 'ts' }, file) as unknown as Node,
    (node) => {
      const { regex } = node as { regex?: { pattern: string; flags: string } };
      if (node.type === 'Literal' && regex) {
        const { pattern: source, flags } = regex;
        found.patterns.push({ where: `${file} /${source}/${flags}`, source, flags });
      }
      if (isCallOf(node, 'RegExp')) {
        const [first, second] = node.arguments as Node[];
        const source = textOf(first);
        if (source === null) found.made.push(file);
        else
          found.patterns.push({ where: `${file} ${source}`, source, flags: textOf(second) ?? '' });
      }
      // A string becomes a pattern there, too.
      const { callee, arguments: given } = node as { callee?: Node; arguments?: Node[] };
      const { name } = (callee?.property ?? {}) as { name?: string };
      if (node.type === 'CallExpression' && /^(?:match|matchAll|search)$/.test(name ?? '')) {
        const source = textOf(given?.[0]);
        if (source !== null)
          found.patterns.push({ where: `${file} '${source}'`, source, flags: '' });
      }
    },
  );
  return found;
}

function isCallOf(node: Node, name: string): boolean {
  const isCall = node.type === 'NewExpression' || node.type === 'CallExpression';
  return isCall && (node.callee as { name?: string }).name === name;
}

/** Null where it is no plain string. */
function textOf(node: Node | undefined): string | null {
  return node?.type === 'Literal' && typeof node.value === 'string' ? node.value : null;
}

function walk(node: unknown, visit: (node: Node) => void): void {
  if (Array.isArray(node)) for (const one of node) walk(one, visit);
  if (typeof node !== 'object' || node === null || Array.isArray(node)) return;
  if (typeof (node as Node).type === 'string') visit(node as Node);
  for (const inner of Object.values(node)) if (typeof inner === 'object') walk(inner, visit);
}

/** Of every TypeScript file below the folders. */
export function patternsBelow(folders: readonly string[]): Found {
  const root = new URL('../../', import.meta.url).pathname;
  const files = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.tsx?$/.test(name))
      .map((name) => join(folder, name)),
  );
  const all = files.map((file) => patternsIn(readFileSync(join(root, file), 'utf8'), file));
  return {
    patterns: all.flatMap(({ patterns }) => patterns),
    made: all.flatMap(({ made }) => made),
  };
}

/** How it can be made to take more than linear time; empty where it cannot. */
export function explosionsOf({ source, flags }: Pick<Pattern, 'source' | 'flags'>): string[] {
  const { reports } = analyse({ source, flags });
  return reports.map(({ type, exponential, character }) => {
    const { source: repeated } = character.literal;
    return `${type}${exponential ? ', exponential' : ''}: repeat ${repeated}`;
  });
}
