/** From the click on the launcher to a form that answers. */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { figure, judged, type Row, spelled } from '../part.ts';
import { beside, ofPeers } from './beside.ts';
import { OPENERS, type OpenerName, TAGS } from './tags.ts';
import { slowDown } from './throttle.ts';

/** People rest on a button for 200 ms and more before they press it. */
const HOVER_MS = 200;
/** A finger arrives with its press. */
const PRESS_MS = 80;
const SETTLE_MS = 250;
const LIMIT_MS = 10_000;

const CAPS = { 1: 100, 4: 200 } as const;
type Rate = keyof typeof CAPS;
const RATES: readonly Rate[] = [1, 4];

/** At both speeds of the processor, with nothing in the cache and with what the visit before left there. */
export async function openings(browser: Browser, site: string, rounds: number): Promise<Row[]> {
  const times = new Map<string, number[]>();
  const key = (...parts: (string | number)[]) => parts.join();
  const take = async (context: BrowserContext, name: OpenerName, manner: Manner, cache: string) => {
    const at = key(name, manner.rate, manner.by, cache);
    times.set(at, [...(times.get(at) ?? []), await open(context, `${site}/${name}`, name, manner)]);
  };
  for (let round = 0; round < rounds; round += 1) {
    for (const rate of RATES) {
      for (const name of OPENERS) {
        const context = await browser.newContext();
        await take(context, name, { rate, by: 'mouse' }, 'cold');
        if (name === 'porthole') await take(context, name, { rate, by: 'mouse' }, 'warm');
        await context.close();
      }
      const context = await browser.newContext();
      await take(context, 'porthole', { rate, by: 'finger' }, 'cold');
      await context.close();
    }
  }
  const timesOf = (name: OpenerName, rate: Rate, by: Manner['by'], cache: string) =>
    figure(times.get(key(name, rate, by, cache)) ?? []);
  return RATES.flatMap((rate) => {
    const cold = timesOf('porthole', rate, 'mouse', 'cold');
    const theirs = ofPeers((name) => timesOf(name, rate, 'mouse', 'cold').median);
    const style = { digits: 0, unit: ' ms' };
    const cap = { atMost: CAPS[rate] };
    const what = `click to form, ${rate}x`;
    return [
      judged(`${what}, cold cache`, cold, cap, {
        ...style,
        note: `${HOVER_MS} ms of hover before; ${beside(cold.median, theirs, ' ms')}, loaded with their pages`,
      }),
      judged(`${what}, warm cache`, timesOf('porthole', rate, 'mouse', 'warm'), cap, style),
      {
        what: `${what}, by finger, cold cache`,
        reached: spelled(timesOf('porthole', rate, 'finger', 'cold'), 0, ' ms'),
        note: `a press of ${PRESS_MS} ms, and no hover`,
      },
    ];
  });
}

/** What `watch` calls from inside the page, with milliseconds of the epoch. */
interface Watcher {
  tellMoment(what: 'click' | 'answer', at: number): void;
}

/**
 * Runs in every document before its first script. A form answers when it is drawn in a frame of the screen, the focus is
 * where it stands, and its main thread is free after that frame. Our panel moves the focus to its first screen by itself.
 */
function watch(): void {
  const tell: Watcher['tellMoment'] = (what, at) =>
    (window as unknown as Watcher).tellMoment(what, at);
  const isFrame = window.parent !== window;
  const hasField = (root: Document | ShadowRoot): boolean =>
    [...root.querySelectorAll('*')].some(
      (one) =>
        (one.matches('input:not([type=hidden],[type=radio]),textarea') &&
          one.checkVisibility({ visibilityProperty: true, opacityProperty: true })) ||
        (one.shadowRoot !== null && hasField(one.shadowRoot)),
    );
  const isReady = () =>
    document.hasFocus() && (!isFrame || document.activeElement !== document.body);
  const look = () => {
    if (!isReady() || !hasField(document)) return void requestAnimationFrame(look);
    setTimeout(() => tell('answer', performance.timeOrigin + performance.now()));
  };
  const start = ({ timeStamp }: Event) => {
    tell('click', performance.timeOrigin + timeStamp);
    look();
  };
  if (isFrame) look();
  else addEventListener('click', start, { capture: true, once: true });
}

interface Manner {
  rate: number;
  /** With a mouse that rests on the button first, or with a finger. */
  by: 'mouse' | 'finger';
}

/** Opens the tag's form once on a page of its own. Returns the milliseconds that it took. */
async function open(
  context: BrowserContext,
  address: string,
  name: OpenerName,
  { rate, by }: Manner,
): Promise<number> {
  const page = await context.newPage();
  try {
    const moments = { click: Number.NaN, answer: Number.NaN };
    let answered = () => {};
    const answer = new Promise<void>((resolve) => {
      answered = resolve;
    });
    await page.exposeFunction('tellMoment', (what: keyof typeof moments, at: number) => {
      moments[what] = at;
      if (what === 'answer') answered();
    });
    await page.addInitScript(watch);
    await slowDown(page, rate);
    await page.goto(address);
    await TAGS[name].button(page).waitFor();
    // Whatever the page still does by itself.
    await page.waitForTimeout(SETTLE_MS);
    await press(page, name, by);
    await Promise.race([answer, page.waitForTimeout(LIMIT_MS)]);
    if (Number.isNaN(moments.answer)) throw new Error(`${name}: no form after ${LIMIT_MS} ms`);
    const field = TAGS[name].field(page);
    // What was typed on an earlier page stands there again: nothing is lost.
    const draft = await field.inputValue();
    await field.pressSequentially('a');
    if ((await field.inputValue()) === draft) throw new Error(`${name}: the form took no letter`);
    return moments.answer - moments.click;
  } finally {
    await page.close();
  }
}

async function press(page: Page, name: OpenerName, by: Manner['by']): Promise<void> {
  const button = TAGS[name].button(page);
  const box = await button.boundingBox();
  if (box === null) throw new Error(`${name}: its button is not there`);
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  if (by === 'mouse') {
    await page.mouse.move(x - 200, y - 200);
    await page.mouse.move(x, y);
    await page.waitForTimeout(HOVER_MS);
    await page.mouse.down();
    return page.mouse.up();
  }
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [{ x, y }] });
  await page.waitForTimeout(PRESS_MS);
  await devtools.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
}
