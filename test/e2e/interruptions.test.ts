/** A bad network, a closed tab, an ended session: nothing typed is lost, and nothing is sent twice. */
import { expect, it } from 'vitest';
import {
  fillReport,
  launcher,
  pickCompany,
  picture,
  type Report,
  reply,
  sendReport,
  signUp,
  type Visit,
  visit,
} from '../support/customer-at-browser.ts';
import { expectData, PASSWORD } from '../support/factories.ts';
import { ADMIN_KEY } from '../support/server-process.ts';
import { everyTestShows } from '../support/shows.ts';
import { setStage } from '../support/stage.ts';

everyTestShows(33);
const stage = setStage(() => ({ shop: {} }));

const REPORT: Report = {
  shortDescription: 'No meter reading since this morning',
  description: 'The page shows yesterday, in every browser I have.',
  priority: 'HIGH',
  category: 'System',
};

let people = 0;

/** A new customer in a new browser profile, logged in. */
async function newCustomer(): Promise<Visit & { email: string }> {
  const context = await stage.browser.newContext();
  const page = await context.newPage();
  const customer = visit(page);
  await page.goto(`${stage.site.url}/shop`);
  await launcher(page).click();
  await pickCompany(customer, 'nor', 'Nordlicht Energie');
  people += 1;
  const email = `person-${people}@example.com`;
  await signUp(customer, { name: `Ann ${people}`, email });
  return { ...customer, email };
}

async function storedFor(email: string): Promise<{ shortDescription: string }[]> {
  const call = { apiKey: ADMIN_KEY };
  const { incidents } = expectData(await stage.api.get('/incident-ticket?limit=100', call), 200);
  return incidents.filter((one: { customer: { email: string } }) => one.customer.email === email);
}

it('a half-written report is there again after a reload', async () => {
  const customer = await newCustomer();
  const { page, panel } = customer;
  await fillReport(customer, REPORT);
  await panel.getByText('Draft kept on this device').waitFor();
  // The first field has said so too: kept is all with the last.
  const frame = page.frames().find((one) => new URL(one.url()).pathname === '/panel');
  const kept = () => frame?.evaluate(() => Object.values(localStorage).join());
  await expect.poll(kept).toContain(`"category":"${REPORT.category}"`);
  await page.reload();
  await launcher(page).click();
  await panel.getByRole('button', { name: 'Report a problem' }).click();
  expect(await panel.getByLabel('What is going wrong?').inputValue()).toBe(REPORT.shortDescription);
  expect(await panel.getByLabel('Tell us more').inputValue()).toBe(REPORT.description);
  expect(await panel.getByRole('radio', { name: 'High' }).isChecked()).toBe(true);
  expect(await panel.getByLabel('What is it about?').inputValue()).toBe(REPORT.category);
  await page.context().close();
});

/** What stands in the report form. */
const written = async ({ panel }: Visit) => ({
  shortDescription: await panel.getByLabel('What is going wrong?').inputValue(),
  description: await panel.getByLabel('Tell us more').inputValue(),
  isHigh: await panel.getByRole('radio', { name: 'High' }).isChecked(),
  category: await panel.getByLabel('What is it about?').inputValue(),
});
const WRITTEN = {
  shortDescription: REPORT.shortDescription,
  description: REPORT.description,
  isHigh: true,
  category: REPORT.category,
};

/** As a person closes it: the page is told, and has as long as that takes. */
async function closeTab({ page }: Visit): Promise<void> {
  const closed = page.waitForEvent('close');
  await page.close({ runBeforeUnload: true });
  await closed;
}

/** The site in a new tab of the same browser, with the panel open. */
async function newTab({ page }: Visit): Promise<Visit> {
  const tab = visit(await page.context().newPage());
  await tab.page.goto(`${stage.site.url}/shop`);
  await launcher(tab.page).click();
  return tab;
}

it('a tab that is closed in the middle of a word has kept every word of it, which is sent once', async () => {
  const customer = await newCustomer();
  await fillReport(customer, REPORT);
  const more = customer.panel.getByLabel('Tell us more');
  await more.press('End');
  // Closed within the pause after which typing is kept by itself.
  await more.pressSequentially(' And in the app', { delay: 0 });
  await closeTab(customer);

  const tab = await newTab(customer);
  await tab.panel.getByRole('button', { name: 'Report a problem' }).click();
  const description = `${REPORT.description} And in the app`;
  await expect.poll(() => written(tab)).toEqual({ ...WRITTEN, description });
  await tab.panel.getByRole('button', { name: 'Send report' }).click();
  await tab.panel.getByRole('button', { name: 'See your report' }).waitFor();
  expect(await storedFor(customer.email)).toMatchObject([{ ...REPORT, description }]);
  await tab.page.context().close();
});

it('a report that waits while its tab is closed goes out from the next one, once, with every word', async () => {
  const customer = await newCustomer();
  const context = customer.page.context();
  await fillReport(customer, REPORT);
  await context.setOffline(true);
  await customer.panel.getByRole('button', { name: 'Send report' }).click();
  await customer.panel.getByRole('heading', { name: 'Kept, not sent yet' }).waitFor();
  await closeTab(customer);
  await context.setOffline(false);

  // Two at once, which must not send it twice.
  const tabs = await Promise.all([newTab(customer), newTab(customer)]);
  for (const { panel } of tabs) {
    await panel.getByRole('button', { name: new RegExp(REPORT.shortDescription) }).waitFor();
    await panel.getByText('Waiting to send').waitFor({ state: 'detached', timeout: 40_000 });
  }
  await expect.poll(() => storedFor(customer.email)).toMatchObject([REPORT]);
  await context.close();
});

it('an error in the middle keeps every word, and the report is sent once it is over', async () => {
  const customer = await newCustomer();
  const { page, panel } = customer;
  await fillReport(customer, REPORT);
  let tries = 0;
  const answers = [
    { status: 500, contentType: 'text/html', body: '<h1>Oops</h1>' },
    { status: 200, contentType: 'application/json', body: '{"success":' },
  ];
  await page.route('**/create-incident', async (route) => {
    const answer = answers[tries];
    tries += 1;
    if (answer) await route.fulfill(answer);
    else await route.continue();
  });
  await panel.getByRole('button', { name: 'Send report' }).click();
  await panel
    .getByText(/INC-\d{8}-\d{4}/)
    .first()
    .waitFor({ timeout: 50_000 });
  expect(tries).toBe(answers.length + 1);
  expect(await storedFor(customer.email)).toMatchObject([REPORT]);
  await page.context().close();
});

it('a report sent without a network waits in sight, and goes out once by itself', async () => {
  const customer = await newCustomer();
  const { page, panel } = customer;
  await fillReport(customer, REPORT);
  await page.context().setOffline(true);
  await panel.getByRole('button', { name: 'Send report' }).click();
  await panel.getByRole('heading', { name: 'Kept, not sent yet' }).waitFor();
  await picture(customer, 'offline-kept');
  await panel.getByRole('button', { name: 'Back to your reports' }).click();
  await panel.getByText('Waiting to send').waitFor();
  await picture(customer, 'offline-list');
  expect(await storedFor(customer.email)).toEqual([]);

  await page.context().setOffline(false);
  await panel
    .getByText(/INC-\d{8}-\d{4}/)
    .first()
    .waitFor();
  expect((await storedFor(customer.email)).map((one) => one.shortDescription)).toEqual([
    REPORT.shortDescription,
  ]);
  await page.context().close();
});

it('a report whose answer got lost is not sent twice', async () => {
  const customer = await newCustomer();
  const { page, panel } = customer;
  await fillReport(customer, REPORT);
  let lost = 0;
  await page.route('**/create-incident', async (route) => {
    // The server has it and has said so; the customer's network has swallowed the answer.
    if (lost === 0) await route.fetch();
    lost += 1;
    if (lost === 1) await route.abort();
    else await route.continue();
  });
  await panel.getByRole('button', { name: 'Send report' }).click();
  await panel
    .getByText(/INC-\d{8}-\d{4}/)
    .first()
    .waitFor({ timeout: 40_000 });
  expect(lost).toBeGreaterThan(1);
  expect(await storedFor(customer.email)).toHaveLength(1);
  await page.context().close();
});

it('an ended session keeps the reply, and goes on where it was after the log-in', async () => {
  const customer = await newCustomer();
  const { page, panel, email } = customer;
  await sendReport(customer, REPORT);
  const box = panel.getByRole('textbox', { name: 'Write to the team' });
  await box.fill('It still does not work.');
  await panel.getByText('Draft kept on this device').waitFor();
  // The session ends from elsewhere: the cookie is no longer worth anything.
  const [session] = (await page.context().cookies()).filter(
    (one) => one.name === '__Host-porthole',
  );
  await page.context().clearCookies({ name: '__Host-porthole' });
  expect(session).toBeDefined();
  await panel.getByRole('button', { name: 'Send', exact: true }).click();
  await panel.getByText(/You were logged out/).waitFor();
  await picture(customer, 'logged-out');
  await panel.getByLabel('E-mail').fill(email);
  await panel.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await panel.getByRole('button', { name: 'Log in', exact: true }).click();
  const talk = panel.getByRole('list', { name: 'Conversation' });
  await expect
    .poll(async () => {
      const isSent = (await talk.getByText('It still does not work.').count()) > 0;
      return isSent || (await box.inputValue()) === 'It still does not work.';
    })
    .toBe(true);
  await page.context().close();
});

it('a server that is away is said to be, and what is written waits', async () => {
  const customer = await newCustomer();
  const { page, panel } = customer;
  await sendReport(customer, REPORT);
  await page.route('**/api/v1/**', (route) =>
    route.fulfill({ status: 503, headers: { 'Retry-After': '2' }, body: '<h1>Bad gateway</h1>' }),
  );
  await reply(customer, 'Any news?');
  await panel.getByText('Waiting to send').waitFor();
  await picture(customer, 'server-away');
  await page.unroute('**/api/v1/**');
  await panel.getByText('Waiting to send').waitFor({ state: 'detached', timeout: 40_000 });
  await panel.getByRole('list', { name: 'Conversation' }).getByText('Any news?').waitFor();
  await page.context().close();
});
