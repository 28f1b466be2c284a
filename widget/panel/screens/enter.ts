/** Signing up and logging in: one file to fetch. */
import { enEnter } from '../i18n/en-enter.ts';
import { addWords } from '../i18n/index.ts';

export { EntryScreen } from './entry.tsx';

addWords(enEnter);
