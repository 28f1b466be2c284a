/** The built server as its own process, to be killed, drained or driven by a browser. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../dist/server/main.js', import.meta.url));
const START_LIMIT_MS = 80_000;

export const ADMIN_KEY = 'an-admin-key-for-tests-only-0123456789';

export interface ServerProcess {
  /** `http://localhost:PORT` */
  url: string;
  /** Everything that was printed so far. */
  output(): string;
  /** Sends the signal and waits for the end; returns the exit code, null after SIGKILL. */
  end(signal?: NodeJS.Signals): Promise<number | null>;
}

/** What it has printed in whole lines: the last may have come by half. */
export const linesOf = ({ output }: ServerProcess) => output().split('\n').slice(0, -1);

/** What the environment of a test server has beside PATH and HOME: nothing that the caller did not name. */
const environment = (settings: Record<string, string>) => ({
  PATH: process.env.PATH ?? '',
  HOME: process.env.HOME ?? '',
  PORT: '0',
  LOG_LEVEL: 'info',
  ADMIN_API_KEY: ADMIN_KEY,
  PASSWORD_COST: '4',
  RATE_LIMITS: 'off',
  ...settings,
});

/** Starts a server that is expected to run; rejects with its output when it ends first. `main`: another build of it. */
export async function startServer(
  settings: Record<string, string>,
  main = MAIN,
): Promise<ServerProcess> {
  const child = spawn(process.execPath, [main], { env: environment(settings) });
  const output = collect(child);
  const url = await listeningUrl(child, output);
  return {
    url,
    output,
    async end(signal = 'SIGTERM') {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
      const ended = once(child, 'exit');
      child.kill(signal);
      await ended;
      return child.exitCode;
    },
  };
}

/** Runs a server that is expected to refuse; returns its exit code and what it said. */
export async function runServer(
  settings: Record<string, string>,
): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, [MAIN], {
    env: environment(settings),
    timeout: START_LIMIT_MS,
  });
  const output = collect(child);
  await once(child, 'close');
  return { code: child.exitCode, output: output() };
}

function collect(child: ChildProcess): () => string {
  let text = '';
  const add = (chunk: Buffer) => {
    text += chunk.toString();
  };
  child.stdout?.on('data', add);
  child.stderr?.on('data', add);
  return () => text;
}

function listeningUrl(child: ChildProcess, output: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`the server did not start in time:\n${output()}`));
    }, START_LIMIT_MS);
    child.stdout?.on('data', () => {
      const url = /"url":"(http[^"]+)"/.exec(output())?.[1];
      if (url === undefined) return;
      clearTimeout(late);
      resolve(url);
    });
    child.once('exit', (code) => {
      clearTimeout(late);
      reject(new Error(`the server ended with ${code}:\n${output()}`));
    });
  });
}
