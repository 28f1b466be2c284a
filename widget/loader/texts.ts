/** Every string that the loader shows or says. The panel has its own, in more languages. */
export const TITLE = 'Support';
export const OPEN = 'Open support';
export const UNREAD = 'unread';
export const CLOSE = 'Close support';
export const LOADING = 'Loading';
export const FAILED = 'Support did not load';
export const RETRY = 'Try again';
