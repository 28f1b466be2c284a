/**
 * The built files of the widget, read once at start: a request is answered from a table of known paths, so there is no
 * path to walk out of and no file to open.
 */
import { hash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { StartError } from '../start-error.ts';

export interface Asset {
  type: string;
  plain: Buffer;
  gzip: Buffer;
  brotli: Buffer;
  etag: string;
  /** Its name carries a hash of its content: it never changes. */
  isImmutable: boolean;
}

export interface Assets {
  files: ReadonlyMap<string, Asset>;
  /** Addresses of the panel's script and style sheet. */
  panel: { script: string; style: string };
}

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webp': 'image/webp',
};

interface ManifestEntry {
  file: string;
  css?: string[];
}

/** `dist` is the folder of the build. Throws a StartError where there is none. */
export function loadAssets(dist: string): Assets {
  const client = join(dist, 'widget');
  try {
    const manifest: Record<string, ManifestEntry> = JSON.parse(
      readFileSync(join(client, 'manifest.json'), 'utf8'),
    );
    const panel = manifest['panel/main.tsx'];
    const style = panel?.css?.[0];
    if (panel === undefined || style === undefined) throw new Error('the manifest has no panel');
    const files = new Map<string, Asset>();
    for (const name of readdirSync(join(client, 'assets'))) {
      files.set(`/assets/${name}`, load(join(client, 'assets', name), true));
    }
    files.set('/widget.js', load(join(dist, 'loader', 'widget.js'), false));
    files.set('/demo', load(join(client, 'demo', 'index.html'), false));
    return { files, panel: { script: `/${panel.file}`, style: `/${style}` } };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new StartError(`The built widget is missing (${reason}). Run npm run build.`);
  }
}

function load(path: string, isImmutable: boolean): Asset {
  return toAsset(
    readFileSync(path),
    TYPES[extname(path)] ?? 'application/octet-stream',
    isImmutable,
  );
}

/** Compressed once, as small as it goes. */
export function toAsset(plain: Buffer, type: string, isImmutable: boolean): Asset {
  return {
    type,
    plain,
    gzip: gzipSync(plain, { level: 9 }),
    brotli: brotliCompressSync(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }),
    etag: `"${hash('sha1', plain, 'base64url')}"`,
    isImmutable,
  };
}
