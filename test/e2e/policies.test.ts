/** The pages' policies, and that a test in which one of them had to refuse something fails. */
import type { Frame } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { launcher, visit } from '../support/customer-at-browser.ts';
import { everyTestShows } from '../support/shows.ts';
import { setStage } from '../support/stage.ts';

const stage = setStage(() => ({ shop: { tag: { 'data-company': 'nordlicht' } } }));
everyTestShows(20);

describe('a planted violation', () => {
  let panel: Frame;
  beforeAll(async () => {
    const page = await stage.browser.newPage();
    await page.goto(`${stage.site.url}/shop`);
    await launcher(page).click();
    await visit(page).panel.getByLabel('E-mail').waitFor();
    const found = page.frames().find((one) => one.url().startsWith(`${stage.server.url}/panel`));
    panel = found as Frame;
  });

  const planted: Record<string, () => void> = {
    'a script in the page': () => {
      const script = document.createElement('script');
      script.setAttribute('src', 'https://evil.example/x.js');
      document.body.append(script);
    },
    'an event handler': () => document.body.setAttribute('onclick', 'alert(1)'),
    'code from text': () => {
      const button = document.createElement('button');
      // Not in the protocol's own call, which the policy does not reach.
      setTimeout(() => button.dispatchEvent(new Event('x')));
      button.addEventListener('x', () => new Function('return 1')());
    },
    'markup from text': () => {
      try {
        document.body.innerHTML += '<b>x</b>';
      } catch {}
    },
    'an inline style': () => document.body.setAttribute('style', 'color:red'),
    'a picture from elsewhere': () => {
      new Image().src = 'https://evil.example/x.png';
    },
    'a request to elsewhere': () => void fetch('https://evil.example/').catch(() => {}),
    'a frame': () => {
      const frame = document.createElement('iframe');
      frame.src = 'https://evil.example/';
      document.body.append(frame);
    },
    'a form to elsewhere': () => {
      const form = document.createElement('form');
      form.action = 'https://evil.example/';
      document.body.append(form);
      form.submit();
    },
  };

  it.each(Object.entries(planted))('is heard of: %s', async (_name, plant) => {
    await panel.evaluate(plant);
    await expect.poll(() => stage.refusals.take()).not.toEqual([]);
  });
});
