/** The tag's attributes, and what the page hands to `update()`. */
import { read } from './read.ts';

/** Options of the right form. Whether a theme, a corner or a number exists, the style sheet or the panel decides. */
export type ValidOptions = ReturnType<typeof readOptions>;

/** The valid ones among `raw`, which is a tag's `dataset` or what the page gave to `update()`. */
export const readOptions = (raw: unknown) =>
  read(raw, ['company', 'locale', 'theme', 'accent', 'position', 'launcher', 'zIndex']);
