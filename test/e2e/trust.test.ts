/**
 * Who is who, in a real browser: the challenge after many attempts, mailed links, a forgotten and a changed password, and
 * customers whom their company's own page names.
 */
import { randomUUID } from 'node:crypto';
import jwt from 'jsonwebtoken';
import type { Frame, Locator, Page } from 'playwright-core';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { STUB } from '../../widget/loader/stub.ts';
import { findingsEverywhere } from '../support/axe.ts';
import { launcher, visit } from '../support/customer-at-browser.ts';
import { expectData, PASSWORD, short } from '../support/factories.ts';
import { ADMIN_KEY } from '../support/server-process.ts';
import { shows } from '../support/shows.ts';
import { type SmtpReceiver, startSmtpReceiver } from '../support/smtp-receiver.ts';
import { type Stage, setStage } from '../support/stage.ts';

const admin = { apiKey: ADMIN_KEY };

/** A company of its own, so that no test meets another's customers. */
async function makeCompany({ api }: Stage, settings: object = {}) {
  const body = { name: 'Nordlicht Energie', slug: `n-${short()}`, accent: '#0b7285', ...settings };
  return expectData(await api.post('/companies', { ...admin, body }), 201);
}

const portal = ({ server }: Stage, { slug }: { slug: string }) =>
  `${server.url}/portal?company=${slug}`;

/** A page of its own; `refusals` are what its policies refused. */
async function newPage({ browser }: Stage): Promise<{ page: Page; refusals: string[] }> {
  const context = await browser.newContext({ viewport: { width: 480, height: 760 } });
  const page = await context.newPage();
  const refusals: string[] = [];
  page.on('console', (message) => {
    if (/Content Security Policy|TrustedScript/i.test(message.text()))
      refusals.push(message.text());
  });
  return { page, refusals };
}

const field = (page: Page | Frame, name: string): Locator => page.getByLabel(name, { exact: true });
const press = (page: Page | Frame, name: string) =>
  page.getByRole('button', { name, exact: true }).click();
const heading = (page: Page | Frame, name: string) => page.getByRole('heading', { name }).waitFor();

async function fillLogIn(page: Page, email: string, password: string): Promise<void> {
  await field(page, 'E-mail').fill(email);
  await field(page, 'Password').fill(password);
  await press(page, 'Log in');
}

async function openLogIn(page: Page): Promise<void> {
  await press(page, 'Log in');
  await heading(page, 'Log in');
}

async function register({ api }: Stage, companyId: string, email: string): Promise<void> {
  const body = { email, password: PASSWORD, name: 'Jürgen Weiß', companyId };
  expectData(await api.post('/customer/register', { body }), 201);
}

describe('after many attempts', () => {
  const stage = setStage(
    () => ({}),
    [],
    async () => ({ RATE_LIMITS: 'attempts=3/900' }),
  );

  it('the panel shows by itself that a person asks, and the owner gets in', async () => {
    const company = await makeCompany(stage);
    await register(stage, company.id, 'ada@example.com');
    const { page, refusals } = await newPage(stage);
    const asked: string[] = [];
    page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    await page.goto(portal(stage, company));
    await openLogIn(page);
    const counted = (path: string) => asked.filter((one) => one.includes(path)).length;
    for (let tries = 0; counted('/customer/challenge') === 0 && tries < 5; tries += 1) {
      await fillLogIn(page, 'ada@example.com', `wrong ${tries}`);
      await page.getByText('do not fit together').waitFor();
      await page.getByRole('button', { name: 'Log in', exact: true }).waitFor();
    }
    expect(counted('/customer/challenge')).toBe(1);
    expect(counted('/assets/worker-')).toBe(1);
    await fillLogIn(page, 'ada@example.com', PASSWORD);
    await heading(page, 'Nothing reported yet');
    expect(refusals).toEqual([]);
    shows(6, { 'challenges solved by the owner': counted('/customer/challenge') });
  });

  it('says what it is doing, and can be stopped', async () => {
    const company = await makeCompany(stage);
    const { page } = await newPage(stage);
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route('**/customer/challenge*', async (route) => {
      await held;
      await route.continue();
    });
    await page.goto(portal(stage, company));
    await openLogIn(page);
    await fillLogIn(page, 'nobody@example.com', 'wrong');
    const button = page.getByRole('button', { name: 'Checking that you are a person…' });
    await button.waitFor();
    await expect
      .poll(() => page.locator('.unseen[role=status]').textContent())
      .toContain('Checking that you are a person…');
    expect(await findingsEverywhere(page, page.mainFrame(), 'checking')).toEqual([]);
    await press(page, 'Stop');
    release();
    const again = page.getByRole('button', { name: 'Log in', exact: true });
    await again.waitFor();
    expect(await again.evaluate((one) => one === document.activeElement)).toBe(true);
    expect(await page.getByRole('alert').count()).toBe(0);
    expect(await field(page, 'Password').inputValue()).toBe('wrong');
  });

  it('says so where the page came without https, and how long to wait', async () => {
    const company = await makeCompany(stage);
    const { page } = await newPage(stage);
    await page.addInitScript(() => {
      Object.defineProperty(crypto, 'subtle', { value: undefined });
    });
    await page.goto(portal(stage, company));
    await openLogIn(page);
    await fillLogIn(page, 'nobody@example.com', 'wrong');
    await page.getByText('has to be loaded over https').waitFor();
    await page.getByRole('button', { name: /^Wait 1\d min$/ }).waitFor();
    expect(await findingsEverywhere(page, page.mainFrame(), 'insecure')).toEqual([]);
  });
});

/** The service cannot be reached from here: its script's stand-in offers a button instead of a puzzle. */
const STAND_IN = `window.turnstile = {
  render(place, options) {
    window.rendered = options;
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = 'I am a person';
    button.onclick = () => options.callback('a-token-of-the-service');
    place.append(button);
    return 'w1';
  },
  remove() { window.removed = true; },
};
window[new URL(document.currentScript.src).searchParams.get('onload')]();`;

describe('with Turnstile configured', () => {
  const stage = setStage(
    () => ({}),
    [],
    async () => ({ RATE_LIMITS: 'attempts=1/900', CHALLENGE: 'turnstile:site-key-1:secret-1' }),
  );

  it("draws the service's own widget, and sends its token along", async () => {
    const company = await makeCompany(stage);
    const { page, refusals } = await newPage(stage);
    await page.route('https://challenges.cloudflare.com/**', (route) =>
      route.fulfill({ contentType: 'text/javascript', body: STAND_IN }),
    );
    const sent: { challenge?: string }[] = [];
    await page.route('**/customer/login', async (route) => {
      const body = route.request().postDataJSON();
      sent.push(body);
      // The server would ask the service.
      if (!body.challenge) return route.continue();
      const answer = { success: false, message: 'No.', errors: [], code: 'wrong_credentials' };
      await route.fulfill({ status: 401, json: { ...answer, requestId: 'r1' } });
    });
    await page.goto(portal(stage, company));
    await openLogIn(page);
    await fillLogIn(page, 'ada@example.com', 'wrong 1');
    await page.getByText('do not fit together').waitFor();
    await fillLogIn(page, 'ada@example.com', 'wrong 2');
    await press(page, 'I am a person');
    await page.getByText('do not fit together').waitFor();
    await page.getByRole('button', { name: 'I am a person' }).waitFor({ state: 'detached' });
    expect(sent.map(({ challenge }) => challenge)).toEqual([
      undefined,
      undefined,
      'a-token-of-the-service',
    ]);
    const options = await page.evaluate(
      () => (window as unknown as { rendered: Record<string, string> }).rendered,
    );
    expect(options).toMatchObject({ sitekey: 'site-key-1', action: 'login', cData: company.id });
    expect(await page.evaluate(() => 'removed' in window)).toBe(true);
    expect(refusals).toEqual([]);
  });
});

describe('with mail', () => {
  let smtp: SmtpReceiver;
  const stage = setStage(
    () => ({
      shop: {
        head: `<script>${STUB};
          asked = [];
          Porthole.identify(() => fetch('/token').then((response) => { asked.push(response.status); return response.ok ? response.text() : null; }));
        </script>`,
        tag: { 'data-company': 'nordlicht' },
      },
      broken: {
        head: `<script>${STUB};
          faults = [];
          addEventListener('error', ({ message }) => faults.push(message));
          addEventListener('unhandledrejection', ({ reason }) => faults.push(String(reason)));
          Porthole.identify(() => { throw new Error('the backend is away'); });
        </script>`,
        tag: { 'data-company': 'nordlicht' },
      },
    }),
    [],
    async () => {
      smtp = await startSmtpReceiver();
      return smtp.settings;
    },
  );
  afterAll(() => smtp?.close());

  const mailTo = (email: string, subject = /./) =>
    vi.waitFor(
      () => {
        const found = smtp.to(email).filter(({ parsed }) => subject.test(parsed.subject ?? ''));
        expect(found.length).toBeGreaterThan(0);
        return found.at(-1)?.parsed.text ?? '';
      },
      { timeout: 15_000 },
    );
  const linkIn = (text: string) => /http:\/\/\S+#link=\S+/.exec(text)?.[0] ?? '';

  async function signUpByMail(page: Page, email: string): Promise<string> {
    await field(page, 'Name').fill('Jürgen Weiß');
    await field(page, 'E-mail').fill(email);
    await field(page, 'Password').fill(PASSWORD);
    await press(page, 'Create account');
    await heading(page, 'Check your mail');
    return linkIn(await mailTo(email));
  }

  it('a sign-up is finished by the link, on the same device without the password again', async () => {
    const company = await makeCompany(stage, { requiresVerifiedEmail: true });
    const { page } = await newPage(stage);
    await page.goto(portal(stage, company));
    const link = await signUpByMail(page, 'ada@example.com');
    await page.getByText('ada@example.com').waitFor();
    expect(await findingsEverywhere(page, page.mainFrame(), 'mailed')).toEqual([]);

    const opened = await page.context().newPage();
    await opened.goto(link);
    await heading(opened, 'You are logged in');
    expect(opened.url()).toBe(portal(stage, company));
    expect(await findingsEverywhere(opened, opened.mainFrame(), 'link-done')).toEqual([]);
    await press(opened, 'Go on to your reports');
    await heading(opened, 'Nothing reported yet');
    expect(await opened.evaluate(() => Object.keys(localStorage).join())).not.toContain('proof');

    await opened.goto('about:blank');
    await opened.goto(link);
    await heading(opened, 'This link has ended');
    await press(opened, 'Go on to your reports');
    await heading(opened, 'Nothing reported yet');
  });

  it('on another device it asks for a password, and refuses what is easy to guess', async () => {
    const company = await makeCompany(stage, { requiresVerifiedEmail: true });
    const { page } = await newPage(stage);
    await page.goto(portal(stage, company));
    const link = await signUpByMail(page, 'grace@example.com');

    const { page: other } = await newPage(stage);
    await other.goto(link);
    await heading(other, 'Choose your password');
    await field(other, 'New password').fill('password123');
    await press(other, 'Save and log in');
    await other.getByText('one of the commonest').waitFor();
    await field(other, 'New password').fill('grace@example.com');
    await press(other, 'Save and log in');
    await other.getByText('made of your address').waitFor();
    expect(await findingsEverywhere(other, other.mainFrame(), 'choose')).toEqual([]);
    await field(other, 'New password').fill('a sentence of my own');
    await press(other, 'Save and log in');
    await heading(other, 'You are logged in');

    const { page: third } = await newPage(stage);
    await third.goto(link);
    await heading(third, 'This link has ended');
    expect(await findingsEverywhere(third, third.mainFrame(), 'link-ended')).toEqual([]);
    await press(third, 'Send a new link');
    await heading(third, 'Forgot your password?');
  });

  it('a forgotten password is set by a link, and whoever is logged in there makes way', async () => {
    const company = await makeCompany(stage);
    // Who has had no other mail yet.
    await register(stage, company.id, 'mary@example.com');
    await register(stage, company.id, 'grace@example.com');
    const { page } = await newPage(stage);
    await page.goto(portal(stage, company));
    await openLogIn(page);
    await field(page, 'E-mail').fill('mary@example.com');
    await press(page, 'Forgot your password?');
    await heading(page, 'Forgot your password?');
    expect(await field(page, 'E-mail').inputValue()).toBe('mary@example.com');
    expect(await findingsEverywhere(page, page.mainFrame(), 'forgot')).toEqual([]);
    await press(page, 'Send the link');
    await heading(page, 'Check your mail');
    await page.getByRole('button', { name: /^Wait \d+ (sec|min)$/ }).waitFor();
    await press(page, 'Back');
    await fillLogIn(page, 'grace@example.com', PASSWORD);
    await heading(page, 'Nothing reported yet');

    await page.goto(linkIn(await mailTo('mary@example.com')));
    await heading(page, 'Choose your password');
    await field(page, 'New password').fill('a sentence of my own');
    await press(page, 'Save and log in');
    await heading(page, 'You are logged in');
    await press(page, 'Go on to your reports');
    await press(page, 'Account');
    await page.getByText('mary@example.com').waitFor();
  });

  it('a changed password logs every other device out', async () => {
    const company = await makeCompany(stage);
    await register(stage, company.id, 'ada@example.com');
    const { page: other } = await newPage(stage);
    const { page } = await newPage(stage);
    for (const one of [other, page]) {
      await one.goto(portal(stage, company));
      await openLogIn(one);
      await fillLogIn(one, 'ada@example.com', PASSWORD);
      await heading(one, 'Nothing reported yet');
    }
    await press(page, 'Account');
    await page.getByRole('menuitem', { name: 'Change password' }).click();
    await heading(page, 'Change password');
    await field(page, 'Current password').fill('not this one');
    await field(page, 'New password').fill('a sentence of my own');
    await press(page, 'Change password');
    await page.getByText('This is not your current password').waitFor();
    await expect
      .poll(() => field(page, 'Current password').evaluate((one) => one === document.activeElement))
      .toBe(true);
    expect(await findingsEverywhere(page, page.mainFrame(), 'password')).toEqual([]);
    await field(page, 'Current password').fill(PASSWORD);
    await press(page, 'Change password');
    await heading(page, 'Your password is changed');
    expect(await findingsEverywhere(page, page.mainFrame(), 'password-done')).toEqual([]);
    await press(page, 'Back to your reports');
    await heading(page, 'Nothing reported yet');
    await heading(other, 'Log in');
    await page.reload();
    await heading(page, 'Nothing reported yet');
    shows(2, { 'other devices logged out by a changed password': 1 });
  });

  describe("the company's page", () => {
    const signIn = async () => {
      const companies = expectData(await stage.api.get('/companies', admin), 200);
      const { id } = companies.find((one: { slug: string }) => one.slug === 'nordlicht');
      const listed = expectData(
        await stage.api.get(`/identity-keys?companyId=${id}`, admin),
        200,
      ).length;
      expect(listed).toBeLessThan(3);
      const body = { name: 'the shop', companyId: id };
      const key = expectData(await stage.api.post('/identity-keys', { ...admin, body }), 201);
      const sign = (sub: string) =>
        jwt.sign({ email: `${sub}@example.com`, name: sub }, key.secret, {
          ...{ keyid: key.id, subject: sub, audience: 'porthole', expiresIn: 60 },
          jwtid: randomUUID(),
        });
      return sign;
    };

    it('names who is logged in, and nobody sees a door', async () => {
      const sign = await signIn();
      let here: string | null = 'ada';
      const { page } = await newPage(stage);
      await page.route('**/token', (route) =>
        here === null
          ? route.fulfill({ status: 401 })
          : route.fulfill({ body: sign(here), contentType: 'text/plain' }),
      );
      const { panel } = visit(page);
      await page.goto(`${stage.site.url}/shop`);
      await launcher(page).waitFor();
      const asked = () => page.evaluate(() => (window as unknown as { asked: number[] }).asked);
      expect([page.frames().length, await asked()]).toEqual([1, []]);
      await launcher(page).click();
      await panel.getByRole('heading', { name: 'Nothing reported yet' }).waitFor();
      await panel.getByRole('button', { name: 'Account' }).click();
      await panel.getByText('ada@example.com').waitFor();
      expect(await panel.getByRole('menuitem', { name: 'Change password' }).count()).toBe(0);
      await panel.getByRole('button', { name: 'Account' }).click();

      // Somebody else, on the same page: theirs is shown, and nothing of the last one's.
      here = 'grace';
      await page.evaluate(() =>
        window.Porthole?.identify(() => fetch('/token').then((response) => response.text())),
      );
      const account = panel.getByRole('button', { name: 'Account', exact: true });
      await expect
        .poll(async () => {
          // The change of person may have closed it, or not.
          if ((await account.getAttribute('aria-expanded')) === 'false') await account.click();
          return panel.locator('.menu').allTextContents();
        })
        .toEqual([expect.stringContaining('grace@example.com')]);

      here = null;
      await page.evaluate(() => window.Porthole?.logout());
      await panel.getByRole('heading', { name: 'Log in' }).waitFor();
    });

    it('may fail to: then there is the door, and no error on the page', async () => {
      const { page } = await newPage(stage);
      const { panel } = visit(page);
      await page.goto(`${stage.site.url}/broken`);
      await launcher(page).click();
      await panel.getByRole('heading', { name: 'Create your account' }).waitFor();
      expect(await page.evaluate(() => (window as unknown as { faults: string[] }).faults)).toEqual(
        [],
      );
    });
  });
});
