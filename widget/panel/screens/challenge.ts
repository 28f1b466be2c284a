/** Showing that a person asks: one file to fetch, once the server wants it shown. */
import { enChallenge } from '../i18n/en-challenge.ts';
import { bring } from '../state/files.ts';
import css from '../styles/challenge.css?inline';

import './enter.ts';

export { meet } from '../challenge/meet.ts';
export { Place, Stop } from '../components/checking.tsx';

bring(enChallenge, css);
