/** Runs command.ts on a Node that does not read TypeScript by itself: `node test/bar/run.js write`, or `check`. */
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const [command = 'write'] = process.argv.slice(2);
const path = fileURLToPath(new URL('./command.ts', import.meta.url));
const { module } = await runnerImport(path);
if (module[command]() === false) process.exitCode = 1;
