/** Starts and stops the embedded database: its folder, its lock, its thread. */
import { hash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { StartError } from '../start-error.ts';
import { lockDirectory } from './directory-lock.ts';

export interface EmbeddedServer {
  /** Folder of the unix socket, as `pg` takes it for a host. */
  socketDirectory: string;
  stop(): Promise<void>;
}

const SOCKET_NAME = '.s.PGSQL.5432';
const LOCK_NAME = 'lock.sock';
/** A unix socket's path is cut by the kernel beyond this many bytes. */
const LONGEST_SOCKET_PATH = 100;

/** Opens (or makes) the database below `dataDir`, which exists. Throws a StartError when it cannot be used. */
export async function startEmbedded(dataDir: string, workerUrl: URL): Promise<EmbeddedServer> {
  const socketDirectory = socketFolder(dataDir);
  const unlock = await lockDirectory(join(socketDirectory, LOCK_NAME), dataDir);
  const socketPath = join(socketDirectory, SOCKET_NAME);
  rmSync(socketPath, { force: true });
  const worker = new Worker(workerUrl, {
    workerData: { dataDirectory: join(dataDir, 'postgres'), socketPath },
  });
  const stop = async () => {
    const ended = once(worker, 'exit');
    worker.postMessage('stop');
    await ended;
    unlock();
  };
  try {
    await Promise.race([
      once(worker, 'message'),
      once(worker, 'exit').then(() => Promise.reject(new Error('it ended at once'))),
    ]);
  } catch (cause) {
    unlock();
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new StartError(`The embedded database in ${dataDir} could not be opened: ${reason}`);
  }
  return { socketDirectory, stop };
}

/** The data folder itself, or (where its name is too long for a socket) one that the name always leads to. */
function socketFolder(dataDir: string): string {
  const isShort = Buffer.byteLength(join(dataDir, SOCKET_NAME)) <= LONGEST_SOCKET_PATH;
  if (isShort) return dataDir;
  const folder = join(tmpdir(), `porthole-${hash('sha1', dataDir).slice(0, 16)}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}
