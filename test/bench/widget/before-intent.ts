/** What a tag costs its page before anybody reaches for it. */
import type { Browser, Page } from 'playwright-core';
import { figure, judged, type Row, spelled } from '../part.ts';
import { beside, ofPeers } from './beside.ts';
import { traceWork, type Work } from './main-thread.ts';
import { NAMES, type OpenerName, TAGS, type TagName } from './tags.ts';
import { askForGzip, followTransfers, sumOf } from './transfers.ts';

const SLOW = 4;

interface Load extends Work {
  /** How much the page's content has moved by itself. */
  shift: number;
}

/** Runs in the page before its first script. */
function observe(): void {
  const observed = { shift: 0 };
  Object.assign(window, { observed });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      observed.shift += (entry as PerformanceEntry & { value: number }).value;
    }
  }).observe({ type: 'layout-shift', buffered: true });
}

/** Work on a processor that is four times slower: of the page with each tag, less that of the page without. */
export async function work(browser: Browser, site: string, rounds: number): Promise<Row[]> {
  const loads = { none: [], porthole: [], sentry: [], posthog: [] } as Record<TagName, Load[]>;
  for (let round = 0; round < rounds; round += 1) {
    for (const name of NAMES) loads[name].push(await loadSlowly(browser, site, name));
  }
  const added = (name: TagName, what: keyof Load) =>
    figure(loads[name].map((load, at) => Math.max(0, load[what] - (loads.none[at]?.[what] ?? 0))));
  const note = (what: keyof Load, unit: string) =>
    beside(
      added('porthole', what).median,
      ofPeers((name) => added(name, what).median),
      unit,
    );
  const row = (name: string, what: keyof Load, atMost: number, digits: number, unit: string) =>
    judged(
      `before intent: ${name}`,
      added('porthole', what),
      { atMost },
      { digits, unit, note: note(what, unit) },
    );
  const tasks = added('porthole', 'tasks');
  return [
    row('script, 4x', 'script', 10, 1, ' ms'),
    {
      what: 'before intent: whole main thread, 4x',
      reached: spelled(tasks, 0, ' ms'),
      note: `with drawing the button; ${note('tasks', ' ms')}`,
    },
    row('blocking time, 4x', 'blocking', 0, 0, ' ms'),
    row('layout shift', 'shift', 0, 3, ''),
  ];
}

/** Loads the page once, in a new browser profile. */
async function loadSlowly(browser: Browser, site: string, name: TagName): Promise<Load> {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    await page.addInitScript(observe);
    const done = await traceWork(browser, page, SLOW, () =>
      page.goto(`${site}/${name}`, { waitUntil: 'networkidle' }),
    );
    // Only now: to look into a page costs script time there.
    if (name !== 'none') await TAGS[name].button(page).waitFor();
    const { shift } = await page.evaluate(
      () => (window as unknown as { observed: { shift: number } }).observed,
    );
    return { ...done, shift };
  } finally {
    await context.close();
  }
}

interface Footprint {
  requests: number;
  bytes: number;
  cookies: number;
  /** Keys in the page's storages, databases and caches, and service workers. */
  keys: number;
  /** Bytes until a form is there to be filled in, and whatever is fetched behind it meanwhile. */
  untilForm: number;
}

/** What each tag fetches and keeps before the first intent, and until its form is open. */
export async function footprints(browser: Browser, site: string): Promise<Row[]> {
  const ours = await footprint(browser, site, 'porthole');
  const [sentry, posthog] = [
    await footprint(browser, site, 'sentry'),
    await footprint(browser, site, 'posthog'),
  ];
  const theirs = (what: keyof Footprint) => ({ sentry: sentry[what], posthog: posthog[what] });
  const note = (what: keyof Footprint) => beside(ours[what], theirs(what));
  const row = (name: string, what: keyof Footprint, atMost: number) =>
    judged(
      `before intent: ${name}`,
      figure([ours[what]]),
      { atMost },
      { digits: 0, note: note(what) },
    );
  return [
    row('requests', 'requests', 1),
    row('cookies', 'cookies', 0),
    row('storage keys', 'keys', 0),
    row('bytes, gzip', 'bytes', 3_072),
    {
      what: 'bytes until the form is open',
      reached: `${ours.untilForm} bytes`,
      note: `ours with the screens that are fetched behind it; ${note('untilForm')}`,
    },
  ];
}

async function footprint(browser: Browser, site: string, name: OpenerName): Promise<Footprint> {
  const context = await browser.newContext();
  try {
    await askForGzip(context);
    const page = await context.newPage();
    const all = followTransfers(page);
    const brought = async () => (await all()).filter(({ origin }) => origin !== site);
    await page.goto(`${site}/${name}`, { waitUntil: 'networkidle' });
    await TAGS[name].button(page).waitFor();
    const before = await brought();
    const kept = { cookies: (await context.cookies()).length, keys: await keysOf(page) };
    await TAGS[name].button(page).click();
    await TAGS[name].field(page).waitFor();
    const untilForm = sumOf(await brought());
    return { requests: before.length, bytes: sumOf(before), ...kept, untilForm };
  } finally {
    await context.close();
  }
}

const keysOf = (page: Page): Promise<number> =>
  page.evaluate(async () => {
    const lists = [
      Object.keys(localStorage),
      Object.keys(sessionStorage),
      await indexedDB.databases(),
      await caches.keys(),
      await navigator.serviceWorker.getRegistrations(),
    ];
    return lists.reduce((count, list) => count + list.length, 0);
  });
