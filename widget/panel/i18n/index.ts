/** Words, numbers and times in the customer's language. Rules come from Intl, words from one file per language. */
import { en } from './en.ts';
import type { enEnter } from './en-enter.ts';
import type { enSelect } from './en-select.ts';
import type { enWork } from './en-work.ts';

type AllWords = typeof en & typeof enSelect & typeof enEnter & typeof enWork;
export type Key = keyof AllWords;
type Words = Record<string, string | { one: string; other: string }>;

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
  /** How long ago, in words: "12 min ago", "yesterday", "Thursday". `now` in milliseconds of the epoch. */
  ago(iso: string, now: number): string;
  /** Date and time in full. */
  exact(iso: string): string;
  /** Hours and minutes. */
  clock(iso: string): string;
  /** "Today", "Yesterday", or the date. */
  day(iso: string, now: number): string;
  language: string;
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** Right-to-left letters and direction controls: what holds them must not turn the words around it. */
const TURNS = /[\u0590-\u08ff\u200e\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufefc]/;

/** Makes the words for a locale. Languages without a file of words get English ones, and English dates with them. */
export function createI18n(locale: string | undefined): I18n {
  const language = usable(locale);
  const plural = new Intl.PluralRules(language);
  const number = new Intl.NumberFormat(language);
  const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto', style: 'short' });
  const dateFormat = (options: Intl.DateTimeFormatOptions) => {
    const format = new Intl.DateTimeFormat(language, options);
    return (iso: string) => format.format(new Date(iso));
  };
  const exact = dateFormat({ dateStyle: 'full', timeStyle: 'short' });
  const clock = dateFormat({ hour: 'numeric', minute: '2-digit' });
  const weekday = dateFormat({ weekday: 'long' });
  const date = dateFormat({ day: 'numeric', month: 'short' });
  const dateOfYear = dateFormat({ day: 'numeric', month: 'short', year: 'numeric' });
  const longDate = dateFormat({ weekday: 'long', day: 'numeric', month: 'long' });

  function t(key: Key, params: Params = {}): string {
    const entry = words[key] ?? '';
    const { count = 0 } = params;
    const text =
      typeof entry === 'string'
        ? entry
        : entry[plural.select(Number(count)) === 'one' ? 'one' : 'other'];
    return text.replace(/\{(\w+)\}/g, (_, name: string) => fill(params[name] ?? ''));
  }

  function fill(value: string | number): string {
    if (typeof value === 'number') return number.format(value);
    return TURNS.test(value) ? `\u2068${value}\u2069` : value;
  }

  function ago(iso: string, now: number): string {
    const minutes = Math.round((Date.parse(iso) - now) / MINUTE_MS);
    if (minutes > -1) return relative.format(0, 'second');
    // "12 min. ago" reads like a full stop in the middle of a line.
    if (minutes > -60) return relative.format(minutes, 'minute').replace('.', '');
    const days = daysBetween(iso, now);
    if (days === 0) return relative.format(Math.round(minutes / 60), 'hour').replace('.', '');
    if (days === 1) return relative.format(-1, 'day');
    if (days < 7) return weekday(iso);
    return new Date(iso).getFullYear() === new Date(now).getFullYear()
      ? date(iso)
      : dateOfYear(iso);
  }

  function day(iso: string, now: number): string {
    const days = daysBetween(iso, now);
    if (days > 1 || days < 0) return days > 300 ? dateOfYear(iso) : longDate(iso);
    const text = new Intl.RelativeTimeFormat(language, { numeric: 'auto' }).format(-days, 'day');
    return text.charAt(0).toLocaleUpperCase(language) + text.slice(1);
  }

  const find = (key: string) => (Object.hasOwn(words, key) ? t(key as Key) : null);
  return { t, find, ago, exact, clock, day, language };
}

function usable(locale: string | undefined): string {
  try {
    const [canonical] = Intl.getCanonicalLocales(locale ?? []);
    return canonical && /^en(-|$)/.test(canonical) ? canonical : 'en';
  } catch {
    return 'en';
  }
}

/** Calendar days from then to now, in the customer's time zone. */
function daysBetween(iso: string, now: number): number {
  const midnight = (time: number) => new Date(time).setHours(0, 0, 0, 0);
  return Math.round((midnight(now) - midnight(Date.parse(iso))) / DAY_MS);
}
