/** Words and numbers in the customer's language. Rules come from Intl, words from one file per language. */
import { en } from './en.ts';
import type { enEnter } from './en-enter.ts';
import type { enHome } from './en-home.ts';
import type { enSelect } from './en-select.ts';
import type { enWork } from './en-work.ts';

type AllWords = typeof en & typeof enSelect & typeof enEnter & typeof enHome & typeof enWork;
export type Key = keyof AllWords;
export type Words = Record<string, string | { one: string; other: string }>;

/** The words there are so far: each file of screens brings its own along. */
const words: Words = { ...en };

/** Adds the words of a file of screens, which are fetched with it. */
export function addWords(more: Words): void {
  Object.assign(words, more);
}

export type Params = Record<string, string | number>;

export interface I18n {
  t(key: Key, params?: Params): string;
  /** The text of a key that may not exist. */
  find(key: string): string | null;
  language: string;
}

/** From here on there are right-to-left letters and direction controls: what holds them must not turn the words around it. */
const TURNS = /[\u0590-\uffff]/;

/** Makes the words for a locale. Languages without a file of words get English ones, and English dates with them. */
export function createI18n(locale: string | undefined): I18n {
  const language = usable(locale);
  const plural = new Intl.PluralRules(language);
  const number = new Intl.NumberFormat(language);

  function t(key: Key, params: Params = {}): string {
    const entry = words[key] ?? '';
    const text =
      typeof entry === 'string'
        ? entry
        : entry[plural.select(Number(params.count)) === 'one' ? 'one' : 'other'];
    return text.replace(/\{(\w+)\}/g, (_, name: string) => fill(params[name] ?? ''));
  }

  function fill(value: string | number): string {
    if (typeof value === 'number') return number.format(value);
    return TURNS.test(value) ? `\u2068${value}\u2069` : value;
  }

  const find = (key: string) => (Object.hasOwn(words, key) ? t(key as Key) : null);
  return { t, find, language };
}

function usable(locale: string | undefined): string {
  try {
    const [canonical] = Intl.getCanonicalLocales(locale ?? []);
    return canonical && /^en(-|$)/.test(canonical) ? canonical : 'en';
  } catch {
    return 'en';
  }
}
