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
  /** Addresses of each application's script and style sheet. */
  panel: Application;
  desk: Application;
}

interface Application {
  script: string;
  style: string;
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
    const files = new Map<string, Asset>();
    const panel = loadApplication(files, client, 'panel/main.tsx');
    const desk = loadApplication(files, join(dist, 'desk'), 'desk/main.tsx');
    files.set('/widget.js', load(join(dist, 'loader', 'widget.js'), false));
    files.set('/demo', load(join(client, 'demo', 'index.html'), false));
    return { files, panel, desk };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new StartError(`The built widget is missing (${reason}). Run npm run build.`);
  }
}

/** Adds the files of one build, and says where the application that starts with `entry` begins. */
function loadApplication(files: Map<string, Asset>, folder: string, entry: string): Application {
  const manifest: Record<string, ManifestEntry> = JSON.parse(
    readFileSync(join(folder, 'manifest.json'), 'utf8'),
  );
  const start = manifest[entry];
  const style = start?.css?.[0];
  if (start === undefined || style === undefined) throw new Error(`no ${entry} in the manifest`);
  for (const name of readdirSync(join(folder, 'assets'))) {
    files.set(`/assets/${name}`, load(join(folder, 'assets', name), true));
  }
  return { script: `/${start.file}`, style: `/${style}` };
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
