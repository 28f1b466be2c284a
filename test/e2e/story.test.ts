/**
 * The whole story in a real browser, on a page of another site: pick a company, sign up, report, watch the team move it,
 * read their answer, reply, come back later. Once as browsers come, once with third-party cookies blocked.
 */
import type { BrowserContext } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { blockThirdPartyCookies } from '../support/browser.ts';
import {
  launcher,
  pickCompany,
  picture,
  type Report,
  reply,
  sendReport,
  signUp,
  visit,
} from '../support/customer-at-browser.ts';
import { expectData } from '../support/factories.ts';
import { ADMIN_KEY } from '../support/server-process.ts';
import { everyTestShows } from '../support/shows.ts';
import { setStage } from '../support/stage.ts';

const REPORT: Report = {
  shortDescription: 'Rechnung enthält falsche Umsatzsteuer',
  description: 'Auf der Rechnung RE-2026-004417 steht 19 % statt 7 % MwSt.',
  priority: 'MEDIUM',
  category: 'Others',
};

const browsers = {
  'as browsers come': false,
  'with third-party cookies blocked': true,
};

describe.each(Object.entries(browsers))(
  'the story, %s',
  (_name, isBlocked) => {
    const stage = setStage(() => ({ shop: {} }));
    everyTestShows(17);
    let context: BrowserContext;
    beforeAll(async () => {
      context = await stage.browser.newContext();
    });
    const newPage = async () => {
      const page = await context.newPage();
      if (isBlocked) await blockThirdPartyCookies(page);
      return page;
    };

    it('goes from the button to the solution', async () => {
      const page = await newPage();
      const customer = visit(page);
      await page.goto(`${stage.site.url}/shop`);
      await launcher(page).click();
      await pickCompany(customer, 'nor', 'Nordlicht Energie');
      await signUp(customer, { name: 'Jürgen Weiß', email: `juergen-${isBlocked}@example.com` });
      await sendReport(customer, REPORT);
      const { panel } = customer;
      await panel.getByText(REPORT.description).waitFor();
      const ticket = await panel.getByText(/^INC-\d{8}-\d{4}$/).textContent();
      const path = `/incident-ticket/${ticket}`;

      // The team moves it, and answers; the customer sees both without doing anything.
      expectData(
        await stage.api.put(path, { apiKey: ADMIN_KEY, body: { status: 'INVESTIGATION' } }),
        200,
      );
      const talk = panel.getByRole('list', { name: 'Conversation' });
      await talk.getByText('Investigating').waitFor();
      const answer = 'Danke! Wir korrigieren gerade alle Rechnungen.';
      const note = 'The tax key of article 88-1203-B was changed.';
      const comments = `${path}/comments`;
      expectData(
        await stage.api.post(comments, {
          apiKey: ADMIN_KEY,
          body: { content: note, isInternal: true },
        }),
        201,
      );
      expectData(
        await stage.api.post(comments, { apiKey: ADMIN_KEY, body: { content: answer } }),
        201,
      );
      await talk.getByText(answer).waitFor();
      expect(await panel.getByText(note).count()).toBe(0);
      await picture(customer, `story-${isBlocked}-answered`);

      await reply(customer, 'Danke, das ging schnell.');
      await expect
        .poll(async () => {
          const data = expectData(await stage.api.get(path, { apiKey: ADMIN_KEY }), 200);
          return data.comments.at(-1).content;
        })
        .toBe('Danke, das ging schnell.');

      // Another page of the site: the session is still there, and so is the report.
      await page.reload();
      await launcher(page).click();
      await panel.getByRole('button', { name: new RegExp(REPORT.shortDescription) }).click();
      await talk.getByText(answer).waitFor();
      expectData(
        await stage.api.post(`/incident-ticket/resolve/${ticket}`, { apiKey: ADMIN_KEY, body: {} }),
        200,
      );
      await panel.getByText('Not solved after all?').waitFor();
      await picture(customer, `story-${isBlocked}-resolved`);
      await page.close();
    });

    it('keeps the session out of reach of scripts, and of other sites', async () => {
      const cookies = await context.cookies();
      const session = cookies.find((cookie) => cookie.name === '__Host-porthole');
      expect(session).toMatchObject({ httpOnly: true, secure: true, sameSite: 'None', path: '/' });
      const page = await newPage();
      await page.goto(`${stage.server.url}/panel`);
      // Opened by itself the panel is another partition: nobody is logged in there.
      await page
        .getByRole('heading', { name: /Which company|Create your account|Log in/ })
        .waitFor();
      expect(await page.evaluate(() => document.cookie)).toBe('');
      await page.close();
    });

    it('logs out for good', async () => {
      const page = await newPage();
      const { panel } = visit(page);
      await page.goto(`${stage.site.url}/shop`);
      await launcher(page).click();
      await panel.getByRole('button', { name: 'Account' }).click();
      await panel.getByRole('menuitem', { name: 'Log out' }).click();
      await panel.getByRole('button', { name: 'Log in' }).first().waitFor();
      await page.reload();
      await launcher(page).click();
      await panel.getByRole('combobox', { name: 'Company' }).waitFor();
      await page.close();
    });
  },
  90_000,
);
