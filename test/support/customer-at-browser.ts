/** What a customer does with the panel, step by step, as they see it: by names and labels only. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FrameLocator, Locator, Page } from 'playwright-core';
import { PASSWORD } from './factories.ts';

const PICTURES = fileURLToPath(new URL('../output/', import.meta.url));

/** The page and, inside it, the panel's frame. */
export interface Visit {
  page: Page;
  panel: FrameLocator;
}

export const visit = (page: Page): Visit => ({
  page,
  panel: page.frameLocator('porthole-widget iframe'),
});

export const launcher = (page: Page): Locator =>
  page.getByRole('button', { name: /^Open support/ });

export interface Person {
  name: string;
  email: string;
}

export interface Report {
  shortDescription: string;
  description: string;
  priority: string;
  category: string;
}

export async function pickCompany({ panel }: Visit, search: string, name: string): Promise<void> {
  await panel.getByRole('combobox', { name: 'Company' }).fill(search);
  await panel.getByRole('option', { name }).click();
}

export async function signUp({ panel }: Visit, { name, email }: Person): Promise<void> {
  await panel.getByLabel('Name', { exact: true }).fill(name);
  await panel.getByLabel('E-mail').fill(email);
  await panel.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await panel.getByRole('button', { name: 'Create account' }).click();
  await panel.getByRole('heading', { name: 'Nothing reported yet' }).waitFor();
}

const PRIORITY_NAMES: Readonly<Record<string, string>> = {
  INFORMATIONAL: 'Just so you know',
  LOW: 'Low',
  MEDIUM: 'Medium',
  HIGH: 'High',
  CRITICAL: 'Critical',
};

export async function fillReport({ panel }: Visit, report: Report): Promise<void> {
  await panel.getByRole('button', { name: 'Report a problem' }).click();
  await panel.getByLabel('What is going wrong?').fill(report.shortDescription);
  await panel.getByLabel('Tell us more').fill(report.description);
  await panel
    .getByRole('group', { name: 'How bad is it?' })
    .getByText(PRIORITY_NAMES[report.priority] ?? report.priority, { exact: true })
    .click();
  await panel.getByLabel('What is it about?').selectOption(report.category);
}

/** Sends the report and opens it. */
export async function sendReport(visit: Visit, report: Report): Promise<void> {
  await fillReport(visit, report);
  await visit.panel.getByRole('button', { name: 'Send report' }).click();
  await visit.panel.getByRole('button', { name: 'See your report' }).click();
}

export async function reply({ panel }: Visit, text: string): Promise<void> {
  await panel.getByRole('textbox', { name: 'Write to the team' }).fill(text);
  await panel.getByRole('button', { name: 'Send', exact: true }).click();
}

/** Keeps a picture in test/output, to be looked at. */
export async function picture({ page }: Visit, name: string): Promise<void> {
  mkdirSync(PICTURES, { recursive: true });
  await page.screenshot({ path: join(PICTURES, `${name}.png`), animations: 'disabled' });
}
