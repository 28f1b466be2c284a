/** Mailed links, passwords, and whom the host page names: one file to fetch. */
import { enAccount } from '../i18n/en-account.ts';
import { bring } from '../state/files.ts';
import css from '../styles/account.css?inline';
// What these screens share with the form at the door and with the list is there, and comes with its words and styles.
import './enter.ts';
import './home.ts';

export { identify } from '../state/identify.ts';
export { DoorScreen } from './door.tsx';
export { LinkScreen } from './link.tsx';
export { PasswordScreen } from './password.tsx';

bring(enAccount, css);
