/** What is called before the script has arrived: the stub that queues, and the replay of its queue. */
import type { Porthole } from './api.ts';

/**
 * One line for a page that wants to call `Porthole` before the script has loaded. It goes into an inline script or any
 * script of the page, before the first call. Every method of the API is there, `on` returns a working undo, and functions
 * taken from the stub go on working after the script has replaced it.
 */
export const STUB =
  "window.Porthole||(q=>{window.Porthole={q};for(let m of'open close toggle identify prefill update logout on destroy'.split(' '))Porthole[m]=(...a)=>{let e=[m,a];q.push(e);return()=>e[2]?e[2]():e[0]=0}})([])";

/** A queued call: method (0 once undone), arguments, and what the method returned when it was replayed. */
type Entry = [method: keyof Porthole | 0, parameters: unknown[], result?: unknown];

/** `window.Porthole` before the script has loaded. */
export interface Stub {
  q?: Omit<Entry[], 'push'> & { push: unknown };
}

/** Runs what `stub` has queued on `api`, and from then on whatever still goes through the stub. */
export function replay(stub: Stub | undefined, api: Porthole): void {
  const methods = api as unknown as Partial<
    Record<string | number, (...all: unknown[]) => unknown>
  >;
  const run = (entry: Entry): void => {
    entry[2] = methods[entry[0]]?.(...entry[1]);
  };
  if (!stub?.q) return;
  stub.q.forEach(run);
  stub.q.push = run;
}
