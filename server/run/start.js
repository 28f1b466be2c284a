/** `npm start`: builds when needed, then becomes the server. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

// In a process of its own: a build says "production" in the environment, and holds memory that a server has better use for.
const BUILD = fileURLToPath(new URL('build.js', import.meta.url));
const { status } = spawnSync(process.execPath, [BUILD], { stdio: 'inherit' });
if (status === 0) await import('../../dist/server/main.js');
else process.exitCode = status ?? 1;
