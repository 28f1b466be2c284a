import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { daysIn } from '../../../widget/common/i18n/days.ts';
import { timesIn } from '../../../widget/common/i18n/times.ts';
import { en } from '../../../widget/panel/i18n/en.ts';
import { enAccount } from '../../../widget/panel/i18n/en-account.ts';
import { enChallenge } from '../../../widget/panel/i18n/en-challenge.ts';
import { enEnter } from '../../../widget/panel/i18n/en-enter.ts';
import { enHome } from '../../../widget/panel/i18n/en-home.ts';
import { enNews } from '../../../widget/panel/i18n/en-news.ts';
import { enSelect } from '../../../widget/panel/i18n/en-select.ts';
import { enWork } from '../../../widget/panel/i18n/en-work.ts';
import { addWords, createI18n } from '../../../widget/panel/i18n/index.ts';

const PANEL = 'widget/panel';
const parts = [enSelect, enEnter, enHome, enWork, enNews, enAccount, enChallenge];
const words = Object.assign({}, en, ...parts) as Record<string, unknown>;
for (const part of parts) addWords(part);
const { t, span } = createI18n('en');
const { ago, exact } = timesIn('en');
const { day } = daysIn('en');
const NOW = Date.parse('2026-11-22T12:00:00');
const past = (minutes: number) => new Date(NOW - minutes * 60_000).toISOString();

const SHARED = 'widget/common';

function sources(...folders: string[]): string[] {
  const names = folders.flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)));
  return names.filter((name) => /\.tsx?$/.test(name)).map((name) => readFileSync(name, 'utf8'));
}

const drawn = [PANEL, `${PANEL}/screens`, `${PANEL}/components`, `${SHARED}/components`];

describe('words', () => {
  it('follow the plural rules', () => {
    expect(t('text.left', { count: 1 })).toBe('1 character left');
    expect(t('text.left', { count: 20 })).toBe('20 characters left');
    expect(t('company.found', { found: 3, all: 9812 })).toBe('3 of 9,812 companies.');
  });

  it('are not turned around by names written from right to left', () => {
    expect(t('home.hello', { name: 'Anna' })).toBe('Hello, Anna');
    expect(t('home.hello', { name: '\u202eabc' })).toBe('Hello, \u2068\u202eabc\u2069');
  });

  it('do not read names as patterns', () => {
    expect(t('home.hello', { name: "{count} $& $1 $'" })).toBe("Hello, {count} $& $1 $'");
  });

  it.each([
    [0, 'now'],
    [12, '12 min ago'],
    [180, '3 hr ago'],
    [60 * 20, 'yesterday'],
    [60 * 24 * 3, 'Thursday'],
    [60 * 24 * 20, 'Nov 2'],
    [60 * 24 * 400, 'Oct 18, 2025'],
  ])('say how long ago %d minutes are', (minutes, expected) => {
    expect(ago(past(minutes), NOW)).toBe(expected);
  });

  it.each([
    [1, '1 sec'],
    [90, '90 sec'],
    [91, '2 min'],
    [892, '15 min'],
  ])('say how long %d seconds are to wait', (seconds, expected) => {
    expect(span(seconds)).toBe(expected);
  });

  it('name days, and give the exact time', () => {
    expect(day(past(1), NOW)).toBe('Today');
    expect(day(past(60 * 20), NOW)).toBe('Yesterday');
    expect(exact(past(0))).toContain('Sunday, November 22, 2026');
  });

  it.each(['xx', 'not a locale!', '', 'de'])('fall back to English for %s', (locale) => {
    expect(createI18n(locale).t('home.all')).toBe('All');
  });

  it('stand in one file only, each', () => {
    const all = [en, ...parts].flatMap(Object.keys);
    expect(all.filter((key, index) => all.indexOf(key) !== index)).toEqual([]);
  });

  it('are all used', () => {
    const code = sources(...drawn, `${PANEL}/state`, `${SHARED}/state`).join('\n');
    const prefixes = [...code.matchAll(/`([\w.]+\.)\$\{/g)].map(([, prefix]) => prefix ?? '');
    const unused = Object.keys(words).filter(
      (key) =>
        !code.includes(`'${key}'`) &&
        !prefixes.some((prefix) => key.startsWith(prefix)) &&
        !/^(signup|login)\./.test(key),
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
