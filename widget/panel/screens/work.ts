/** The screens behind the list, and what they share with its bar: one file to fetch, while the list is being read. */
import '../styles/work.css';

export { AccountMenu } from '../components/account-menu.tsx';
export { Confirm } from '../components/confirm.tsx';
export { ParcelRow } from '../components/parcels.tsx';
export * from '../state/later.ts';
export { IncidentScreen } from './incident.tsx';
export { ReportScreen } from './report.tsx';
export { SentScreen } from './sent.tsx';
