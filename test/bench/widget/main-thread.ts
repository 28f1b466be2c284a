/**
 * What a page's main thread does while it loads, from the browser's own trace: in processor time, so that what else runs on
 * this machine does not count.
 */
import type { Browser, Page } from 'playwright-core';

const CATEGORIES = ['toplevel', 'devtools.timeline', 'v8'];
const TASK = 'ThreadControllerImpl::RunTask';
/** How scripts begin to run: as a file, as a callback, as what a promise has kept; and how they are made ready. */
const SCRIPT = new Set(['EvaluateScript', 'FunctionCall', 'RunMicrotasks', 'v8.compile']);
/** A task that takes longer holds up whoever clicks meanwhile. */
const LONG_MS = 50;

export interface Work {
  /** Milliseconds in scripts, compiling them included. */
  script: number;
  /** Milliseconds in all tasks. */
  tasks: number;
  /** What tasks take beyond 50 ms each. */
  blocking: number;
}

/** The parts of a trace's event that are read here; times in microseconds, `tdur` is the processor's. */
interface Entry {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  ts: number;
  dur?: number;
  tdur?: number;
  args?: { beginData?: { url?: string } };
}

/** Traces the page while `act` runs. `rate` 4: as on a processor that is four times slower. */
export async function traceWork(
  browser: Browser,
  page: Page,
  rate: number,
  act: () => Promise<unknown>,
): Promise<Work> {
  await browser.startTracing(page, { categories: CATEGORIES });
  await act();
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString());
  const entries = mainThread(traceEvents, page.url());
  const time = ({ tdur = 0 }: Entry) => (rate * tdur) / 1000;
  const sum = (times: number[]) => times.reduce((all, one) => all + one, 0);
  const tasks = outermost(entries.filter(({ name }) => name === TASK)).map(time);
  return {
    script: sum(outermost(entries.filter(({ name }) => SCRIPT.has(name))).map(time)),
    tasks: sum(tasks),
    blocking: sum(tasks.map((one) => Math.max(0, one - LONG_MS))),
  };
}

/** What has a length, of the thread that loads `address`; in order of time. */
function mainThread(entries: readonly Entry[], address: string): Entry[] {
  const start = entries.find(({ args }) => args?.beginData?.url === address);
  if (start === undefined) throw new Error(`the trace does not tell of ${address}`);
  return entries
    .filter(({ ph, pid, tid }) => ph === 'X' && pid === start.pid && tid === start.tid)
    .toSorted((a, b) => a.ts - b.ts);
}

/** Those that no other of them holds. */
function outermost(entries: readonly Entry[]): Entry[] {
  let end = 0;
  return entries.filter(({ ts, dur = 0 }) => {
    if (ts < end) return false;
    end = ts + dur;
    return true;
  });
}
