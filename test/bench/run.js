/** Runs command.ts on a Node that does not read TypeScript by itself: `npm run bench -- [parts] [--short]`. */
import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';

// Stays open while the parts run: what they import late is read by it too.
const vite = await createServer({
  ...{
    configFile: false,
    root: fileURLToPath(new URL('../..', import.meta.url)),
    logLevel: 'error',
  },
  ...{ appType: 'custom', optimizeDeps: { noDiscovery: true } },
  server: { middlewareMode: true, hmr: false, ws: false, watch: null },
});
const { bench } = await vite.ssrLoadModule('/test/bench/command.ts');
process.exitCode = await bench(process.argv.slice(2));
await vite.close();
// What a part has started it has ended; a connection that lingers shall hold nobody up.
process.exit();
