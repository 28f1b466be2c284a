/** The embedded PostgreSQL in a thread of its own, so that a query never blocks the server's event loop. */
import { parentPort, workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';

const { dataDirectory, socketPath } = workerData as { dataDirectory: string; socketPath: string };

const db = await PGlite.create({ dataDir: dataDirectory, relaxedDurability: false });
// One is used at a time, but the next may come before the last one's end has been noticed: it would be cut off.
const server = new PGLiteSocketServer({ db, path: socketPath, maxConnections: 2 });
await server.start();
parentPort?.postMessage('ready');

parentPort?.once('message', async () => {
  await server.stop();
  await db.close();
  process.exit(0);
});
