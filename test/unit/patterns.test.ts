/** Every regular expression of the server and of the schemas takes linear time, whatever it is given (BAR 14). */
import { describe, expect, it } from 'vitest';
import { ROUTES } from '../../server/app.ts';
import { openApiDocument } from '../../server/http/openapi.ts';
import { explosionsOf, patternsBelow, patternsIn } from '../support/patterns.ts';
import { shows } from '../support/shows.ts';

/**
 * Files that make patterns while they run, and why none of these is a danger. Whoever adds one says so here, or writes the
 * pattern down, where it is looked at.
 */
const MADE: Readonly<Record<string, string>> = {
  'server/customer/incident-routes.ts': 'of one class and a number; stands in the document',
  'server/docs/example.ts': 'what the document holds, tried on its own examples',
};

/** Those that zod brings along stand in the document; without their flags, which change nothing here. */
function patternsOfDocument(): { where: string; source: string; flags: string }[] {
  const found = new Set<string>();
  JSON.stringify(openApiDocument(ROUTES, ''), (key, value) => {
    if (key === 'pattern' && typeof value === 'string') found.add(value);
    return value;
  });
  return [...found].map((source) => ({
    ...{ where: `the document: ${source}`, source },
    flags: source.includes('\\p{') ? 'u' : '',
  }));
}

describe('the regular expressions', () => {
  it('are all linear', () => {
    const { patterns, made } = patternsBelow(['server', 'shared']);
    expect(patterns.length).toBeGreaterThan(50);
    expect([...new Set(made)].sort()).toEqual(Object.keys(MADE).sort());
    const all = [...patterns, ...patternsOfDocument()];
    const bad = all.flatMap((one) => explosionsOf(one).map((how) => `${one.where}: ${how}`));
    expect(bad.join('\n')).toBe('');
    shows(14, { 'regular expressions analysed': all.length });
  });

  it('would be found if one were not', () => {
    const planted = [
      'export const a: string = "x".replace(/(a+)+$/, "");',
      'const b = new RegExp("(x|xx)*y", "i");',
      'if (/\\s*,\\s*$/.test(text satisfies string)) {}',
      'text.match("(.*)*!")',
    ];
    for (const code of planted) {
      const { patterns } = patternsIn(code, 'planted.ts');
      expect(patterns, code).toHaveLength(1);
      expect(patterns.flatMap(explosionsOf), code).not.toEqual([]);
    }
    expect(patternsIn('new RegExp(text)', 'planted.ts').made).toEqual(['planted.ts']);
    expect(
      patternsIn('const c = /^[a-z]+$/u;', 'planted.ts').patterns.flatMap(explosionsOf),
    ).toEqual([]);
  });
});
