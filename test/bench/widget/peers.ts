/**
 * The peers whose tags are measured beside ours, as far as npm has them: Sentry's feedback form, built by Vite as its
 * documentation says, and PostHog's support widget, whose files its package holds. Both speak to a server on loopback.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { installOnce } from '../install.ts';
import type { Bench } from '../part.ts';

export const FOLDER = fileURLToPath(new URL('./peers', import.meta.url));
const MODULES = join(FOLDER, 'node_modules');

export const installPeers = ({ say }: Bench) =>
  installOnce(FOLDER, 'Lighthouse and the peers (290 MB)', say);

export const versionOf = (name: string): string =>
  JSON.parse(readFileSync(join(MODULES, name, 'package.json'), 'utf8')).version;

export const POSTHOG_KEY = 'phc_benchmark';

/** What PostHog's cloud would say of a project that has switched nothing on but the support widget. */
const POSTHOG_PROJECT = {
  hasFeatureFlags: false,
  supportedCompression: ['gzip-js'],
  conversations: { enabled: true, widgetEnabled: true, token: POSTHOG_KEY },
};
const POSTHOG_CONFIG = `(window._POSTHOG_REMOTE_CONFIG=window._POSTHOG_REMOTE_CONFIG||{})['${POSTHOG_KEY}']=${JSON.stringify({ config: POSTHOG_PROJECT, siteApps: [] })}`;

/** An address of the form that Sentry calls a DSN. */
const dsn = (origin: string) => origin.replace('://', '://public@').concat('/1');

/** Serves the peers' scripts, compressed, and answers whatever they tell it. */
export async function startPeers({ defer }: Bench): Promise<string> {
  const scripts = new Map<string, Buffer>();
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    response.setHeader('Access-Control-Allow-Origin', request.headers.origin ?? '*');
    response.setHeader('Access-Control-Allow-Headers', '*');
    const script = scripts.get(pathname);
    if (script === undefined) return void response.end(answerTo(pathname, response));
    response.setHeader('Content-Type', 'text/javascript; charset=utf-8');
    response.setHeader('Cache-Control', 'public, max-age=300');
    response.setHeader('Content-Encoding', 'gzip').end(script);
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  defer(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  const compress = (text: string | Buffer) => gzipSync(text, { level: 9 });
  scripts.set('/sentry.js', compress(await buildSentry(dsn(origin))));
  scripts.set(`/array/${POSTHOG_KEY}/config.js`, compress(POSTHOG_CONFIG));
  const postHog = (name: string) =>
    compress(readFileSync(join(MODULES, 'posthog-js/dist', `${name}.js`)));
  scripts.set('/static/array.js', postHog('array'));
  scripts.set(`/static/${versionOf('posthog-js')}/conversations.js`, postHog('conversations'));
  return origin;
}

function answerTo(path: string, response: ServerResponse): string {
  response.setHeader('Content-Type', 'application/json');
  return path.includes('/conversations/') ? '{"results":[],"tickets":[],"messages":[]}' : '{}';
}

async function buildSentry(address: string): Promise<string> {
  const folder = mkdtempSync(join(FOLDER, 'node_modules', '.build-'));
  try {
    const entry = join(folder, 'entry.js');
    writeFileSync(
      entry,
      `import * as Sentry from '@sentry/browser';
Sentry.init({ dsn: '${address}', integrations: [Sentry.feedbackIntegration({ colorScheme: 'system' })] });`,
    );
    await build({
      ...{ configFile: false, logLevel: 'error', root: folder, publicDir: false },
      build: {
        outDir: 'out',
        lib: { entry, formats: ['iife'], name: 'page', fileName: () => 'sentry.js' },
        minify: true,
      },
    });
    return readFileSync(join(folder, 'out', 'sentry.js'), 'utf8');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
