/** A real browser for tests: CHROME_PATH, else Chromium from npm (Linux on x64), else an installed Chrome or Edge. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type Browser,
  type BrowserContext,
  chromium,
  type LaunchOptions,
  type Page,
} from 'playwright-core';

const CACHE = fileURLToPath(new URL('../../node_modules/.cache/chromium', import.meta.url));

/** Quiet: no look-ups of the browser maker's hosts. Web security and site isolation stay as people have them. */
const ARGS = [
  '--headless=shell',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // In place of Playwright's list, which would take the partitions away that people's browsers keep storage in.
  '--disable-features=HttpsUpgrades,HttpsFirstBalancedModeAutoEnable,MediaRouter,OptimizationHints,NetworkTimeServiceQuerying,PaintHolding,AvoidUnnecessaryBeforeUnloadCheckSync,DestroyProfileOnBrowserClose',
];

/** `args` come on top of the quiet ones. */
export async function launchBrowser(args: string[] = []): Promise<Browser> {
  const options = { args: [...ARGS, ...args] };
  const path = process.env.CHROME_PATH;
  if (path) return chromium.launch({ ...options, executablePath: path });
  if (process.platform === 'linux' && process.arch === 'x64') {
    return chromium.launch({ ...options, ...(await chromiumFromNpm()) });
  }
  for (const channel of ['chrome', 'msedge']) {
    const browser = await chromium.launch({ ...options, channel }).catch(() => null);
    if (browser !== null) return browser;
  }
  throw new Error('No browser: install Chrome or Edge, or set CHROME_PATH to a Chromium.');
}

/**
 * From the page's next document on no cookie of another site is kept or sent, but for those kept apart for the page's own.
 * `--test-third-party-cookie-phaseout` does not do it any more (seen in Chromium 147).
 */
export async function blockThirdPartyCookies(page: Page): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Network.enable');
  const controls = {
    enableThirdPartyCookieRestriction: true,
    // Left out by newer ones, and missed by Chromium 147.
    disableThirdPartyCookieMetadata: true,
    disableThirdPartyCookieHeuristics: true,
  };
  await devtools.send('Network.setCookieControls', controls);
}

/**
 * A whole browser with a profile in which `preferences` are set, where one is installed (the one from npm has no profiles);
 * else null. For the long run.
 */
export async function launchProfile(
  folder: string,
  preferences: object,
): Promise<BrowserContext | null> {
  const path = ['/usr/bin/chromium', '/usr/bin/google-chrome'].find((one) => existsSync(one));
  if (path === undefined) return null;
  mkdirSync(join(folder, 'Default'), { recursive: true });
  writeFileSync(join(folder, 'Default', 'Preferences'), JSON.stringify(preferences));
  const args = ARGS.filter((one) => !one.startsWith('--headless'));
  return chromium.launchPersistentContext(folder, {
    executablePath: path,
    args: [...args, '--headless=new'],
  });
}

/** Unpacks itself, once for this checkout, with the few libraries that a bare system lacks. */
async function chromiumFromNpm(): Promise<LaunchOptions> {
  mkdirSync(CACHE, { recursive: true });
  const before = { ...process.env };
  // The package unpacks to the temporary folder, and its libraries only where it believes to be on a cloud function.
  Object.assign(process.env, { TMPDIR: CACHE, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs20.x' });
  try {
    const { default: unpacked } = await import('@sparticuz/chromium');
    const executablePath = await unpacked.executablePath();
    const fonts = existsSync('/etc/fonts') ? {} : { FONTCONFIG_PATH: join(CACHE, 'fonts') };
    return {
      executablePath,
      env: { ...before, ...fonts, LD_LIBRARY_PATH: join(CACHE, 'al2023', 'lib') } as Record<
        string,
        string
      >,
    };
  } finally {
    for (const key of Object.keys(process.env)) if (!(key in before)) delete process.env[key];
    Object.assign(process.env, before);
  }
}
