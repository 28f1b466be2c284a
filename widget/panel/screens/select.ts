/** Choosing a company: one file to fetch. */
import { enSelect } from '../i18n/en-select.ts';
import { bring } from '../state/files.ts';
import css from '../styles/select.css?inline';

export { selectInstead } from '../state/companies.ts';
export { CompanyScreen } from './company.tsx';

bring(enSelect, css);
