/** Every screen of the panel, desktop and phone, light and dark, left to right and right to left: no finding of axe. */

import type { Frame } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { findings, SETTINGS } from '../support/axe.ts';
import {
  fillReport,
  launcher,
  pickCompany,
  picture,
  type Report,
  reply,
  signUp,
  type Visit,
  visit,
} from '../support/customer-at-browser.ts';
import { expectData } from '../support/factories.ts';
import { ADMIN_KEY } from '../support/server-process.ts';
import { setStage } from '../support/stage.ts';

const stage = setStage(() => ({ light: {}, dark: { tag: { 'data-theme': 'dark' } } }));

const REPORT: Report = {
  shortDescription: 'Rechnung enthält falsche Umsatzsteuer',
  description: 'Auf der Rechnung RE-2026-004417 steht 19 % statt 7 % MwSt. Bitte korrigieren.',
  priority: 'MEDIUM',
  category: 'Others',
};

function panelFrame({ page }: Visit): Frame {
  const frame = page.frames().find((one) => new URL(one.url()).pathname === '/panel');
  if (frame === undefined) throw new Error('the panel is not there');
  return frame;
}

describe.each(Object.entries(SETTINGS))('%s', (name, { theme, dir, viewport }) => {
  it('has no finding on any screen', { timeout: 240_000 }, async () => {
    const context = await stage.browser.newContext({ viewport, reducedMotion: 'reduce' });
    const page = await context.newPage();
    const customer = visit(page);
    const { panel } = customer;
    const found: Record<string, string[]> = {};
    const look = async (screen: string) => {
      await panelFrame(customer).evaluate(
        (value) => document.documentElement.setAttribute('dir', value),
        dir,
      );
      await picture(customer, `${name.replace(/\W+/g, '-')}-${screen.replace(/\W+/g, '-')}`);
      found[screen] = await findings(panelFrame(customer));
    };

    await page.goto(`${stage.site.url}/${theme}`);
    await launcher(page).click();
    await panel.getByRole('option').first().waitFor();
    await look('company selector');
    await pickCompany(customer, 'nor', 'Nordlicht Energie');
    await panel.getByRole('button', { name: 'Create account' }).click();
    await panel
      .getByText('should read like')
      .or(panel.getByText(/missing|Please|Enter/))
      .first()
      .waitFor();
    await look('sign up with errors');
    await panel.getByRole('button', { name: 'Log in' }).click();
    await panel.getByRole('heading', { name: 'Log in' }).waitFor();
    await look('log in');
    await panel.getByRole('button', { name: 'Create an account' }).click();
    await signUp(customer, {
      name: 'Jürgen Weiß',
      email: `${name.replace(/\W+/g, '-')}@example.com`,
    });
    await look('empty list');
    await fillReport(customer, REPORT);
    await look('report');
    await panel.getByRole('button', { name: 'Send report' }).click();
    await panel.getByRole('button', { name: 'See your report' }).waitFor();
    await look('sent');
    await panel.getByRole('button', { name: 'See your report' }).click();
    await panel.getByText(REPORT.description).waitFor();
    await reply(customer, 'One more thing: it concerns all invoices of November.');
    const ticket = await panel.getByText(/^INC-\d{8}-\d{4}$/).textContent();
    const answer = { content: 'Danke! Wir korrigieren gerade alle Rechnungen.' };
    const path = `/incident-ticket/${ticket}`;
    expectData(
      await stage.api.put(path, { apiKey: ADMIN_KEY, body: { status: 'INVESTIGATION' } }),
      200,
    );
    expectData(await stage.api.post(`${path}/comments`, { apiKey: ADMIN_KEY, body: answer }), 201);
    await panel.getByRole('list', { name: 'Conversation' }).getByText(answer.content).waitFor();
    await look('incident');
    await panel.getByRole('button', { name: 'Back' }).click();
    await panel.getByText(REPORT.shortDescription).waitFor();
    await look('list');
    const companies = expectData(await stage.api.get('/companies', { apiKey: ADMIN_KEY }), 200);
    const { id: companyId } = companies.find((one: { slug: string }) => one.slug === 'nordlicht');
    const known = { companyId, summary: 'Meter readings are delayed', priority: 'HIGH' };
    const { id } = expectData(
      await stage.api.post('/incident-ticket', { apiKey: ADMIN_KEY, body: known }),
      201,
    );
    await panel.getByRole('button', { name: 'This affects me too' }).click();
    await panel.getByRole('article').getByText('Noted.').waitFor();
    await look('known problem');
    await panel.getByRole('button', { name: 'This affects me too' }).click();
    await panel.getByRole('article').getByText('Noted.').waitFor({ state: 'detached' });
    await panel.getByRole('button', { name: 'Report a problem' }).click();
    await panel.getByLabel('What is going wrong?').fill('No meter reading');
    await panel.getByRole('region', { name: 'Is it this?' }).waitFor();
    await look('is it this');
    await panel.getByRole('button', { name: 'Yes, this affects me too' }).click();
    await panel.getByText('What you wrote is kept').waitFor();
    expectData(
      await stage.api.post(`/incident-ticket/resolve/${id}`, { apiKey: ADMIN_KEY, body: {} }),
      200,
    );
    await panel.getByRole('article', { name: 'Resolved: Meter readings are delayed' }).waitFor();
    await look('known problem, resolved');
    await panel.getByRole('button', { name: 'Account' }).click();
    await panel.getByRole('menuitem', { name: 'Log out' }).waitFor();
    await look('account menu');
    await context.close();

    expect(found).toEqual(Object.fromEntries(Object.keys(found).map((screen) => [screen, []])));
  });
});
