/** Actions of somebody who is logged in: fetched together, once the first screen is there. */
import { enWork } from '../i18n/en-work.ts';
import { addWords } from '../i18n/index.ts';

export { logOut } from './leaving.ts';
export { readIncident } from './reading.ts';
export { sendWaiting } from './sending.ts';

addWords(enWork);
