/** What the team does reaches a panel by itself: on screen, closed, at the door, and by a link in a mail. */
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import {
  launcher,
  picture,
  type Report,
  sendReport,
  signUp,
  type Visit,
  visit,
} from '../support/customer-at-browser.ts';
import { expectData, PASSWORD, short } from '../support/factories.ts';
import { ADMIN_KEY } from '../support/server-process.ts';
import { setStage } from '../support/stage.ts';

const stage = setStage(() => ({
  shop: { tag: { 'data-company': 'nordlicht' } },
  dark: { tag: { 'data-company': 'norte', 'data-theme': 'dark' } },
}));

const REPORT: Report = {
  shortDescription: 'Rechnung enthält falsche Umsatzsteuer',
  description: 'Auf der Rechnung RE-2026-004417 steht 19 % statt 7 % MwSt.',
  priority: 'MEDIUM',
  category: 'Others',
};

/** What the team does, with the admin's key. */
const team = {
  post: async (path: string, body: object, status = 201) =>
    expectData(
      await stage.api.post(`/incident-ticket${path}`, { apiKey: ADMIN_KEY, body }),
      status,
    ),
  put: async (path: string, body: object) =>
    expectData(await stage.api.put(`/incident-ticket${path}`, { apiKey: ADMIN_KEY, body }), 200),
};

const companyId = async (slug: string): Promise<string> => {
  const companies = expectData(await stage.api.get('/companies', { apiKey: ADMIN_KEY }), 200);
  return companies.find((one: { slug: string }) => one.slug === slug).id;
};

const announce = async (slug: string, summary: string, description: string) =>
  team.post('', { companyId: await companyId(slug), summary, description, priority: 'HIGH' });

/** A customer of `page`'s company with one report, which is on screen. */
async function reporter(
  page: Page,
  name: string,
): Promise<Visit & { ticket: string; email: string }> {
  const customer = visit(page);
  const email = `${name}-${short()}@example.com`;
  await launcher(page).click();
  await signUp(customer, { name: 'Jürgen Weiß', email });
  await sendReport(customer, REPORT);
  await customer.panel.getByText(REPORT.description).waitFor();
  const ticket = (await customer.panel.getByText(/^INC-\d{8}-\d{4}$/).textContent()) ?? '';
  return { ...customer, ticket, email };
}

const newPage = async (path: string, options = {}) => {
  const context = await stage.browser.newContext(options);
  const page = await context.newPage();
  await page.goto(`${stage.site.url}/${path}`);
  return page;
};

it('moves the badge of a panel that was closed, without opening it', async () => {
  const page = await newPage('shop');
  const { panel, ticket } = await reporter(page, 'closed');
  await panel.getByRole('button', { name: 'Close' }).click();
  await launcher(page).waitFor();
  await team.post(`/${ticket}/comments`, { content: 'Danke! Wir schauen nach.' });
  await page.getByRole('button', { name: 'Open support, 1 unread' }).waitFor();
  await page.getByRole('button', { name: 'Open support, 1 unread' }).click();
  await panel.getByRole('list', { name: 'Conversation' }).getByText('Danke!').waitFor();
  await page.getByRole('button', { name: 'Close support' }).waitFor();
  await panel.getByRole('button', { name: 'Close' }).click();
  await page.getByRole('button', { name: 'Open support', exact: true }).waitFor();
  await page.context().close();
});

it('tells somebody who reads further up of a new answer, which is unread until they come to it', async () => {
  const page = await newPage('shop', { viewport: { width: 390, height: 700 } });
  const customer = await reporter(page, 'above');
  const { panel, ticket } = customer;
  const talk = panel.getByRole('list', { name: 'Conversation' });
  // The first is seen before anything is counted.
  const isSeen = page.waitForResponse((one) => one.url().endsWith('/seen'));
  const long = Array.from({ length: 40 }, (_, line) => `Schritt ${line + 1}`).join('\n');
  await team.post(`/${ticket}/comments`, { content: long });
  await talk.getByText('Schritt 40').waitFor();
  await isSeen;
  await panel.getByLabel('Write to the team').fill('Noch eine Frage');
  const body = panel.locator('main');
  await body.evaluate((element) => {
    element.scrollTop = 0;
  });
  const seen: string[] = [];
  page.on('request', (one) => one.url().endsWith('/seen') && seen.push(one.url()));
  await team.post(`/${ticket}/comments`, { content: 'Die neue Rechnung ist da.' });
  const newer = panel.getByRole('button', { name: 'New answer' });
  await newer.waitFor();
  await picture(customer, 'new-answer-below');
  expect(await body.evaluate((element) => element.scrollTop)).toBe(0);
  expect(seen).toEqual([]);
  await newer.click();
  await newer.waitFor({ state: 'detached' });
  const end = await body.evaluate((it) => it.scrollHeight - it.scrollTop - it.clientHeight);
  expect(end).toBeLessThan(2);
  await expect.poll(() => seen.length).toBe(1);
  expect(await panel.getByLabel('Write to the team').inputValue()).toBe('Noch eine Frage');
  await page.context().close();
});

it('lists what changes while the list is on screen', async () => {
  const page = await newPage('shop');
  const { panel, ticket } = await reporter(page, 'listed');
  await panel.getByRole('button', { name: 'Back' }).click();
  const row = panel.getByRole('button', { name: new RegExp(REPORT.shortDescription) });
  await row.getByText('Open').waitFor();
  await team.put(`/${ticket}`, { status: 'INVESTIGATION' });
  await row.getByText('Investigating').waitFor();
  await row.getByText('New').waitFor({ state: 'attached' });
  await page.context().close();
});

it.each([
  ['light', 'shop', 'nordlicht', { viewport: { width: 1280, height: 800 } }],
  ['dark', 'dark', 'norte', { viewport: { width: 390, height: 844 } }],
])(
  'tells of a known problem from its beginning to its end (%s)',
  async (look, path, slug, options) => {
    const page = await newPage(path, { ...options, reducedMotion: 'reduce' });
    const customer = await reporter(page, `known-${look}`);
    const { panel } = customer;
    await panel.getByRole('button', { name: 'Back' }).click();

    const title = 'Meter readings are delayed';
    const known = await announce(slug, title, 'Readings from this morning arrive late.');
    await team.put(`/${known.id}`, { status: 'INVESTIGATION' });
    const card = panel.getByRole('article', { name: title });
    await card.getByText('Investigating').waitFor();
    await team.post(`/${known.id}/comments`, {
      content: 'We are restoring the import. Next update by 14:30.',
    });
    await card.getByText('We are restoring the import').waitFor();
    await announce(slug, 'Payments by card may fail', 'The bank is looking into it.');
    await panel.getByRole('article', { name: 'Payments by card may fail' }).waitFor();
    await picture(customer, `known-${look}-list`);
    const affects = card.getByRole('button', { name: 'This affects me too' });
    await affects.click();
    await card.getByText('Noted. You are told here').waitFor();
    expect(await affects.getAttribute('aria-pressed')).toBe('true');
    await picture(customer, `known-${look}-affected`);

    // Undone, and said again from the report form, where it is offered before anything is sent.
    await affects.click();
    await card.getByText('Noted. You are told here').waitFor({ state: 'detached' });
    await panel.getByRole('button', { name: 'Report a problem' }).click();
    await panel.getByLabel('What is going wrong?').fill('No meter reading since this morning');
    const offer = panel.getByRole('region', { name: 'Is it this?' });
    await offer.getByText(title).waitFor();
    await picture(customer, `known-${look}-offer`);
    await offer.getByRole('button', { name: 'Yes, this affects me too' }).click();
    await panel.getByText('What you wrote is kept').waitFor();
    await card.getByText('Noted. You are told here').waitFor();
    await picture(customer, `known-${look}-kept`);
    await panel.getByRole('button', { name: 'Report a problem' }).click();
    expect(await panel.getByLabel('What is going wrong?').inputValue()).toBe(
      'No meter reading since this morning',
    );
    await panel.getByRole('button', { name: 'Back' }).click();

    await team.post(`/resolve/${known.id}`, {}, 200);
    await panel.getByRole('article', { name: `Resolved: ${title}` }).waitFor();
    await picture(customer, `known-${look}-resolved`);
    await panel.getByRole('button', { name: `Dismiss “${title}”` }).click();
    await panel.getByRole('article', { name: `Resolved: ${title}` }).waitFor({ state: 'detached' });

    // Nobody logged in: the door tells it too.
    await panel.getByRole('button', { name: 'Account' }).click();
    await panel.getByRole('menuitem', { name: 'Log out' }).click();
    await panel.getByRole('button', { name: 'Log out' }).click();
    await panel.getByRole('heading', { name: 'Log in' }).waitFor();
    await panel.getByText('Log in to say that it affects you too').waitFor();
    await picture(customer, `known-${look}-door`);
    await page.context().close();
  },
);

it('opens an incident by its link on the page that carries the tag', async () => {
  const page = await newPage('shop');
  const { panel, ticket, page: same } = await reporter(page, 'linked');
  await same.goto('about:blank');
  await same.goto(`${stage.site.url}/shop#porthole=${ticket}`);
  await panel.getByText(REPORT.description).waitFor();
  await expect.poll(() => page.url()).toBe(`${stage.site.url}/shop`);
  await panel.getByRole('button', { name: 'Back' }).click();
  await panel.getByRole('button', { name: 'Report a problem' }).waitFor();
  await page.evaluate((link) => {
    location.hash = link;
  }, `porthole=${ticket}`);
  await panel.getByText(REPORT.description).waitFor();
  await page.context().close();
});

it('opens it in the portal after the log-in, and says so when it is not theirs', async () => {
  const page = await newPage('shop');
  const { ticket, email } = await reporter(page, 'portal');
  const stranger = await reporter(await newPage('shop'), 'stranger');
  const portal = await newPage('');
  await portal.goto(`${stage.server.url}/portal?company=nordlicht#porthole=${ticket}`);
  expect(await portal.title()).toBe('Nordlicht Energie: Support');
  await portal.getByText(`Log in to see ${ticket}.`).waitFor();
  await picture(visit(portal), 'portal-log-in');
  await portal.reload();
  await portal.getByText(`Log in to see ${ticket}.`).waitFor();
  await portal.getByLabel('E-mail').fill(email);
  await portal.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await portal.getByRole('button', { name: 'Log in' }).click();
  await portal.getByText(REPORT.description).waitFor();
  expect(portal.url()).toBe(`${stage.server.url}/portal?company=nordlicht`);
  await picture(visit(portal), 'portal-incident');
  await portal.goto(`${stage.server.url}/portal?company=nordlicht#porthole=${stranger.ticket}`);
  await portal.getByText('This report is not here, or it is not yours.').waitFor();
  await picture(visit(portal), 'portal-not-theirs');
  await portal.getByRole('button', { name: 'Back to your reports' }).click();
  await portal.getByRole('button', { name: new RegExp(REPORT.shortDescription) }).waitFor();
  for (const one of [page, stranger.page, portal]) await one.context().close();
});
