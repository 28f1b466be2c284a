/**
 * A PostgreSQL server of a test's own, to be killed and started again; durable as in production. Its binaries are found
 * through PG_BIN, the usual folders of Debian, or pg_config.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { freePort } from './free-port.ts';

export interface PostgresServer {
  /** As in production, of a role that is no superuser: it owns its database, and may make databases and roles. */
  url: string;
  /** Of the superuser, on the same database. */
  adminUrl: string;
  /** Of the process that started all its others; 0 while it does not run. */
  pid(): number;
  /** SIGKILL for every process of the server at once, as when its machine dies. */
  kill(): Promise<void>;
  /** Ends cleanly, without waiting for those who are connected. */
  stop(): Promise<void>;
  /** Again, after a kill or a stop; returns when it takes connections. */
  start(): Promise<void>;
  /** Stops, and leaves nothing behind. */
  remove(): Promise<void>;
  /** Runs one of PostgreSQL's own programs, as the user that the server runs as. */
  run(program: string, args: string[]): Promise<void>;
  /** Where that user may write; goes with `remove`. */
  folder: string;
}

const run = promisify(execFile);
const START_LIMIT_MS = 30_000;

/**
 * `settings` as in postgresql.conf. `prepare` fills the data folder in place of a new, empty cluster: it is given the folder,
 * and runs as the server's user what it is told to.
 */
export async function startPostgres(
  settings: Record<string, string> = {},
  prepare?: (data: string) => Promise<void>,
): Promise<PostgresServer> {
  const bin = await findBinaries();
  const user = await modestUser();
  const folder = mkdtempSync(join(tmpdir(), 'porthole-postgres-'));
  if (user !== null) chownSync(folder, user.uid, user.gid);
  const data = join(folder, 'data');
  const as = { ...user, cwd: folder };
  const initial = ['-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync'];
  if (prepare === undefined) await run(join(bin, 'initdb'), ['-D', data, ...initial], as);
  else await prepare(data);

  const port = await freePort();
  const all = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: folder,
    max_connections: '200',
    ...settings,
  };
  const options = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const adminUrl = (database: string) => `postgres://postgres@127.0.0.1:${port}/${database}`;
  let child: ChildProcess | null = null;
  let log = '';

  const start = async () => {
    const started = spawn(join(bin, 'postgres'), ['-D', data, '-p', String(port), ...options], as);
    child = started;
    started.stderr.on('data', (bytes) => {
      log = (log + bytes).slice(-10_000);
    });
    const isOver = () => started.exitCode !== null || started.signalCode !== null;
    await untilReady(adminUrl('postgres'), isOver).catch((error) => {
      throw new Error(`PostgreSQL does not start: ${error.message}\n${log}`);
    });
  };
  /** Waits until the process that started all others is gone. */
  const end = async (send: (child: ChildProcess) => void) => {
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    send(child);
    await ended;
    child = null;
  };
  const stop = () => end((one) => one.kill('SIGINT'));
  // Nobody else would end it, were this process to end early.
  process.once('exit', () => child?.kill('SIGQUIT'));

  await start();
  if (prepare === undefined) {
    await ask(adminUrl('postgres'), 'create role porthole login createdb createrole');
    await ask(adminUrl('postgres'), 'create database porthole owner porthole');
  }
  return {
    url: `postgres://porthole@127.0.0.1:${port}/porthole`,
    adminUrl: adminUrl('porthole'),
    pid: () => child?.pid ?? 0,
    start,
    stop,
    kill: () => end(({ pid = 0 }) => killFamily(pid)),
    async remove() {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
    folder,
    async run(program, args) {
      await run(join(bin, program), args, as);
    },
  };
}

/** The folder of initdb, postgres, pg_dump and their like. */
export async function findBinaries(): Promise<string> {
  const bin = await lookForBinaries();
  if (bin !== null && existsSync(join(bin, 'initdb'))) return bin;
  throw new Error(
    'PostgreSQL 15 or newer is not found here. Install it (Debian and Ubuntu: apt-get install postgresql; macOS: brew install postgresql), or name the folder of its programs in PG_BIN.',
  );
}

async function lookForBinaries(): Promise<string | null> {
  const { PG_BIN } = process.env;
  if (PG_BIN) return PG_BIN;
  const debian = '/usr/lib/postgresql';
  const versions = await Promise.resolve()
    .then(() => readdirSync(debian).map(Number))
    .catch(() => []);
  const newest = versions.filter((one) => one > 0).sort((a, b) => b - a)[0];
  if (newest !== undefined) return join(debian, String(newest), 'bin');
  return run('pg_config', ['--bindir']).then(
    ({ stdout }) => stdout.trim(),
    () => null,
  );
}

/** What PostgreSQL and its like run as, who refuse to be root: then as `postgres`. */
export async function modestUser(): Promise<{ uid: number; gid: number } | null> {
  if (process.getuid?.() !== 0) return null;
  const id = async (flag: string) => Number((await run('id', [flag, 'postgres'])).stdout);
  return { uid: await id('-u'), gid: await id('-g') };
}

async function untilReady(url: string, isOver: () => boolean): Promise<void> {
  for (const end = Date.now() + START_LIMIT_MS; ; await wait(20)) {
    const failure = await ask(url, 'select 1').then(
      () => null,
      (error) => error,
    );
    if (failure === null) return;
    if (isOver()) throw new Error('it ended');
    if (Date.now() > end) throw failure;
  }
}

async function ask(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/** The server's processes are no group: each leads its own. The first is halted while the others are looked for, so that it makes no more. */
function killFamily(pid: number): void {
  process.kill(pid, 'SIGSTOP');
  for (const one of [...childrenOf(pid), pid]) {
    try {
      process.kill(one, 'SIGKILL');
    } catch {
      // It has ended by itself in the meantime.
    }
  }
}

function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && parentOf(pid) === parent);
}

/** `1234 (postgres: writer) S 1230 …`: the parent comes second after the name, which may hold anything. */
function parentOf(pid: number): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return null;
  }
}
