/** A server of its own, a company's site that carries the tag, and a browser: for browser tests and for measurements. */
import type { Browser } from 'playwright-core';
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

/** `pages` may use the server's address. What was opened before something fails is closed again. */
export async function openStage(
  pages: (porthole: string) => Record<string, HostPage>,
  args: string[] = [],
  settings: Record<string, string> = {},
): Promise<Stage & { close(): Promise<void> }> {
  const ends: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const end of ends.splice(0).reverse()) await end();
  };
  try {
    const database = await ownDatabase();
    ends.push(() => database.remove());
    const server = await startServer({ ...database.settings, ...settings });
    ends.push(() => server.end());
    const site = await startHostSite(server.url, pages(server.url));
    ends.push(() => site.close());
    const browser = await launchBrowser(args);
    ends.push(() => browser.close());
    const refusals = watchPolicies(browser);
    return { database, server, site, browser, refusals, api: createClient(server.url), close };
  } catch (error) {
    await close();
    throw error;
  }
}
