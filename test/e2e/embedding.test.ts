/**
 * Who may embed a panel, what loader and panel say to each other in a real browser, and what another page of a site where
 * somebody is logged in can do with their cookie: nothing.
 */
import type { Frame, Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { type End, LOADER_END, PANEL_END, spoiltMessage } from '../support/bridge-fuzz.ts';
import {
  launcher,
  type Report,
  sendReport,
  signUp,
  visit,
} from '../support/customer-at-browser.ts';
import { expectData, PASSWORD, short } from '../support/factories.ts';
import { createRandom } from '../support/random.ts';
import { ADMIN_KEY, linesOf } from '../support/server-process.ts';
import { shows } from '../support/shows.ts';
import { setStage } from '../support/stage.ts';

const REPORT: Report = {
  shortDescription: 'No meter reading since this morning',
  description: 'The page shows yesterday.',
  priority: 'HIGH',
  category: 'System',
};
const ROUNDS = process.env.LONG === '1' ? 10_000 : 1_000;

const stage = setStage(() => ({
  shop: { tag: { 'data-company': 'listed' } },
  open: { tag: { 'data-company': 'nordlicht' } },
  bare: { tag: { 'data-launcher': 'none' } },
}));

beforeAll(async () => {
  const body = { name: 'Listed', slug: 'listed', allowedOrigins: [stage.site.url] };
  expectData(await stage.api.post('/companies', { apiKey: ADMIN_KEY, body }), 201);
});

const isPanel = (frame: Frame) => new URL(frame.url()).pathname === '/panel';
const panelFrame = (page: Page) => page.frames().find(isPanel) as Frame;
const widget = (page: Page) =>
  page.evaluate(() => document.querySelector('porthole-widget')?.shadowRoot?.innerHTML);

/** What the frame of a page hears once it offers itself as a loader would; the port stays in `window.line`. */
const shakeHands = (page: Page, target: string, limitMs = 20_000) =>
  page.evaluate(
    ([origin, limit]) =>
      new Promise<unknown>((resolve) => {
        const { port1, port2 } = new MessageChannel();
        const heard: unknown[] = [];
        Object.assign(window, { line: port1, heard });
        port1.onmessage = ({ data }) => {
          heard.push(data);
          if (data.type === 'ready') resolve('ready');
        };
        const frame = document.querySelector<HTMLIFrameElement>('iframe#panel');
        frame?.contentWindow?.postMessage({ type: 'porthole:connect' }, origin, [port2]);
        setTimeout(resolve, limit, 'nothing');
      }),
    [target, limitMs] as const,
  );

/** A page of ours that frames the panel itself, without the loader. */
async function frameByHand(host: string, query: string): Promise<Page> {
  const page = await stage.browser.newPage();
  await page.goto(`${host}/bare`);
  await page.evaluate((src) => {
    const frame = document.createElement('iframe');
    Object.assign(frame, { id: 'panel', src });
    document.body.append(frame);
    return new Promise((resolve) => frame.addEventListener('load', resolve));
  }, `${stage.server.url}/panel?${query}`);
  return page;
}

describe('an origin that the company has not listed', () => {
  it('cannot frame its panel, which one that is listed can', async () => {
    const page = await stage.browser.newPage();
    await page.goto(`${stage.site.url}/shop`);
    await launcher(page).click();
    await visit(page).panel.getByLabel('E-mail').waitFor();
    await page.goto(`${stage.site.otherUrl}/shop`);
    await launcher(page).click();
    await expect.poll(() => stage.refusals.take().join()).toMatch(/frame-ancestors/);
    const frames = page.frames().filter((frame) => frame !== page.mainFrame());
    expect(frames.map((frame) => frame.url()).join()).not.toContain('/panel');
    await page.close();
    shows(18);
  });

  it('is not heard by the panel, should a browser not know how to refuse the frame', async () => {
    for (const [host, answer, limitMs] of [
      [stage.site.otherUrl, 'nothing', 1_500],
      [stage.site.url, 'ready', 20_000],
    ] as const) {
      const page = await stage.browser.newPage();
      await page.route('**/panel?*', async (route) => {
        const response = await route.fetch();
        const { 'content-security-policy': _policy, ...headers } = response.headers();
        await route.fulfill({ response, headers });
      });
      await page.goto(`${host}/bare`);
      await page.evaluate((src) => {
        const frame = document.createElement('iframe');
        Object.assign(frame, { id: 'panel', src });
        document.body.append(frame);
        return new Promise((resolve) => frame.addEventListener('load', resolve));
      }, `${stage.server.url}/panel?company=listed`);
      await panelFrame(page).getByLabel('E-mail').waitFor({ state: 'attached' });
      expect(await shakeHands(page, stage.server.url, limitMs), host).toBe(answer);
      await page.close();
    }
    shows(18);
  });
});

describe('the handshake', () => {
  it('is not made with a window beside the one that embeds the panel', async () => {
    const page = await frameByHand(stage.site.url, 'company=nordlicht');
    const heard = await page.evaluate(
      (origin) =>
        new Promise((resolve) => {
          const sibling = document.createElement('iframe');
          sibling.srcdoc = '<p>beside</p>';
          sibling.onload = () => {
            const panel = document.querySelector<HTMLIFrameElement>('#panel')?.contentWindow;
            const { port1, port2 } = new MessageChannel();
            port1.onmessage = ({ data }) => resolve(data);
            // Called from within the sibling: what arrives names it as its source.
            const post = new (
              sibling.contentWindow as unknown as { Function: typeof Function }
            ).Function(
              'panel',
              'origin',
              'port',
              'panel.postMessage({ type: "porthole:connect" }, origin, [port])',
            );
            post(panel, origin, port2);
            setTimeout(resolve, 1_000, 'nothing');
          };
          document.body.append(sibling);
        }),
      stage.server.url,
    );
    expect(heard).toBe('nothing');
    expect(await shakeHands(page, stage.server.url)).toBe('ready');
    await page.close();
    shows(18);
  });

  it('names its target: another document in the frame hears nothing of it', async () => {
    const page = await stage.browser.newPage();
    await page.goto(`${stage.site.url}/open`);
    await page.route('**/eavesdrop', (route) =>
      route.fulfill({
        contentType: 'text/html',
        body: '<script>heard=[];onmessage=({data})=>heard.push(data)</script>',
      }),
    );
    await launcher(page).click();
    await visit(page).panel.getByLabel('E-mail').waitFor();
    const navigated = page.waitForEvent('framenavigated', (frame) =>
      frame.url().endsWith('/eavesdrop'),
    );
    await panelFrame(page).evaluate(
      (url) => location.assign(url),
      `${stage.site.otherUrl}/eavesdrop`,
    );
    const spy = await navigated;
    await spy.waitForLoadState('load');
    // The loader has had its frame's `load` when the page has had two frames after it.
    await page.evaluate(() => new Promise((done) => setTimeout(done, 300)));
    expect(await spy.evaluate('heard')).toEqual([]);
    await page.close();
    shows(18);
  });

  it('carries no token, and nothing after it does', async () => {
    const context = await stage.browser.newContext();
    await context.addInitScript(() => {
      const said: unknown[] = [];
      Object.assign(window, { said });
      for (const name of ['localStorage', 'sessionStorage']) {
        Object.defineProperty(window, name, {
          get: () => {
            throw new DOMException('denied', 'SecurityError');
          },
        });
      }
      const { postMessage } = MessagePort.prototype;
      MessagePort.prototype.postMessage = function (this: MessagePort, ...all: [never]) {
        said.push(all[0]);
        return postMessage.apply(this, all);
      };
      addEventListener('message', ({ data, origin }) => said.push({ data, origin }));
    });
    const page = await context.newPage();
    // Without the probe cookie the panel believes that none is kept, and holds a token itself.
    const tokens: string[] = [];
    await page.route('**/panel/boot*', async (route) => {
      const response = await route.fetch();
      const body = await response.json();
      body.data.areCookiesKept = false;
      await route.fulfill({ response, json: body });
    });
    page.on('request', (one) => {
      const [, token] = (one.headers().authorization ?? '').split(' ');
      if (token) tokens.push(token);
    });
    await page.goto(`${stage.site.url}/open`);
    await launcher(page).click();
    const email = `ann-${short()}@example.com`;
    await signUp(visit(page), { name: 'Ann', email });
    await sendReport(visit(page), REPORT);
    await visit(page).panel.getByText(REPORT.description).waitFor();
    await visit(page).panel.getByRole('button', { name: 'Close' }).click();
    const said = [page.mainFrame(), panelFrame(page)].map((frame) => frame.evaluate('said'));
    const all = (await Promise.all(said)).flat();
    const text = JSON.stringify(all);
    expect(tokens.length).toBeGreaterThan(1);
    expect(text).toContain('"type":"login"');
    expect(text).toContain('porthole:connect');
    for (const secret of [...tokens, PASSWORD, email, 'eyJ', REPORT.description]) {
      expect(text).not.toContain(secret);
    }
    await context.close();
    shows(18, { 'messages recorded': all.length });
  });
});

/** What a text can hold of it, which is how a test hands it to a browser; the rest the tests of the two ends have. */
function asJson(value: unknown): unknown {
  if (typeof value === 'bigint') return null;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(asJson);
  if (/Date|RegExp|Map|Set|Error|Array/.test(Object.prototype.toString.call(value))) return {};
  const made = Object.create(null);
  for (const name of Object.keys(value)) {
    const one = asJson((value as Record<string, unknown>)[name]);
    Object.defineProperty(made, name, { value: one, enumerable: true });
  }
  return made;
}

it(`${ROUNDS} fuzzed messages change neither end in a real browser`, async () => {
  const random = createRandom();
  const fuzz = (end: End) =>
    Array.from({ length: ROUNDS }, () => JSON.stringify(asJson(spoiltMessage(random, end))) ?? '0');
  const page = await frameByHand(stage.site.url, 'company=nordlicht');
  expect(await shakeHands(page, stage.server.url)).toBe('ready');
  const panel = panelFrame(page);
  await panel.getByLabel('Name', { exact: true }).waitFor({ state: 'attached' });
  const look = async () => [
    await panel.evaluate(() => [
      document.documentElement.outerHTML,
      JSON.stringify({ ...localStorage, ...sessionStorage }),
      location.href,
      history.length,
      Object.getOwnPropertyNames(Object.prototype).length,
    ]),
    // An update that changes nothing may have the colours said again.
    await page.evaluate(() => {
      const { heard } = window as unknown as { heard: unknown[] };
      return [...new Set(heard.map((one) => JSON.stringify(one)))];
    }),
  ];
  const before = await look();
  const toPanel = fuzz(PANEL_END);
  await page.evaluate(
    ([messages, origin]) => {
      const { line } = window as unknown as { line: MessagePort };
      const frame = document.querySelector<HTMLIFrameElement>('#panel')?.contentWindow;
      for (const message of messages.map((one) => JSON.parse(one))) {
        line.postMessage(message);
        frame?.postMessage(message, origin, [new MessageChannel().port1]);
      }
    },
    [toPanel, stage.server.url] as const,
  );
  await page.waitForTimeout(300);
  expect(await look(), `SEED=${random.seed}`).toEqual(before);
  await page.close();

  // The other end: the loader of a page, whose panel is played by us.
  const host = await stage.browser.newPage();
  await host.route('**/panel?*', (route) =>
    route.fulfill({
      contentType: 'text/html',
      body: '<script>onmessage=({ports:[port]})=>{window.port=port;port.postMessage({type:"ready"})}</script>',
    }),
  );
  await host.goto(`${stage.site.url}/open`);
  await launcher(host).click();
  await expect.poll(() => widget(host)).toContain('ready');
  const widgetBefore = await widget(host);
  const toLoader = fuzz(LOADER_END);
  await panelFrame(host).evaluate((messages) => {
    const { port } = window as unknown as { port: MessagePort };
    for (const message of messages.map((one) => JSON.parse(one))) {
      port.postMessage(message);
      window.parent.postMessage(message, '*');
    }
  }, toLoader);
  await host.waitForTimeout(300);
  expect(await widget(host), `SEED=${random.seed}`).toBe(widgetBefore);
  await panelFrame(host).evaluate('port.postMessage({ type: "unread", count: 3 })');
  await expect.poll(() => widget(host)).toContain('data-unread="3"');
  await host.close();
  shows(18, { 'messages in a real browser': toPanel.length + toLoader.length });
});

it('another page of the site where somebody is logged in can do nothing with their cookie', async () => {
  const context = await stage.browser.newContext();
  const page = await context.newPage();
  await page.goto(`${stage.site.url}/open`);
  await launcher(page).click();
  const email = `ann-${short()}@example.com`;
  await signUp(visit(page), { name: 'Ann', email });

  // The same site, so that the browser sends the cookie along: the worst place that a hostile page can stand in.
  await page.goto(`${stage.site.url}/bare`);
  const printed = linesOf(stage.server).length;
  const read = await page.evaluate(
    async ([porthole, report]) => {
      const api = `${porthole}/api/v1`;
      const attempt = (work: Promise<Response>) =>
        work.then(
          (answer) => answer.text(),
          (error: Error) => error.name,
        );
      const include = { credentials: 'include' } as const;
      const text = { method: 'POST', body: report, ...include };
      const ours = { 'X-Requested-By': 'porthole' };
      const found = [
        await attempt(fetch(`${api}/customer/me`, include)),
        await attempt(fetch(`${api}/customer/me`, { ...include, mode: 'no-cors' })),
        await attempt(fetch(`${api}/customer/me`, { ...include, headers: ours })),
        await attempt(fetch(`${api}/customer/create-incident`, { ...text, mode: 'no-cors' })),
        await attempt(fetch(`${api}/customer/create-incident`, { ...text, headers: ours })),
        await attempt(
          fetch(`${api}/customer/logout`, { ...text, mode: 'no-cors', keepalive: true }),
        ),
      ];
      navigator.sendBeacon(`${api}/customer/logout`, report);
      await new Promise((resolve) => {
        const image = new Image();
        image.onload = image.onerror = resolve;
        image.src = `${api}/customer/me`;
      });
      await new Promise((resolve) => {
        const source = new EventSource(`${api}/customer/events`, { withCredentials: true });
        source.onopen = source.onerror = ({ type }) => {
          found.push(type);
          source.close();
          resolve(null);
        };
      });
      for (const enctype of [
        'text/plain',
        'application/x-www-form-urlencoded',
        'multipart/form-data',
      ]) {
        const frame = document.createElement('iframe');
        frame.name = enctype;
        document.body.append(frame);
        const form = document.createElement('form');
        Object.assign(form, {
          method: 'post',
          enctype,
          target: enctype,
          action: `${api}/customer/create-incident`,
        });
        const field = document.createElement('input');
        // As text/plain the body becomes the report itself: {"…":"…","x":"="}
        Object.assign(field, { name: `${report.slice(0, -1)},"x":"`, value: '"}' });
        form.append(field);
        document.body.append(form);
        const loaded = new Promise((resolve) => frame.addEventListener('load', resolve));
        form.submit();
        await loaded;
      }
      return found;
    },
    [stage.server.url, JSON.stringify(REPORT)] as const,
  );
  for (const one of read) expect(['TypeError', 'error', ''], one).toContain(one);
  // As the server saw them: a cookie that had not come along would have been 401.
  const calls = () =>
    linesOf(stage.server)
      .slice(printed)
      .map((one) => JSON.parse(one))
      .filter(({ route }) => /^\/api\/v1\/customer/.test(route));
  const writes = () => calls().filter(({ method }) => method === 'POST');
  const refused = () => calls().filter(({ status }) => status === 403);
  // Six writes and four reads; beside them may stand the last of the panel that was here before. The page does not wait for
  // all of them, nor a server for who reads its log.
  await expect.poll(() => [writes().length, refused().length]).toEqual([6, 10]);
  expect([...new Set(writes().map(({ status }) => status))]).toEqual([403]);

  // What such a form or frame was answered is not shown either.
  await expect.poll(() => stage.refusals.take().join()).toMatch(/frame-ancestors/);
  await page.goto(`${stage.site.url}/open`);
  await launcher(page).click();
  await visit(page).panel.getByRole('heading', { name: 'Nothing reported yet' }).waitFor();
  for (const one of stage.refusals.take()) expect(one).toMatch(/frame-ancestors/);
  await context.close();
  shows(19, { 'cross-site attempts in a browser refused': refused().length });
});
