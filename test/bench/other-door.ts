/** The server as it is, but for the customer door: another module stands in its place. */
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import type { Bench } from './part.ts';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Returns the built server's main module. It lies beside the other build: it finds the widget's files where that does. */
export async function buildWithDoor(name: 'open' | 'none', { defer }: Bench): Promise<string> {
  const outDir = mkdtempSync(at('../../dist/bench-'));
  defer(() => rmSync(outDir, { recursive: true, force: true }));
  const door = at(`./doors/${name}.ts`);
  await build({
    ...{ configFile: false, logLevel: 'error', root: at('../..') },
    plugins: [
      {
        name: 'other-door',
        enforce: 'pre',
        resolveId: (id, importer) =>
          id.endsWith('/customer-door.ts') && importer !== door ? door : null,
      },
    ],
    ssr: { external: true },
    build: {
      ...{ ssr: at('../../server/main.ts'), outDir, emptyOutDir: false },
      ...{ target: 'node20', minify: false },
    },
  });
  return join(outDir, 'main.js');
}
