/** The customer's window and the team's in one picture, as somebody who tries Porthole has them. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';

const PICTURES = fileURLToPath(new URL('../output/', import.meta.url));
const GAP = 16;

/** Keeps a picture of both pages in test/output. */
export async function pictureOfBoth(left: Page, right: Page, name: string): Promise<void> {
  mkdirSync(PICTURES, { recursive: true });
  const pages = [left, right];
  const shots = await Promise.all(pages.map((page) => page.screenshot({ animations: 'disabled' })));
  const sizes = pages.map((page) => page.viewportSize() ?? { width: 0, height: 0 });
  const sheet = await right.context().newPage();
  await sheet.setViewportSize({
    width: sizes.reduce((sum, { width }) => sum + width, GAP * 3),
    height: Math.max(...sizes.map(({ height }) => height)) + GAP * 2,
  });
  const images = shots.map(
    (shot) => `<img src="data:image/png;base64,${shot.toString('base64')}">`,
  );
  await sheet.setContent(
    `<body style="margin:${GAP}px;display:flex;gap:${GAP}px;align-items:start;background:#77808f">${images.join('')}`,
  );
  await sheet.screenshot({ path: join(PICTURES, `${name}.png`) });
  await sheet.close();
}
