import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { en } from '../../../widget/desk/i18n/en.ts';
import { enCustomer } from '../../../widget/desk/i18n/en-customer.ts';
import { enSetUp } from '../../../widget/desk/i18n/en-set-up.ts';

const DESK = 'widget/desk';
const SHARED = 'widget/common';

function sources(...folders: string[]): string[] {
  const names = folders.flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)));
  return names.filter((name) => /\.tsx?$/.test(name)).map((name) => readFileSync(name, 'utf8'));
}

const drawn = [DESK, `${DESK}/screens`, `${DESK}/components`, `${SHARED}/components`];

describe('words of the desk', () => {
  it('stand in one file only, each', () => {
    const all = [en, enCustomer, enSetUp].flatMap(Object.keys);
    expect(all.filter((key, index) => all.indexOf(key) !== index)).toEqual([]);
  });

  it('are all used', () => {
    const code = sources(...drawn, `${DESK}/state`, `${SHARED}/state`).join('\n');
    const prefixes = [...code.matchAll(/`([\w.]+\.)\$\{/g)].map(([, prefix]) => prefix ?? '');
    const unused = Object.keys({ ...en, ...enCustomer, ...enSetUp }).filter(
      (key) => !code.includes(`'${key}'`) && !prefixes.some((prefix) => key.startsWith(prefix)),
    );
    expect(unused).toEqual([]);
  });

  it('stand nowhere else: no component holds a visible string', () => {
    const code = sources(...drawn).join('\n');
    const texts = [...code.matchAll(/>\s*([A-Za-z][^<>{}=;()]*?)\s*<\//g)].map(([, text]) => text);
    const attributes = [
      ...code.matchAll(/\b(?:aria-label|title|placeholder|label|text)="([^"]*)"/g),
    ];
    expect(texts).toEqual([]);
    expect(attributes.map(([match]) => match)).toEqual([]);
  });
});
