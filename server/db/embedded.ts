/** Starts and stops the embedded database: its folder, the lock that keeps a second server out of it, its thread. */
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { StartError } from '../start-error.ts';

export interface EmbeddedServer {
  /** Folder of the unix socket, as `pg` takes it for a host. */
  socketDirectory: string;
  stop(): Promise<void>;
}

const SOCKET_NAME = '.s.PGSQL.5432';
/** A unix socket's path is cut by the kernel beyond this many bytes. */
const LONGEST_SOCKET_PATH = 100;

/** Opens (or makes) the database below `dataDir`, which exists. Throws a StartError when it cannot be used. */
export async function startEmbedded(dataDir: string, workerUrl: URL): Promise<EmbeddedServer> {
  const unlock = lockDirectory(dataDir);
  const socketDirectory = socketFolder(dataDir);
  const socketPath = join(socketDirectory, SOCKET_NAME);
  rmSync(socketPath, { force: true });
  const worker = new Worker(workerUrl, {
    workerData: { dataDirectory: join(dataDir, 'postgres'), socketPath },
  });
  const stop = async () => {
    const ended = once(worker, 'exit');
    worker.postMessage('stop');
    await ended;
    if (socketDirectory !== dataDir) rmSync(socketDirectory, { recursive: true, force: true });
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

/** Writes our process id into the folder; two servers on the same files would ruin them. */
function lockDirectory(dataDir: string): () => void {
  const file = join(dataDir, 'server.pid');
  const holder = otherHolder(file);
  if (holder !== null) {
    throw new StartError(
      `Another Porthole server (process ${holder}) uses ${dataDir}. Stop it, or set DATA_DIR to another folder.`,
    );
  }
  writeFileSync(file, String(process.pid), { mode: 0o600 });
  return () => rmSync(file, { force: true });
}

/** The living process that holds the folder. An id that was left behind by a kill is free to take. */
function otherHolder(file: string): number | null {
  const pid = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return null;
  try {
    process.kill(pid, 0);
    return pid;
  } catch (error) {
    // EPERM: the process is there and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM' ? pid : null;
  }
}

function socketFolder(dataDir: string): string {
  const isShort = Buffer.byteLength(join(dataDir, SOCKET_NAME)) <= LONGEST_SOCKET_PATH;
  return isShort ? dataDir : mkdtempSync(join(tmpdir(), 'porthole-'));
}
