/** Reports as people really write them: many scripts, emoji, markup, long words. Each comes back exactly as typed. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import {
  launcher,
  pickCompany,
  picture,
  type Report,
  sendReport,
  signUp,
  visit,
} from '../support/customer-at-browser.ts';
import { expectData } from '../support/factories.ts';
import { ADMIN_KEY } from '../support/server-process.ts';
import { setStage } from '../support/stage.ts';

const REPORTS: Report[] = readFileSync(new URL('../support/reports.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line));

const stage = setStage(() => ({ shop: {} }));

it('shows every report exactly as it was typed, and keeps it so', {
  timeout: 360_000,
}, async () => {
  const page = await stage.browser.newPage();
  const dialogs: string[] = [];
  page.on('dialog', (dialog) => dialogs.push(dialog.message()));
  const customer = visit(page);
  const { panel } = customer;
  await page.goto(`${stage.site.url}/shop`);
  await launcher(page).click();
  await pickCompany(customer, 'nor', 'Nordlicht Energie');
  await signUp(customer, { name: '<b>Åse</b> & Đorđe', email: 'ase@example.com' });

  for (const report of REPORTS) {
    await sendReport(customer, report);
    const shown = panel.getByRole('list', { name: 'Conversation' }).locator('.txt').first();
    await expect.poll(() => shown.textContent()).toBe(report.description.normalize('NFC'));
    expect(await panel.getByRole('heading', { level: 1 }).textContent()).toBe(
      report.shortDescription.normalize('NFC'),
    );
    const ticket = await panel.getByText(/^INC-\d{8}-\d{4}$/).textContent();
    const stored = expectData(
      await stage.api.get(`/incident-ticket/${ticket}`, { apiKey: ADMIN_KEY }),
      200,
    );
    expect(stored).toMatchObject({
      shortDescription: report.shortDescription.normalize('NFC'),
      description: report.description.normalize('NFC'),
      priority: report.priority,
      category: report.category,
    });
    if (/[\u0590-\u06ff]|Zip/.test(report.shortDescription))
      await picture(customer, `report-${ticket}`);
    await panel.getByRole('button', { name: 'Back' }).click();
  }

  await picture(customer, 'reports-list');
  // Nothing that was typed became an element, a link or a script; nothing pushes the list sideways.
  expect(dialogs).toEqual([]);
  expect(
    await panel
      .locator('main b, main a')
      .evaluateAll((all) => all.filter((one) => one.children.length)),
  ).toEqual([]);
  const main = panel.locator('main');
  expect(await main.evaluate((element) => element.scrollWidth - element.clientWidth)).toBe(0);
  await page.close();
});
