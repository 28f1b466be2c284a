/** The panel's words: one file for each file of screens. The rules of the language: common/i18n/words.ts. */
import {
  createI18n as createWords,
  type I18n as Spoken,
  type Words,
} from '../../common/i18n/words.ts';
import { en } from './en.ts';
import type { enAccount } from './en-account.ts';
import type { enChallenge } from './en-challenge.ts';
import type { enEnter } from './en-enter.ts';
import type { enHome } from './en-home.ts';
import type { enNews } from './en-news.ts';
import type { enSelect } from './en-select.ts';
import type { enWork } from './en-work.ts';

type AllWords = typeof en &
  typeof enSelect &
  typeof enEnter &
  typeof enHome &
  typeof enWork &
  typeof enNews &
  typeof enAccount &
  typeof enChallenge;
export type Key = keyof AllWords;
export type I18n = Spoken<Key>;

/** The words there are so far: each file of screens brings its own along. */
const words: Words = { ...en };

/** Adds the words of a file of screens, which are fetched with it. */
export function addWords(more: Words): void {
  Object.assign(words, more);
}

/** The panel's words in a locale. */
export function createI18n(locale: string | undefined): I18n {
  return createWords<Key>(words, locale);
}
