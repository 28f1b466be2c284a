/** Choosing a company: one file to fetch. */
import '../styles/select.css';
import { enSelect } from '../i18n/en-select.ts';
import { addWords } from '../i18n/index.ts';

export { CompanyScreen } from './company.tsx';

addWords(enSelect);
