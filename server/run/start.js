/** `npm start`: builds when needed, then becomes the server. */
import { build } from './build.js';

await build();
await import('../../dist/server/main.js');
