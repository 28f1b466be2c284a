/** The desk's words: one file, since whoever works here uses all of it. The rules of the language: common/i18n/words.ts. */
import { createI18n as createWords, type I18n as Spoken } from '../../common/i18n/words.ts';
import { en } from './en.ts';
import { enCustomer } from './en-customer.ts';
import { enSetUp } from './en-set-up.ts';

const words = { ...en, ...enCustomer, ...enSetUp };
export type Key = keyof typeof words;
export type I18n = Spoken<Key>;

/** The desk's words in a locale. */
export function createI18n(locale: string | undefined): I18n {
  return createWords<Key>(words, locale);
}
