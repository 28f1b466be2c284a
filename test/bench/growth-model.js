/** Prints growth-model.ts on a Node that does not read TypeScript by itself: `node test/bench/growth-model.js`. */
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const path = fileURLToPath(new URL('./growth-model.ts', import.meta.url));
const { module } = await runnerImport(path);
console.log(module.growthTables());
