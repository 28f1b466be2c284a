/** The script tag's entry: finds its tag, puts one widget on the page, and hands over what was queued before. */
import type { Porthole } from './api.ts';
import { readOptions } from './options.ts';
import type { Stub } from './stub.ts';
import { replay } from './stub.ts';
import { createWidget } from './widget.ts';

const current = document.currentScript;
const known: (Partial<Porthole> & Stub) | undefined = window.Porthole;

/**
 * The tag that runs this. `currentScript` is checked by what only a script has, since an element of the page named so would
 * shadow it; it is empty where the tag is a module, so then the first tag that names our file has to do.
 */
const tag =
  current && 'noModule' in current
    ? current
    : document.querySelector<HTMLScriptElement>('script[src*="/widget.js"]');

// A second tag finds the first one's API. A stub has a queue; an element of that id has no `open`.
if (tag?.src && (!known?.open || known.q)) {
  const api = createWidget(tag.src, readOptions(tag.dataset));
  window.Porthole = api;
  replay(known, api);
}
