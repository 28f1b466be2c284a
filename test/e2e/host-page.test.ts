/** What the tag does to a page, and what a page can do to the tag. */
import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Porthole } from '../../widget/loader/api.ts';
import { launcher, pickCompany, picture, signUp, visit } from '../support/customer-at-browser.ts';
import { type HostPage, type HostSite, startHostSite } from '../support/host-site.ts';
import { LIES, startLiar } from '../support/liar.ts';
import { everyTestShows } from '../support/shows.ts';
import { setStage } from '../support/stage.ts';

const HOSTILE = `<style>
* { all: initial !important; box-sizing: content-box !important; font: 40px fantasy !important; color: hotpink !important }
html, body { filter: grayscale(1) }
body > *, html > *:not(head):not(body) { display: none !important; opacity: 0 !important; transform: rotate(9deg) !important; width: 1px !important }
button, iframe, div { position: static !important; width: 9999px !important; visibility: hidden !important }
</style>`;

everyTestShows(21);

const README = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

/** What a page does by itself, and when: its own script, its document, all of it. */
const WORK = `<script>
times = {}; errors = [];
addEventListener('error', ({ message }) => errors.push(message));
addEventListener('unhandledrejection', ({ reason }) => errors.push(String(reason)));
addEventListener('DOMContentLoaded', () => { times.document = performance.now() });
addEventListener('load', () => { times.load = performance.now() });
setTimeout(() => { times.work = performance.now() });
</script>`;

/** The README's line for pages that wait for `load`, in the place of the tag. */
const AFTER_LOAD = (script: string) =>
  (/^<script>addEventListener\('load'.*$/m.exec(README)?.[0] ?? 'not in the README').replace(
    /https:[^']*/,
    script,
  );

const stage = setStage((porthole) => ({
  plain: {},
  without: { script: 'data:text/javascript,' },
  strict: {
    policy: `default-src 'none'; img-src data:; script-src ${porthole}; frame-src ${porthole}; require-trusted-types-for 'script'; trusted-types 'none'`,
  },
  hostile: { head: HOSTILE, content: '<div style="transform:scale(.5)">shrunk</div>' },
}));

const visitPage = async (
  name: string,
  options: Parameters<Browser['newPage']>[0] = {},
): Promise<Page> => {
  const page = await stage.browser.newPage(options);
  await page.goto(`${stage.site.url}/${name}`);
  return page;
};

/** Every address that the page asked Porthole for. */
function requestsOf(page: Page): string[] {
  const paths: string[] = [];
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.origin === stage.server.url) paths.push(url.pathname);
  });
  return paths;
}

it('costs one request, no cookie, no storage and no layout shift before the first intent', async () => {
  const context = await stage.browser.newContext();
  const page = await context.newPage();
  const requests = requestsOf(page);
  await page.addInitScript(() => {
    const shifts: number[] = [];
    Object.assign(window, { shifts });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries())
        shifts.push((entry as unknown as { value: number }).value);
    }).observe({ type: 'layout-shift', buffered: true });
  });
  const names = () => page.evaluate(() => Object.getOwnPropertyNames(window));
  await page.route('**/widget.js', (route) => route.abort());
  await page.goto(`${stage.site.url}/plain`);
  const before = await names();
  await page.unroute('**/widget.js');
  requests.length = 0;
  await page.goto(`${stage.site.url}/plain`, { waitUntil: 'networkidle' });
  await launcher(page).waitFor();

  expect(requests).toEqual(['/widget.js']);
  expect(await context.cookies()).toEqual([]);
  expect(await page.evaluate(() => [localStorage.length, sessionStorage.length])).toEqual([0, 0]);
  expect(await page.evaluate(() => (window as unknown as { shifts: number[] }).shifts)).toEqual([]);
  expect((await names()).filter((name) => !before.includes(name))).toEqual(['Porthole']);
  await context.close();
});

it('adds one global and one element, also with the panel open', async () => {
  const look = (page: Page) =>
    page.evaluate(() => ({
      globals: [...Object.keys(window), ...Object.getOwnPropertyNames(window)].sort(),
      elements: [...document.querySelectorAll('*')].map(({ localName, attributes }) =>
        [localName, ...[...attributes].map(({ name }) => name)].join(' '),
      ),
      kept: [
        document.cookie,
        JSON.stringify({ ...localStorage, ...sessionStorage }),
        location.href,
      ],
      prototypes: [Object, Array, Element, Node, EventTarget].flatMap(({ prototype }) =>
        Object.getOwnPropertyNames(prototype),
      ),
    }));
  const plain = await visitPage('without');
  const before = await look(plain);
  const page = await visitPage('plain');
  await launcher(page).waitFor();
  const closed = await look(page);
  await launcher(page).click();
  await visit(page).panel.getByRole('combobox', { name: 'Company' }).waitFor();
  const open = await look(page);
  for (const after of [closed, open]) {
    const added = after.globals.filter((name) => !before.globals.includes(name));
    expect([...new Set(added)]).toEqual(['Porthole']);
    expect(after.elements).toEqual([...before.elements, 'porthole-widget']);
    expect(after.prototypes).toEqual(before.prototypes);
    expect(after.kept.slice(0, 2)).toEqual(before.kept.slice(0, 2));
  }
  for (const one of [plain, page]) await one.close();
});

it('works under a policy that allows our script and our frame, and nothing else', async () => {
  const page = await stage.browser.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.goto(`${stage.site.url}/strict`);
  await launcher(page).click();
  const customer = visit(page);
  await pickCompany(customer, 'norte', 'Norte Telecom');
  await signUp(customer, { name: 'Rui Campos', email: 'rui@example.com' });
  expect(complaints).toEqual([]);
  await page.close();
});

it('keeps its size and its looks under hostile styles', async () => {
  const page = await visitPage('hostile', { viewport: { width: 1280, height: 800 } });
  const customer = visit(page);
  expect(await launcher(page).boundingBox()).toMatchObject({
    width: 56,
    height: 56,
    x: 1204,
    y: 724,
  });
  await launcher(page).click();
  await customer.panel.getByRole('combobox', { name: 'Company' }).waitFor();
  await picture(customer, 'hostile');
  const box = await page.locator('porthole-widget iframe').boundingBox();
  expect(box?.width).toBe(400);
  expect(box?.height).toBeGreaterThanOrEqual(600);
  expect((box?.x ?? 0) + 400).toBeLessThanOrEqual(1280);
  await page.close();
});

it('comes up where the browser draws no frame before it is seen', async () => {
  // As whole browsers treat a hidden frame of another site; the one that runs here draws it all the same.
  const page = await stage.browser.newPage();
  await page.addInitScript(() => {
    if (window.parent !== window) window.requestAnimationFrame = () => 0;
  });
  await page.goto(`${stage.site.url}/plain`);
  await launcher(page).click();
  await visit(page).panel.getByRole('combobox', { name: 'Company' }).waitFor();
  await page.close();
});

it('fills the screen of a phone, and gives the page back', async () => {
  const viewport = { width: 390, height: 844 };
  const page = await visitPage('plain', { viewport, isMobile: true, hasTouch: true });
  const customer = visit(page);
  await launcher(page).tap();
  await customer.panel.getByRole('combobox', { name: 'Company' }).waitFor();
  await expect
    .poll(() => page.locator('porthole-widget iframe').boundingBox())
    .toMatchObject({ x: 0, y: 0, ...viewport });
  await picture(customer, 'phone');
  await customer.panel.getByRole('button', { name: 'Close' }).tap();
  await launcher(page).waitFor();
  await page.close();
});

it('is worked by the keyboard alone, and gives the focus back', async () => {
  const page = await visitPage('plain');
  const { panel } = visit(page);
  await launcher(page).waitFor();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  const search = panel.getByRole('combobox', { name: 'Company' });
  await expect
    .poll(() => search.evaluate((element) => element === document.activeElement))
    .toBe(true);
  await page.keyboard.type('fjord');
  await panel.getByRole('option', { name: 'Fjord Bank' }).waitFor();
  await page.keyboard.press('Enter');
  await panel.getByLabel('Name', { exact: true }).waitFor();
  await page.keyboard.press('Escape');
  await launcher(page).waitFor();
  expect(await page.evaluate(() => document.activeElement?.localName)).toBe('porthole-widget');
  await page.close();
});

it('survives a swapped body, and leaves nothing behind when destroyed', async () => {
  const page = await visitPage('plain');
  const { panel } = visit(page);
  await launcher(page).click();
  await panel.getByRole('combobox', { name: 'Company' }).fill('amb');
  await page.evaluate(() => {
    document.body = document.createElement('body');
  });
  expect(await panel.getByRole('combobox', { name: 'Company' }).inputValue()).toBe('amb');
  await page.evaluate(() => (window as unknown as { Porthole: Porthole }).Porthole.destroy());
  expect(
    await page.evaluate(() => [document.querySelector('porthole-widget'), 'Porthole' in window]),
  ).toEqual([null, false]);
  await page.close();
});

it('leaves the page alone when the server is gone, and says so when it is asked for', async () => {
  const page = await stage.browser.newPage();
  await page.clock.install();
  await page.goto(`${stage.site.url}/plain`);
  await launcher(page).waitFor();
  await page.route(`${stage.server.url}/**`, (route) => route.abort());
  await launcher(page).click();
  await page.clock.runFor(12_000);
  await page.getByText('Support did not load').waitFor({ timeout: 20_000 });
  await picture(visit(page), 'server-gone');
  await page.unroute(`${stage.server.url}/**`);
  await page.getByRole('button', { name: 'Try again' }).click();
  await visit(page).panel.getByRole('combobox', { name: 'Company' }).waitFor();
  await page.close();
});

describe('a backend that is dead, slow or lying', () => {
  let liar: Awaited<ReturnType<typeof startLiar>>;
  let site: HostSite;
  let dead: string;
  beforeAll(async () => {
    liar = await startLiar(stage.server.url);
    // A port on which nothing listens: the liar's own, of a moment ago.
    const gone = await startLiar(stage.server.url);
    dead = gone.url;
    await gone.close();
    const address = (lie: string) =>
      lie === 'dead' ? `${dead}/widget.js` : `${liar.url}/${lie}.js`;
    const pages = ['dead', ...LIES].flatMap((lie): [string, HostPage][] => [
      [lie, { head: WORK, script: address(lie) }],
      [
        `${lie}-after-load`,
        { head: WORK + AFTER_LOAD(address(lie)), script: 'data:text/javascript,' },
      ],
    ]);
    site = await startHostSite(stage.server.url, Object.fromEntries(pages));
  });
  afterAll(async () => {
    await site?.close();
    await liar?.close();
  });

  const SOON = { timeout: 20_000 };
  /** Waits for what the page does by itself, whatever becomes of the tag. */
  const observe = async (name: string) => {
    const page = await stage.browser.newPage();
    const errors: string[] = [];
    page.on('pageerror', ({ message }) => errors.push(message));
    await page.goto(`${site.url}/${name}`, { waitUntil: 'commit' });
    const read = () =>
      page.evaluate(() => (window as unknown as { times: Record<string, number> }).times);
    await expect
      .poll(async () => Object.keys(await read()), SOON)
      .toEqual(expect.arrayContaining(['document', 'work']));
    return { page, errors, read };
  };

  it.each(['dead', ...LIES])('%s: the page is there, its own work is done', async (lie) => {
    const { page, errors, read } = await observe(lie);
    const isWaiting = ['silent', 'endless'].includes(lie);
    // A tag that is `async` holds nothing up but the `load` event, and that as long as its script is on its way.
    if (!isWaiting)
      await expect.poll(async () => (await read()).load ?? 0, SOON).toBeGreaterThan(0);
    const { document: parsed = 0, load = 0 } = await read();
    if (lie === 'late') expect(parsed).toBeLessThan(load);
    // What is no script cannot be read as one: an error of the script's own, which nothing of the page's comes after.
    expect(errors.filter((one) => !/^(?:Unexpected|Invalid|missing)/i.test(one))).toEqual([]);
    const widgets = await page.locator('porthole-widget').count();
    expect(widgets).toBe(lie === 'late' ? 1 : 0);
    await page.close();
  });

  it.each(['dead', ...LIES])(
    '%s, with the tag set after the page: not even its end is held up',
    async (lie) => {
      const { page, read } = await observe(`${lie}-after-load`);
      await expect.poll(async () => (await read()).load ?? 0, SOON).toBeGreaterThan(0);
      if (lie === 'late') await launcher(page).waitFor();
      await page.close();
    },
  );

  it.each(['html', 'json', 'error', 'reset', 'silent', 'endless'])(
    'a panel that is %s is said not to have come, and the page does not notice',
    async (lie) => {
      const page = await stage.browser.newPage();
      const errors: string[] = [];
      page.on('pageerror', ({ message }) => errors.push(message));
      await page.clock.install();
      await page.goto(`${stage.site.url}/plain`);
      await page.route('**/panel?*', (route) => route.continue({ url: `${liar.url}/${lie}.js` }));
      await launcher(page).click();
      await page.clock.runFor(12_000);
      await page.getByText('Support did not load').waitFor();
      expect(errors).toEqual([]);
      await page.close();
    },
  );
});
