/** What the panel, the desk and the tag weigh, as the browser receives them: the budgets of test/check/sizes.js. */
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import { launcher, visit } from '../../support/customer-at-browser.ts';
import type { Stage } from '../../support/open-stage.ts';
import { figure, judged, type Row } from '../part.ts';
import { askForGzip, followTransfers, sumOf, type Transfer } from './transfers.ts';

const BUDGETS = fileURLToPath(new URL('../../check/sizes.js', import.meta.url));
const WORDS = fileURLToPath(new URL('../../../widget/panel/i18n', import.meta.url));
const LOCALE_CAP = 4_000;
const BYTES = { digits: 0, unit: ' bytes' };

interface Budget {
  name: string;
  files: string[];
  cap: number;
}

/** Every entry against its cap, and what the whole panel weighs. */
export async function sizes({ browser, server, site }: Stage): Promise<Row[]> {
  const { stdout } = await promisify(execFile)(process.execPath, [BUDGETS, '--json']);
  const budgets: Budget[] = JSON.parse(stdout);
  const panel = await receive(browser, async (page) => {
    await page.goto(`${site.url}/porthole`);
    await launcher(page).click();
    await visit(page).panel.getByLabel('E-mail').waitFor();
  });
  const desk = await receive(browser, (page) => page.goto(`${server.url}/desk`));
  const received = new Map([...panel, ...desk].map(({ path, bytes }) => [basename(path), bytes]));
  const rows = budgets.map(({ name, files, cap }) => {
    const bytes = files.reduce(
      (sum, file) => sum + (received.get(basename(file)) ?? Number.NaN),
      0,
    );
    return judged(`size: ${name}`, figure([bytes]), { atMost: cap }, BYTES);
  });
  const files = panel.filter(({ path }) => path.startsWith('/assets/'));
  return [
    ...rows,
    {
      what: 'size: whole panel',
      reached: `${sumOf(files)} bytes`,
      note: `in ${files.length} files; those behind the first screen come after it`,
    },
    await localeRow(),
  ];
}

/** What a page and its frames receive until the network rests. */
async function receive(
  browser: Browser,
  act: (page: Page) => Promise<unknown>,
): Promise<Transfer[]> {
  const context = await browser.newContext();
  try {
    await askForGzip(context);
    const page = await context.newPage();
    const transfers = followTransfers(page);
    await act(page);
    await page.waitForLoadState('networkidle');
    return await transfers();
  } finally {
    await context.close();
  }
}

/** All words of the panel in one language. They travel with the screens that say them. */
async function localeRow(): Promise<Row> {
  const files = readdirSync(WORDS).filter((name) => name.startsWith('en'));
  const modules: Record<string, object>[] = await Promise.all(
    files.map((name) => import(/* @vite-ignore */ join(WORDS, name))),
  );
  const words = Object.assign({}, ...modules.flatMap((one) => Object.values(one)));
  const text = JSON.stringify(words);
  const bytes = gzipSync(text, { level: 9 }).length;
  const note = `in one piece, which nobody fetches; ${brotliCompressSync(text).length} with Brotli`;
  return judged('size: one locale', figure([bytes]), { atMost: LOCALE_CAP }, { ...BYTES, note });
}
