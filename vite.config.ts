/**
 * One build, four outputs: the panel with the demo page, the desk, the loader (one classic script), the server (one module
 * and its database worker). `npm run build` makes them all; the tests' projects stand at the end.
 */
import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BarReporter } from './test/bar/reporter.ts';

const root = import.meta.dirname;
const at = (path: string) => resolve(root, path);
/** Safari 16.4 (2023) and its contemporaries: constructed stylesheets, `inert`, `:has` are there without a polyfill. */
const browsers = ['chrome111', 'edge111', 'firefox114', 'safari16.4'];

/**
 * A few per cent smaller than the default, and here every byte is the visitor's. `unsafe` takes strings for strings: nothing
 * of ours is an object that turns into one text here and another one there.
 */
const smallest = {
  minify: 'terser',
  terserOptions: {
    ecma: 2020,
    compress: { passes: 3, unsafe: true, unsafe_arrows: true },
    toplevel: true,
  },
} as const;

/**
 * Tells Chrome to compile all of a file while it arrives, beside the main thread, and not each function on it when it is first
 * called: nearly all are called at once. Others read a comment.
 */
const compiledOnArrival = { postBanner: '//# allFunctionsCalledOnLoad' } as const;

/** The panel's files carry their styles along, so Vite's helper that waits for style sheets (0.8 KB) has no work. */
const plainImports = {
  name: 'plain-imports',
  enforce: 'pre',
  load: (id: string) =>
    id === '\0vite/preload-helper.js' ? 'export const __vitePreload = (load) => load();' : null,
} as const;

/** `npm run test:long`: more rounds of the same tests, and those that are only long. */
const isLong = process.env.LONG === '1';
const limit = (ms: number) => (isLong ? 60 * ms : ms);
/** How long `expect.poll` goes on asking: a second is too short for a machine that stalls. Below the time of the test itself. */
const expectSoon = (ms: number) => ({ poll: { timeout: ms } });

/** Where a report for machines is wanted, as .ci/run does. */
const report = process.env.TEST_REPORT;

/** How long a plugin takes is nothing to tell who starts Porthole for the first time. */
const checks = { pluginTimings: false } as const;

export default defineConfig({
  root: at('widget'),
  publicDir: false,
  plugins: [plainImports],
  builder: {
    async buildApp({ build, environments }) {
      // The server last: run/build.js takes its file for the sign that all is built.
      for (const name of ['client', 'desk', 'loader', 'server']) {
        const environment = environments[name];
        if (environment !== undefined) await build(environment);
      }
    },
  },
  environments: {
    client: {
      build: {
        outDir: at('dist/widget'),
        emptyOutDir: true,
        manifest: 'manifest.json',
        modulePreload: false,
        ...smallest,
        target: browsers,
        rolldownOptions: {
          checks,
          input: { panel: at('widget/panel/main.tsx'), demo: at('widget/demo/index.html') },
          output: compiledOnArrival,
        },
      },
    },
    // Apart from the panel, though they share code: cut together, each visitor would fetch what only the desk uses.
    desk: {
      consumer: 'client',
      build: {
        outDir: at('dist/desk'),
        emptyOutDir: true,
        manifest: 'manifest.json',
        modulePreload: false,
        ...smallest,
        target: browsers,
        rolldownOptions: {
          checks,
          input: { desk: at('widget/desk/main.tsx') },
          output: compiledOnArrival,
        },
      },
    },
    loader: {
      consumer: 'client',
      build: {
        outDir: at('dist/loader'),
        emptyOutDir: true,
        ...smallest,
        target: browsers,
        rolldownOptions: {
          checks,
          input: at('widget/loader/main.ts'),
          output: { format: 'iife', entryFileNames: 'widget.js', ...compiledOnArrival },
        },
      },
    },
    server: {
      consumer: 'server',
      resolve: { builtins: [/^node:/], external: true },
      build: {
        outDir: at('dist/server'),
        emptyOutDir: true,
        target: 'node20',
        ssr: true,
        minify: false,
        sourcemap: true,
        rolldownOptions: {
          checks,
          input: {
            main: at('server/main.ts'),
            migrate: at('server/migrate-command.ts'),
            'embedded-worker': at('server/db/embedded-worker.ts'),
          },
          // Side by side: a module finds the worker and the widget's files relative to itself.
          output: { chunkFileNames: '[name].js' },
        },
      },
    },
  },
  test: {
    root,
    reporters: [
      'default',
      new BarReporter(),
      ...(report === undefined ? [] : [['json', { outputFile: report }] as ['json', object]]),
    ],
    projects: [
      {
        root,
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          expect: expectSoon(4_000),
          testTimeout: limit(5_000),
        },
      },
      {
        root,
        test: {
          name: 'api',
          include: ['test/api/**/*.test.ts'],
          // What needs several sessions at once.
          exclude: process.env.TEST_DATABASE_URL ? [] : ['test/api/postgres/**'],
          globalSetup: ['test/support/database.ts'],
          // The embedded database is one session: files take turns at it.
          fileParallelism: false,
          expect: expectSoon(15_000),
          testTimeout: limit(20_000),
          hookTimeout: 60_000,
        },
      },
      {
        root,
        test: {
          name: 'widget',
          include: ['test/widget/**/*.test.{ts,tsx}'],
          environment: 'happy-dom',
          setupFiles: ['test/widget/setup.ts'],
          expect: expectSoon(4_000),
          testTimeout: limit(5_000),
        },
      },
      {
        root,
        test: {
          name: 'faults',
          include: ['test/faults/**/*.test.ts'],
          // The embedded database has no connections that somebody else could cut.
          exclude: process.env.TEST_DATABASE_URL ? [] : ['test/faults/postgres/**'],
          fileParallelism: false,
          expect: expectSoon(15_000),
          testTimeout: limit(120_000),
          hookTimeout: 120_000,
        },
      },
      {
        root,
        test: {
          name: 'nodes',
          include: ['test/nodes/**/*.test.ts'],
          // Many nodes need one PostgreSQL, and the rest of a large installation before it.
          exclude: process.env.TEST_DATABASE_URL ? [] : ['**'],
          fileParallelism: false,
          expect: expectSoon(15_000),
          testTimeout: limit(120_000),
          hookTimeout: 120_000,
        },
      },
      {
        root,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          fileParallelism: false,
          expect: expectSoon(15_000),
          testTimeout: limit(120_000),
          hookTimeout: 120_000,
        },
      },
      ...(isLong
        ? [
            {
              root,
              test: {
                name: 'long',
                include: ['test/long/**/*.test.ts'],
                fileParallelism: false,
                testTimeout: limit(60_000),
                hookTimeout: 120_000,
              },
            },
          ]
        : []),
    ],
  },
});
