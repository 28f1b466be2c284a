/** Icons that only the desk has; the shared ones: common/components/icon.tsx. */
export const FIND = 'M9 4a5 5 0 1 0 0 10A5 5 0 0 0 9 4m4 9 3.5 3.5';
export const LINES = 'M4.5 5.5h11m-11 4.5h11m-11 4.5h7';
export const LOG = 'M6 3.5h8v13H6zM8.5 7h3m-3 3h3m-3 3h2';
export const PLUS = 'M10 4.5v11M4.5 10h11';
export const OUT = 'M8.5 4.5h-4v11h4M9 10h7m-3-3 3 3-3 3';
export const KEYS = 'M3.5 6h13v8.5h-13zM6 9h.1m2.6 0h.1m2.5 0h.1M14 9h.1M7 11.8h6';
export const DOWN = 'M10 4.5v11m-4.5-4.5 4.5 4.5 4.5-4.5';
export const PERSON = 'M10 4a3 3 0 1 0 0 6 3 3 0 0 0 0-6M4.5 16c.6-2.7 2.7-4 5.5-4s4.9 1.3 5.5 4';
export const CHEVRON = 'm7.5 5 5 5-5 5';
export const SHUT = 'M10 3.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13M5.4 5.4l9.2 9.2';
