/** A stage for a file of browser tests. A test in which a page's policy had to refuse something fails (BAR 20). */
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import type { HostPage } from './host-site.ts';
import { openStage, type Stage } from './open-stage.ts';

export type { Stage } from './open-stage.ts';

/**
 * Set before the first test of the file, and taken down after the last. `pages` may use the server's address; `settings`
 * are asked for when the server starts.
 */
export function setStage(
  pages: (porthole: string) => Record<string, HostPage>,
  args: string[] = [],
  settings: () => Promise<Record<string, string>> = async () => ({}),
): Stage {
  const stage = {} as Stage;
  let close: (() => Promise<void>) | undefined;
  beforeAll(async () => {
    const opened = await openStage(pages, args, await settings());
    close = opened.close;
    Object.assign(stage, opened);
  });
  afterEach(() => expect(stage.refusals?.take(), 'refused by a page policy').toEqual([]));
  afterAll(() => close?.());
  return stage;
}
