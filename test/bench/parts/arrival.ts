/**
 * How long news takes, in a real browser with the real server: a report in the panel until it stands on the desk, has reached
 * the webhook and the mail server; an answer at the desk until it stands in the panel. With TEST_DATABASE_URL on PostgreSQL,
 * otherwise on the embedded database.
 */
import { setTimeout as wait } from 'node:timers/promises';
import {
  fillReport,
  launcher,
  signUp,
  type Visit,
  visit,
} from '../../support/customer-at-browser.ts';
import { expectData } from '../../support/factories.ts';
import { openStage } from '../../support/open-stage.ts';
import { ADMIN_KEY } from '../../support/server-process.ts';
import { startSmtpReceiver } from '../../support/smtp-receiver.ts';
import { openCase, openDesk, queueRows } from '../../support/team-at-browser.ts';
import { startWebhookReceiver } from '../../support/webhook-receiver.ts';
import { type Bench, figure, type Part, type Row, spelled } from '../part.ts';

const ROUNDS = 15;
const SHORT_ROUNDS = 3;
const LOOK_MS = 2;
const TEAM_ADDRESS = 'team@nordlicht.example';

export const arrival: Part = {
  name: 'arrival',
  says: 'how long news takes from window to window, to the webhook and into the mail',
  isAside: 'when short',
  run,
};

async function run({ isShort, defer }: Bench): Promise<Row[]> {
  const smtp = await startSmtpReceiver();
  defer(() => smtp.close());
  const receiver = await startWebhookReceiver();
  defer(() => receiver.close());
  const pages = () => ({ shop: { tag: { 'data-company': 'nordlicht' } } });
  const settings = { ...smtp.settings, WEBHOOKS_ALLOW_LOOPBACK: 'true' };
  const { api, server, browser, site, close } = await openStage(pages, [], settings);
  defer(close);

  const times = new Map<string, number[]>();
  /** Takes the time from `start` until the promise is kept. */
  const time = async (what: string, start: number, coming: Promise<unknown>) => {
    await coming;
    times.set(what, [...(times.get(what) ?? []), performance.now() - start]);
  };

  const admin = { apiKey: ADMIN_KEY };
  const companies = expectData(await api.get('/companies', admin), 200);
  const { id } = companies.find((one: { slug: string }) => one.slug === 'nordlicht');
  const addresses = { teamEmails: [TEAM_ADDRESS] };
  expectData(await api.put(`/companies/${id}`, { ...admin, body: addresses }), 200);
  const team = { name: 'Nordlicht team', companyId: id };
  const { secret } = expectData(await api.post('/api-keys', { ...admin, body: team }), 201);
  const hook = { url: receiver.url, companyId: id, events: ['incident.created'] };
  expectData(await api.post('/webhooks', { ...admin, body: hook }), 201);

  const page = await browser.newPage();
  const customer: Visit = visit(page);
  await page.goto(`${site.url}/shop`);
  await launcher(page).click();
  await signUp(customer, { name: 'Ann', email: 'ann@example.com' });
  const desk = await openDesk(browser, server.url, secret);

  for (let round = 1; round <= (isShort ? SHORT_ROUNDS : ROUNDS); round += 1) {
    const title = `Report number ${round}.`;
    const report = { shortDescription: title, description: 'Text', priority: 'LOW' };
    await fillReport(customer, { ...report, category: 'Others' });
    const send = customer.panel.getByRole('button', { name: 'Send report' });
    const start = performance.now();
    const [mails, hooks] = [smtp.mails.length, receiver.received.length];
    await Promise.all([
      send.click(),
      time('report to the desk', start, queueRows(desk).filter({ hasText: title }).waitFor()),
      time(
        'report to the mail server',
        start,
        until(() => smtp.mails.length > mails),
      ),
      time(
        'report to the webhook',
        start,
        until(() => receiver.received.length > hooks),
      ),
    ]);

    await customer.panel.getByRole('button', { name: 'See your report' }).click();
    await openCase(desk, title);
    const answer = `Answer number ${round}.`;
    await desk.getByRole('textbox', { name: 'Reply to Ann' }).fill(answer);
    const talk = customer.panel.getByRole('list', { name: 'Conversation' });
    await talk.waitFor();
    const answered = performance.now();
    await Promise.all([
      desk.getByRole('button', { name: 'Send to customer' }).click(),
      time('answer to the panel', answered, talk.getByText(answer).waitFor()),
    ]);
    await customer.panel.getByRole('button', { name: 'Back' }).click();
  }
  return [...times].map(([what, all]) => ({ what, reached: spelled(figure(all), 0, ' ms') }));
}

async function until(isThere: () => boolean): Promise<void> {
  while (!isThere()) await wait(LOOK_MS);
}
