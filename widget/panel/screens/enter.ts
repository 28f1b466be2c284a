/** Signing up and logging in: one file to fetch. */
import { enEnter } from '../i18n/en-enter.ts';
import { bring } from '../state/files.ts';
import css from '../styles/enter.css?inline';

export { EntryScreen } from './entry.tsx';

bring(enEnter, css);
