/** How letters are written: readable in both themes with any accent, complete in every language, nothing but text from people. */
import { describe, expect, it } from 'vitest';
import { readableOn, toHtml } from '../../server/delivery/mail/html.ts';
import type { Letter } from '../../server/delivery/mail/letter.ts';
import { toText } from '../../server/delivery/mail/text.ts';
import { type MailWords, wordsOf, writtenTime } from '../../server/delivery/mail/words.ts';
import { escapeHtml } from '../../server/http/escape-html.ts';
import { STATUSES } from '../../shared/incident.ts';
import { MARKUP } from '../support/hostile-texts.ts';
import { shows } from '../support/shows.ts';

const LETTER: Letter = {
  language: 'en',
  direction: 'ltr',
  subject: '[INC-20261122-0004] Card payments fail: Investigating',
  company: { name: 'Nordlicht', accent: '#0b7285' },
  title: 'Card payments fail',
  facts: ['INC-20261122-0004'],
  status: { status: 'INVESTIGATION', word: 'Investigating' },
  intro: ['Hello Ann,'],
  entries: [
    { kind: 'comment', heading: 'Ben wrote', at: 'now', text: 'First line\r\nsecond line' },
    { kind: 'moved', to: { status: 'INVESTIGATION', word: 'Investigating' }, at: 'now' },
  ],
  button: { label: 'Open', url: 'https://portal.example/?a=1&b=2#porthole=INC-20261122-0004' },
  notes: ['Why you get this'],
  switchOff: { label: 'Off', url: 'https://portal.example/mail/off?t=x' },
};

const PLAIN = { name: 'Nordlicht', accent: null };
/** A tag and what it says of itself: its attributes without their values. */
const nameOf = (tag: string) => tag.replace(/="[^"]*"/g, '');

function contrast(one: string, other: string): number {
  const luminance = (colour: string) =>
    [0.2126, 0.7152, 0.0722].reduce((sum, weight, index) => {
      const channel = Number.parseInt(colour.slice(1 + 2 * index, 3 + 2 * index), 16) / 255;
      return (
        sum + weight * (channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4)
      );
    }, 0);
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

describe('the HTML', () => {
  it('has no table, no image, no script and no link but its own two', () => {
    const html = toHtml(LETTER);
    expect(html).not.toMatch(/<(?:table|img|script|link|iframe|form)/);
    const links = [...html.matchAll(/(?:href|src|url)\s*[=(]\s*"?([^">)]*)/g)].map(
      ([, link]) => link,
    );
    expect(links).toEqual([
      'https://portal.example/?a=1&amp;b=2#porthole=INC-20261122-0004',
      'https://portal.example/mail/off?t=x',
    ]);
  });

  it('shows what people wrote as text, in every place', () => {
    shows(20);
    for (const bad of MARKUP) {
      const html = toHtml({
        ...LETTER,
        subject: bad,
        company: { name: bad, accent: null },
        title: bad,
        facts: [bad],
        intro: [bad],
        entries: [
          { kind: 'comment', heading: bad, at: bad, text: bad },
          { kind: 'moved', to: { status: 'INVESTIGATION', word: bad }, at: bad },
        ],
        notes: [bad],
      });
      // Line breaks of a comment are elements; nothing else in it is.
      const isOurs = (tag: string) => !tag.startsWith('<br');
      const tags = (text: string) => (text.match(/<[^>]*>/g) ?? []).filter(isOurs).map(nameOf);
      expect(tags(html), bad).toEqual(tags(toHtml({ ...LETTER, company: PLAIN })));
      expect(html.split(escapeHtml(bad)).length - 1, bad).toBeGreaterThanOrEqual(8);
    }
  });

  it('says its language and direction', () => {
    const html = toHtml({ ...LETTER, language: 'he', direction: 'rtl' });
    expect(html).toContain('<html lang="he" dir="rtl">');
  });

  it('is readable in every status, light and dark', () => {
    for (const status of STATUSES) {
      const html = toHtml({ ...LETTER, entries: [], status: { status, word: 'x' } });
      const pill = /class="s-\w+" style="[^"]*background:(#\w{6});color:(#\w{6})/.exec(html) ?? [];
      expect(contrast(pill[1] ?? '', pill[2] ?? ''), status).toBeGreaterThanOrEqual(4.5);
      const ink = new RegExp(`\\.i-${status}\\{color:(#\\w{6})`).exec(html)?.[1] ?? '';
      const ground = new RegExp(`\\.s-${status}\\{background:(#\\w{6})`).exec(html)?.[1] ?? '';
      expect(contrast(ink, ground), `${status}, dark`).toBeGreaterThanOrEqual(4.5);
    }
  });

  it('is readable on any accent', () => {
    for (let grey = 0; grey < 256; grey += 1) {
      const accent = `#${grey.toString(16).padStart(2, '0').repeat(3)}`;
      expect(contrast(accent, readableOn(accent)), accent).toBeGreaterThanOrEqual(4.5);
    }
    for (const accent of ['#0b7285', '#ffd43b', '#ff0000', '#00ff00', '#0000ff', '#777777']) {
      expect(contrast(accent, readableOn(accent)), accent).toBeGreaterThanOrEqual(4.5);
    }
  });
});

describe('the plain text', () => {
  it('quotes what people wrote, line by line', () => {
    expect(toText(LETTER)).toContain('Ben wrote (now):\n> First line\n> second line\n');
    expect(toText(LETTER)).toContain('◉ Investigating (now)');
  });
});

describe('one line', () => {
  it('stays one, so that nobody writes a line that looks like ours', () => {
    const bad = 'x\r\nOpen in the desk:\nhttps://evil.example/\u2028y';
    const text = toText({
      ...{ ...LETTER, title: bad, facts: [bad], intro: [bad], notes: [bad] },
      company: { name: bad, accent: null },
      entries: [{ kind: 'comment', heading: bad, at: 'now', text: bad }],
    });
    expect(text.split(/[\n\r\u2028]/).filter((line) => line.startsWith('https://'))).toEqual([
      LETTER.button.url,
    ]);
  });
});

describe('the languages', () => {
  const NAMES = ['en', 'de', 'fr', 'es', 'pt', 'he'];
  const said = (words: MailWords): string[] =>
    [words, words.off, words.status].flatMap((group) =>
      Object.values(group).flatMap((one) =>
        typeof one === 'function' ? [one('NAME', 'STATUS')] : typeof one === 'string' ? [one] : [],
      ),
    );

  it.each(NAMES)('%s says everything, and in its own words', (language) => {
    const words = wordsOf(language);
    expect(words.language).toBe(language);
    for (const text of said(words)) expect(text.trim()).not.toBe('');
    if (language !== 'en') {
      const english = new Set(said(wordsOf('en')));
      const same = said(words).filter((text) => english.has(text) && text !== 'ltr');
      expect(same).toEqual([]);
    }
  });

  it.each(NAMES)(
    '%s names the new status, and says how a resolved incident opens again',
    (language) => {
      const words = wordsOf(language);
      for (const move of [words.moved, words.answeredAndMoved]) {
        expect(move('NAME', 'STATUS')).toMatch(/NAME.*STATUS/);
      }
      for (const end of [words.resolved, words.answeredAndResolved]) {
        expect(end('NAME')).toMatch(/NAME.*\?.*port|NAME.*\?.*פורטל/i);
      }
    },
  );

  it.each([
    ['pt-BR', 'pt'],
    ['DE-at', 'de'],
    ['he-IL', 'he'],
    ['ja', 'en'],
    ['constructor', 'en'],
    [null, 'en'],
  ])('%s is answered in %s', (locale, language) => {
    expect(wordsOf(locale).language).toBe(language);
  });

  it('write times in their own way, and say that it is UTC', () => {
    const at = '2026-11-22T14:24:00.000Z';
    expect(writtenTime(wordsOf('de'), 'de-DE', at)).toBe('22.11.2026, 14:24 UTC');
    expect(writtenTime(wordsOf('ja'), 'ja', at)).toMatch(/^Nov 22, 2026, 2:24.PM UTC$/);
  });
});
