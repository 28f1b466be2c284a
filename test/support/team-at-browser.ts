/** What the team does at the desk, step by step, as they see it: by names and labels only. */
import type { Browser, Locator, Page } from 'playwright-core';

/** Opens the desk in a browser of its own, with a key: by the link that logs in once. */
export async function openDesk(
  browser: Browser,
  porthole: string,
  key: string,
  viewport = { width: 1280, height: 760 },
): Promise<Page> {
  const context = await browser.newContext({ viewport });
  const page = await context.newPage();
  await page.goto(`${porthole}/desk#key=${key}`);
  await page.getByRole('navigation', { name: 'Queues' }).waitFor();
  return page;
}

/** The rows of the queue, the first on top. */
export const queueRows = (desk: Page): Locator =>
  desk.getByRole('list', { name: 'Incidents' }).getByRole('listitem');

/** Opens the incident of that title from the queue. */
export async function openCase(desk: Page, title: string): Promise<void> {
  await queueRows(desk).filter({ hasText: title }).first().getByRole('link').click();
  await desk.getByRole('heading', { level: 1, name: title }).waitFor();
}

export const conversation = (desk: Page): Locator =>
  desk.getByRole('list', { name: 'Conversation' });

export async function moveTo(desk: Page, status: string): Promise<void> {
  await desk
    .getByRole('group', { name: 'Status' })
    .getByRole('button', { name: `Move to ${status}` })
    .click();
}

export async function answer(desk: Page, firstName: string, text: string): Promise<void> {
  await desk.getByRole('tab', { name: `Reply to ${firstName}` }).click();
  await desk.getByRole('textbox', { name: `Reply to ${firstName}` }).fill(text);
  await desk.getByRole('button', { name: 'Send to customer' }).click();
}

export async function keepNote(desk: Page, text: string): Promise<void> {
  await desk.getByRole('tab', { name: 'Internal note' }).click();
  await desk.getByRole('textbox', { name: 'Internal note' }).fill(text);
  await desk.getByRole('button', { name: 'Keep note' }).click();
}
