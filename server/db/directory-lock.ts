/**
 * Keeps a second server out of an embedded database's files. The holder listens on a unix socket, which the kernel closes
 * with the process: no left-over id of a process can lock anybody out, and two containers on one volume see each other.
 */
import { rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { StartError } from '../start-error.ts';

/** Returns the release. Throws a StartError when somebody holds the lock. `dataDir` is for the message. */
export async function lockDirectory(socketPath: string, dataDir: string): Promise<() => void> {
  if (await isAnswered(socketPath)) {
    throw new StartError(
      `Another Porthole server uses ${dataDir}. Stop it, or set DATA_DIR to another folder.`,
    );
  }
  rmSync(socketPath, { force: true });
  const server = createServer((caller) => caller.end());
  await new Promise<void>((resolve, reject) => {
    server.once('error', ({ code }: NodeJS.ErrnoException) => {
      reject(
        new StartError(
          `The data folder ${dataDir} cannot be locked (${code}). Set DATA_DIR to another folder.`,
        ),
      );
    });
    server.listen(socketPath, resolve);
  });
  // The server's own port keeps the process alive, not this.
  server.unref();
  return () => void server.close();
}

/** A socket file without a living process behind it refuses the connection. */
function isAnswered(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const caller = connect(socketPath, () => {
      caller.destroy();
      resolve(true);
    });
    caller.once('error', () => resolve(false));
  });
}
