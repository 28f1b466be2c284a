/**
 * The session on a company's page, three ways: as browsers come, with third-party cookies blocked, and with nothing kept at
 * all. Each site that embeds the panel has a session of its own, and no site sees another's.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext, Frame, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BareServer, startBareServer } from '../support/bare-server.ts';
import { blockThirdPartyCookies, launchProfile } from '../support/browser.ts';
import {
  launcher,
  type Report,
  reply,
  sendReport,
  signUp,
  visit,
} from '../support/customer-at-browser.ts';
import { expectData, PASSWORD, short } from '../support/factories.ts';
import { type HostSite, startHostSite } from '../support/host-site.ts';
import { ADMIN_KEY } from '../support/server-process.ts';
import { everyTestShows } from '../support/shows.ts';
import { setStage } from '../support/stage.ts';

const PAGES = {
  shop: { tag: { 'data-company': 'nordlicht' } },
  basket: { tag: { 'data-company': 'nordlicht' } },
};
const REPORT: Report = {
  shortDescription: 'Rechnung enthält falsche Umsatzsteuer',
  description: 'Auf der Rechnung RE-2026-004417 steht 19 % statt 7 % MwSt.',
  priority: 'MEDIUM',
  category: 'Others',
};
const stage = setStage(() => PAGES);
everyTestShows(17);

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
});

/** A profile of a whole browser, in the long run; without one there, the test that wants it fails. */
async function openProfile(content: object): Promise<BrowserContext> {
  const folder = mkdtempSync(join(tmpdir(), 'porthole-profile-'));
  const context = await launchProfile(folder, { profile: content });
  if (context === null)
    throw new Error('The long run needs a whole Chromium: apt-get install chromium');
  folders.push(folder);
  return context;
}

const isLong = process.env.LONG === '1';

const panelFrame = (page: Page) =>
  page.frames().find((one) => new URL(one.url()).pathname === '/panel') as Frame;

/** What is kept in the panel's frame, in reach of scripts. */
const keptBy = (frame: Frame) =>
  frame.evaluate(() =>
    [document.cookie, ...Object.entries({ ...localStorage, ...sessionStorage })].flat().join('\n'),
  );

/** A context, and what makes a new page of it one of its kind. */
interface Way {
  open(): Promise<BrowserContext>;
  isBlocked: boolean;
  prepare(page: Page): Promise<void>;
}

const ways: Record<string, Way> = {
  'as browsers come': {
    open: () => stage.browser.newContext(),
    isBlocked: false,
    prepare: async () => {},
  },
  'with third-party cookies blocked': {
    open: () => stage.browser.newContext(),
    isBlocked: true,
    prepare: blockThirdPartyCookies,
  },
  ...(isLong && {
    'with third-party cookies blocked in the settings of a whole browser': {
      open: () => openProfile({ cookie_controls_mode: 1, block_third_party_cookies: true }),
      isBlocked: true,
      prepare: async () => {},
    },
  }),
};

describe.each(Object.entries(ways))('%s', (_name, { open, isBlocked, prepare }) => {
  let context: BrowserContext;
  beforeAll(async () => {
    context = await open();
    if (context.browser() !== stage.browser) stage.refusals.watch(context);
  });
  afterAll(() => context?.close());

  const newPage = async () => {
    const page = await context.newPage();
    await prepare(page);
    return page;
  };

  it('the browser does what it should with a cookie of another site that asks for no partition', async () => {
    const page = await newPage();
    await page.goto(`${stage.site.url}/shop`);
    const plain = `${stage.site.otherUrl}/plain-cookie`;
    await page.evaluate(
      (url) => fetch(url, { credentials: 'include', mode: 'no-cors' }).then(() => {}),
      plain,
    );
    const names = (await context.cookies(plain)).map((one) => one.name);
    expect(names).toEqual(isBlocked ? [] : ['plain']);
    await page.close();
  });

  it('the session survives reload and navigation, and is nobody else’s', async () => {
    const page = await newPage();
    const { panel } = visit(page);
    const ann = `ann-${short()}@example.com`;
    const row = panel.getByRole('button', { name: new RegExp(REPORT.shortDescription) });
    await page.goto(`${stage.site.url}/shop`);
    await launcher(page).click();
    await signUp(visit(page), { name: 'Ann', email: ann });
    await sendReport(visit(page), REPORT);
    await panel.getByText(REPORT.description).waitFor();
    for (const go of [() => page.reload(), () => page.goto(`${stage.site.url}/basket`)]) {
      await go();
      await launcher(page).click();
      await row.waitFor();
    }
    const frame = panelFrame(page);
    expect(await keptBy(frame)).not.toMatch(/eyJ/);
    await frame.evaluate(() => localStorage.setItem('of', 'ann'));

    // Another site with the same panel: nobody is logged in there, and nothing of the first is kept in reach.
    await page.goto(`${stage.site.otherUrl}/shop`);
    await launcher(page).click();
    await panel.getByRole('button', { name: 'Create account' }).waitFor();
    expect(await row.count()).toBe(0);
    expect(await keptBy(panelFrame(page))).not.toMatch(/ann|Rechnung|eyJ/);
    await signUp(visit(page), { name: 'Ben', email: `ben-${short()}@example.com` });
    await page.goto(`${stage.site.url}/shop`);
    await launcher(page).click();
    await row.waitFor();

    // Nor is it on a page of our own.
    await page.goto(`${stage.server.url}/portal?company=nordlicht`);
    await page.getByRole('button', { name: 'Create account' }).waitFor();
    await page.close();
  });
});

/** Life within one page, which is all there is where nothing is kept. */
async function liveWithinThePage(page: Page, url: string): Promise<void> {
  const { panel } = visit(page);
  const email = `bare-${short()}@example.com`;
  await page.goto(`${url}/shop`);
  await launcher(page).click();
  await panel.getByLabel('E-mail').waitFor();
  await requireNothingKept(panelFrame(page));
  await signUp(visit(page), { name: 'Ann', email });
  await panel.getByRole('button', { name: 'Account' }).click();
  await panel.getByRole('menuitem', { name: 'Log out' }).click();
  await panel.getByLabel('E-mail').fill(email);
  await panel.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await panel.getByRole('button', { name: 'Log in', exact: true }).click();
  await sendReport(visit(page), REPORT);
  const ticket = (await panel.getByText(/^INC-\d{8}-\d{4}$/).textContent()) ?? '';
  const team = { apiKey: ADMIN_KEY, body: { content: 'Danke! Wir schauen nach.' } };
  expectData(await stage.api.post(`/incident-ticket/${ticket}/comments`, team), 201);
  const talk = panel.getByRole('list', { name: 'Conversation' });
  await talk.getByText('Danke!').waitFor();
  await reply(visit(page), 'Gern.');
  await talk.getByText('Gern.').waitFor();
  // On screen it stands before it has been sent.
  const stored = async () => {
    const call = { apiKey: ADMIN_KEY };
    const reply = await stage.api.get(`/incident-ticket/${ticket}`, call);
    return expectData(reply, 200).comments.map((one: { content: string }) => one.content);
  };
  await expect.poll(stored).toEqual([team.body.content, 'Gern.']);
  await requireNothingKept(panelFrame(page));
  await page.reload();
  await launcher(page).click();
  await panel.getByRole('button', { name: 'Create account' }).waitFor();
}

async function requireNothingKept(frame: Frame): Promise<void> {
  const kept = await frame.evaluate(async () => {
    const attempt = (open: () => Storage) => {
      try {
        return `kept ${open().length}`;
      } catch (error) {
        return (error as Error).name;
      }
    };
    // biome-ignore lint/suspicious/noDocumentCookie: whether it can be set is the question.
    document.cookie = 'a=1; SameSite=None; Secure; Partitioned';
    const lock = navigator.locks.request('a', async () => 'granted');
    return [
      document.cookie,
      attempt(() => localStorage),
      attempt(() => sessionStorage),
      await lock.catch((error: Error) => error.name),
    ];
  });
  expect(kept).toEqual(['', 'SecurityError', 'SecurityError', 'SecurityError']);
}

describe('with all cookies and all storage blocked', () => {
  let bare: BareServer;
  let site: HostSite;
  beforeAll(async () => {
    bare = await startBareServer(stage.server.url);
    site = await startHostSite(bare.url, PAGES);
  });
  afterAll(async () => {
    await site?.close();
    await bare?.close();
  });

  it('log-in, report, answers and replies work as long as the page lives', async () => {
    const context = await stage.browser.newContext();
    // As Chromium does it where all is blocked; that this is so, the long run shows.
    await context.addInitScript(() => {
      for (const name of ['localStorage', 'sessionStorage', 'indexedDB', 'caches']) {
        const get = () => {
          throw new DOMException('denied', 'SecurityError');
        };
        Object.defineProperty(window, name, { get });
      }
      Object.defineProperty(Document.prototype, 'cookie', { get: () => '', set: () => {} });
      LockManager.prototype.request = () =>
        Promise.reject(new DOMException('denied', 'SecurityError'));
    });
    await liveWithinThePage(await context.newPage(), site.url);
    expect(await context.cookies()).toEqual([]);
    // Every request that needed one had a token, and none a cookie.
    expect(bare.credentials.length).toBeGreaterThan(5);
    for (const one of bare.credentials) expect(one).toMatch(/^Bearer /);
    await context.close();
  });

  if (isLong) {
    it('the same, in a whole browser that is set so', async () => {
      const context = await openProfile({ default_content_setting_values: { cookies: 2 } });
      stage.refusals.watch(context);
      const page = await context.newPage();
      await liveWithinThePage(page, stage.site.url);
      expect(await context.cookies()).toEqual([]);
      await context.close();
    });
  }
});
