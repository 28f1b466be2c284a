/** What the README quotes from the code, it quotes truly. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { SETTINGS } from '../../server/config.ts';
import { STUB } from '../../widget/loader/stub.ts';

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
const scripts = Object.keys(
  JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).scripts,
);

describe('the README', () => {
  it('shows the queueing line as it is tested', () => {
    expect(readme).toContain(`<script>${STUB}</script>`);
  });

  it('names every setting, and no other', () => {
    const rows = [...readme.matchAll(/^\| `([A-Z_]+)`/gm)].map(([, name]) => name);
    expect(rows.sort()).toEqual([...SETTINGS].sort());
  });

  it('names only commands that exist', () => {
    const named = [...readme.matchAll(/`npm (?:run )?([a-z]+)`/g)].map(([, name]) => name);
    const known = [...scripts, 'ci'];
    expect(named.filter((name) => !known.includes(name ?? ''))).toEqual([]);
  });
});
