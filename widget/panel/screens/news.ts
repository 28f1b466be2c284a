/** What the company has announced, on whichever screen: one file to fetch, where there is something to tell. */
import { enNews } from '../i18n/en-news.ts';
import { bring } from '../state/files.ts';
import css from '../styles/news.css?inline';
// The signs and words of statuses are there.
import './home.ts';

export { Announcements } from '../components/announcements.tsx';
export { Suggestion } from '../components/suggestion.tsx';
export { readAnnouncements } from '../state/announcements.ts';
export { findMatch } from '../state/matching.ts';

bring(enNews, css);
