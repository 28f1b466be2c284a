/** Words and numbers in a person's language. Rules come from Intl; the words themselves are each application's own. */
import type { Status } from '../../../shared/incident.ts';

export type Words = Record<string, string | { one: string; other: string }>;
export type Params = Record<string, string | number>;

/** What the shared components say: every application has words for these. */
export type CommonKey =
  | 'loading'
  | 'retry'
  | 'wait'
  | 'cancel'
  | 'text.left'
  | 'text.over'
  | 'draft.device'
  | 'draft.page'
  | 'failure.unknown'
  | `status.${Status}`;

export interface I18n<Key extends string = CommonKey> {
  t(key: Key, params?: Params): string;
  /** The text of a key that may not exist. */
  find(key: string): string | null;
  /** So many seconds as people say them: "45 sec", "15 min" (begun ones count), for `{time}`. */
  span(seconds: number): string;
  language: string;
}

/** From here on there are right-to-left letters and direction controls: what holds them must not turn the words around it. */
const TURNS = /[\u0590-\uffff]/;

/** Speaks `words`, which may grow later. Locales without a file of words get English ones, and English dates with them. */
export function createI18n<Key extends string>(
  words: Words,
  locale: string | undefined,
): I18n<Key> {
  const language = usable(locale);
  const plural = new Intl.PluralRules(language);

  function t(key: string, params: Params = {}): string {
    const entry = words[key] ?? '';
    const text =
      typeof entry === 'string'
        ? entry
        : entry[plural.select(Number(params.count)) === 'one' ? 'one' : 'other'];
    return text.replace(/\{(\w+)\}/g, (_, name: string) => fill(params[name] ?? ''));
  }

  function fill(value: string | number): string {
    if (typeof value === 'number') return value.toLocaleString(language);
    return TURNS.test(value) ? `\u2068${value}\u2069` : value;
  }

  function span(seconds: number): string {
    const [unit, length] = seconds > 90 ? ['minute', 60] : ['second', 1];
    return Math.ceil(seconds / length).toLocaleString(language, { style: 'unit', unit });
  }

  const find = (key: string) => (Object.hasOwn(words, key) ? t(key) : null);
  return { t, find, span, language };
}

function usable(locale: string | undefined): string {
  try {
    const [canonical = ''] = Intl.getCanonicalLocales(locale ?? []);
    return /^en(-|$)/.test(canonical) ? canonical : 'en';
  } catch {
    return 'en';
  }
}
