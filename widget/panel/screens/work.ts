/** The screens behind the list, and the actions that wait for them: one file to fetch, while the list is being read. */
import { enWork } from '../i18n/en-work.ts';
import { bring } from '../state/files.ts';
import css from '../styles/work.css?inline';
// What these screens share with the way in and with the list is there, and comes with its words and styles.
import './enter.ts';
import './home.ts';

export { Confirm } from '../../common/components/confirm.tsx';
export { AccountMenu } from '../components/account-menu.tsx';
export { ParcelRow } from '../components/parcels.tsx';
export { logOut } from '../state/leaving.ts';
export { startLine } from '../state/line.ts';
export { loadOutbox } from '../state/parcels.ts';
export { readIncident } from '../state/reading.ts';
export { readOn, tellNews } from '../state/reading-on.ts';
export { sendWaiting } from '../state/sending.ts';
export { IncidentScreen } from './incident.tsx';
export { ReportScreen } from './report.tsx';
export { SentScreen } from './sent.tsx';

bring(enWork, css);
