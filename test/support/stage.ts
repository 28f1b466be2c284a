/**
 * Everything a browser test needs: a server of its own, a company's site that carries the tag, a browser. A test in which a
 * page's policy had to refuse something fails (BAR 20).
 */
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { launchBrowser } from './browser.ts';
import { type Client, createClient } from './client.ts';
import { type HostPage, type HostSite, startHostSite } from './host-site.ts';
import { type OwnDatabase, ownDatabase } from './own-database.ts';
import { type PolicyWatch, watchPolicies } from './policy-watch.ts';
import { type ServerProcess, startServer } from './server-process.ts';

export interface Stage {
  database: OwnDatabase;
  server: ServerProcess;
  site: HostSite;
  browser: Browser;
  /** What page policies refused. */
  refusals: PolicyWatch;
  /** Speaks to the server's API. */
  api: Client;
}

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
  beforeAll(async () => {
    stage.database = await ownDatabase();
    stage.server = await startServer({ ...stage.database.settings, ...(await settings()) });
    stage.site = await startHostSite(stage.server.url, pages(stage.server.url));
    stage.browser = await launchBrowser(args);
    stage.refusals = watchPolicies(stage.browser);
    stage.api = createClient(stage.server.url);
  });
  afterEach(() => expect(stage.refusals?.take(), 'refused by a page policy').toEqual([]));
  afterAll(async () => {
    await stage.browser?.close();
    await stage.site?.close();
    await stage.server?.end();
    await stage.database?.remove();
  });
  return stage;
}
