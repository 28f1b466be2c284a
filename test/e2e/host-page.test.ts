/** What the tag does to a page, and what a page can do to the tag. */
import type { Browser, Page } from 'playwright-core';
import { expect, it } from 'vitest';
import type { Porthole } from '../../widget/loader/api.ts';
import { launcher, pickCompany, picture, signUp, visit } from '../support/customer-at-browser.ts';
import { setStage } from '../support/stage.ts';

const HOSTILE = `<style>
* { all: initial !important; box-sizing: content-box !important; font: 40px fantasy !important; color: hotpink !important }
html, body { filter: grayscale(1) }
body > *, html > *:not(head):not(body) { display: none !important; opacity: 0 !important; transform: rotate(9deg) !important; width: 1px !important }
button, iframe, div { position: static !important; width: 9999px !important; visibility: hidden !important }
</style>`;

const stage = setStage((porthole) => ({
  plain: {},
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
  expect(
    await page.evaluate(() => document.querySelectorAll('iframe, porthole-widget').length),
  ).toBe(1);
  await context.close();
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
  await page.goto(`${stage.site.url}/plain`);
  await launcher(page).waitFor();
  await page.route(`${stage.server.url}/**`, (route) => route.abort());
  await launcher(page).click();
  await page.getByText('Support did not load').waitFor({ timeout: 20_000 });
  await picture(visit(page), 'server-gone');
  await page.unroute(`${stage.server.url}/**`);
  await page.getByRole('button', { name: 'Try again' }).click();
  await visit(page).panel.getByRole('combobox', { name: 'Company' }).waitFor();
  await page.close();
});
