/** A program of Debian's in the foreground, as a process of the test's own: started, listening, ended. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

export interface Daemon {
  /** Everything that was printed so far. */
  output(): string;
  end(): Promise<void>;
}

interface How {
  args: string[];
  /** Beside PATH. */
  env?: Record<string, string>;
  as?: { uid: number; gid: number } | null;
  /** Where it will listen, on this machine. */
  port: number;
}

const START_LIMIT_MS = 10_000;
/** Where Debian puts what only root needs; not on everybody's PATH. */
const PATH = `${process.env.PATH ?? ''}:/usr/sbin:/sbin`;

/** Returns when it takes connections; rejects with what it printed when it ends before that. */
export async function startDaemon(
  program: string,
  { args, env = {}, as = null, port }: How,
): Promise<Daemon> {
  const child = spawn(program, args, { env: { PATH, ...env }, ...as });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (bytes) => {
      text += bytes;
    });
  }
  const failed = new Promise<never>((_, reject) => {
    child.once('error', ({ code }: NodeJS.ErrnoException) =>
      reject(
        new Error(
          code === 'ENOENT'
            ? `${program} is not installed here: apt-get install ${program}`
            : `${program} cannot be started (${code})`,
        ),
      ),
    );
    child.once('exit', (code) => reject(new Error(`${program} ended with ${code}:\n${text}`)));
  });
  failed.catch(() => {});
  // Nobody else would end it, were this process to end early.
  process.once('exit', () => child.kill('SIGKILL'));
  await Promise.race([failed, untilListening(port)]).catch(async (error) => {
    await end(child);
    throw error;
  });
  return { output: () => text, end: () => end(child) };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

async function untilListening(port: number): Promise<void> {
  for (const end = Date.now() + START_LIMIT_MS; ; await wait(20)) {
    const socket = connect(port, '127.0.0.1');
    const isOpen = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (isOpen) return;
    if (Date.now() > end) throw new Error(`nothing listens on ${port}`);
  }
}
