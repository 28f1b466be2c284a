/** The listeners that a host page registers with `Porthole.on`. */
import type { Porthole } from './api.ts';

/**
 * `on` is the public method, `emit` calls its listeners. An EventTarget does what is needed when a listener throws: the
 * error goes to the page's error log, and neither the next listener nor the loader notices.
 */
export function createEvents() {
  const target = new EventTarget();

  const on: Porthole['on'] = (name, listener) => {
    const call = (event: Event) => listener((event as CustomEvent).detail);
    target.addEventListener(name, call);
    return () => target.removeEventListener(name, call);
  };

  const emit = (name: string, detail: object = {}): void => {
    target.dispatchEvent(new CustomEvent(name, { detail }));
  };

  return [on, emit] as const;
}
