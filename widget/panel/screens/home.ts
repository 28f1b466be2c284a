/** The list of reports, and what runs while somebody is logged in: one file to fetch. */
import { enHome } from '../i18n/en-home.ts';
import { bring } from '../state/files.ts';
import css from '../styles/list.css?inline';

export { startInside } from '../state/inside.ts';
export { HomeScreen, isListKnown } from './list.tsx';

bring(enHome, css);
