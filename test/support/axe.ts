/** axe-core in a page's frame, and the four ways in which every screen has to be seen. */
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AxeResults } from 'axe-core';
import type { Frame, Page } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const PICTURES = fileURLToPath(new URL('../output/', import.meta.url));

const DESKTOP = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };

export const SETTINGS = {
  'desktop, light': { theme: 'light', dir: 'ltr', viewport: DESKTOP },
  'desktop, dark, right to left': { theme: 'dark', dir: 'rtl', viewport: DESKTOP },
  'phone, light, right to left': { theme: 'light', dir: 'rtl', viewport: PHONE },
  'phone, dark': { theme: 'dark', dir: 'ltr', viewport: PHONE },
} as const;

/** Rule and elements of every finding. */
export async function findings(frame: Frame): Promise<string[]> {
  await frame.evaluate(AXE);
  const { violations } = await frame.evaluate(
    (rules): Promise<AxeResults> =>
      (window as unknown as { axe: typeof import('axe-core') }).axe.run(document, {
        runOnly: rules,
      }),
    RULES,
  );
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`);
}

/** Turns the screen that is on through all settings, with a picture of each in test/output. What was found, by setting. */
export async function findingsEverywhere(
  page: Page,
  frame: Frame,
  name: string,
): Promise<string[]> {
  mkdirSync(PICTURES, { recursive: true });
  const before = page.viewportSize();
  const found: string[] = [];
  for (const [setting, { theme, dir, viewport }] of Object.entries(SETTINGS)) {
    await page.setViewportSize(viewport);
    await frame.evaluate(
      ([themeNow = '', dirNow = '']) => {
        document.documentElement.setAttribute('data-theme', themeNow);
        document.documentElement.setAttribute('dir', dirNow);
      },
      [theme, dir],
    );
    const path = join(PICTURES, `trust-${name}-${setting.replace(/\W+/g, '-')}.png`);
    await page.screenshot({ path, animations: 'disabled' });
    found.push(...(await findings(frame)).map((one) => `${name}, ${setting}: ${one}`));
  }
  await frame.evaluate(() => {
    document.documentElement.setAttribute('data-theme', 'auto');
    document.documentElement.setAttribute('dir', 'ltr');
  });
  if (before) await page.setViewportSize(before);
  return found;
}
