/** The servers that are compared: ours as in production, and the peers in peers/. Each is a process of its own. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { freePort } from '../support/free-port.ts';
import { installOnce } from './install.ts';

export interface Side {
  name: string;
  url: string;
  pid: number;
  end(): Promise<void>;
}

/** Random enough, and known to the peers: it signs the tokens of this run. */
export const KEY = { kid: 'bench', secret: 'Zk7Qw2Lr9Tx4Vb6Nm1Hc8Jd5Fg3Sa0Pe' };
export const ADMIN_KEY = 'Qm4Xt8Wc2Rn6Kd9Lp1Vz7Hb3Gf5Js0Ya';
const POOL = '10';
const START_LIMIT_MS = 60_000;
const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** With all that a production has switched on; the limits are counted, and too high to be reached. */
const PRODUCTION = {
  NODE_ENV: 'production',
  PUBLIC_URL: 'https://support.example.com',
  JWT_KEYS: `${KEY.kid}:${KEY.secret}`,
  ADMIN_API_KEY: ADMIN_KEY,
  RATE_LIMITS:
    'network=9999999/60,customer=9999999/60,key=9999999/60,writing=9999999/60,attempts=1000000/60',
  LOG_LEVEL: 'info',
  DATABASE_POOL: POOL,
};

export interface OurSettings {
  /** Left out for the embedded database. */
  databaseUrl?: string;
  settings?: Record<string, string>;
  /** Another build of the server. */
  main?: string;
  nodeArgs?: readonly string[];
}

/** As README and Dockerfile start it. */
const FLAGS = ['--min-semi-space-size=16'];

export function startOurs({
  databaseUrl,
  settings,
  main,
  nodeArgs = [],
}: OurSettings): Promise<Side> {
  const environment = {
    ...PRODUCTION,
    ...(databaseUrl === undefined ? { NODE_ENV: 'development' } : { DATABASE_URL: databaseUrl }),
    ...settings,
  };
  return start(
    'Porthole',
    [...FLAGS, ...nodeArgs, main ?? at('../../dist/server/main.js')],
    environment,
  );
}

export type PeerName = 'node-pg' | 'koa-knex' | 'express-prisma' | 'koa';

export const startPeer = (name: PeerName, databaseUrl = ''): Promise<Side> =>
  start(name, [at(`./peers/${name}.js`)], {
    ...{ NODE_ENV: 'production', DATABASE_URL: databaseUrl, BENCH_SECRET: KEY.secret, POOL },
  });

/** Its output goes to a file, as a service's does. */
async function start(
  name: string,
  args: string[],
  settings: Record<string, string>,
): Promise<Side> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'porthole-bench-'));
  const log = join(folder, 'log');
  const file = openSync(log, 'a');
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, args, {
    env: { PATH, HOME, PORT: String(port), HOST: '127.0.0.1', DATA_DIR: folder, ...settings },
    stdio: ['ignore', file, file],
  });
  closeSync(file);
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const end = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM');
      const late = setTimeout(kill, 10_000);
      await once(child, 'exit');
      clearTimeout(late);
    }
    process.off('exit', kill);
    rmSync(folder, { recursive: true, force: true });
  };
  for (const limit = Date.now() + START_LIMIT_MS; ; await wait(20)) {
    const said = readFileSync(log, 'utf8');
    // Each says so when it listens.
    if (said.includes('"url":'))
      return { name, url: `http://127.0.0.1:${port}`, pid: child.pid ?? 0, end };
    if (child.exitCode !== null || Date.now() > limit) {
      await end();
      throw new Error(`${name} did not start:\n${said}`);
    }
  }
}

const run = promisify(execFile);

/** Installs what only peers need (from the npm registry, by their own lock file), and makes Prisma's client. */
export async function preparePeers(say: (line: string) => void): Promise<void> {
  const cwd = at('./peers');
  await installOnce(cwd, 'Express and Prisma for the comparison (310 MB)', say);
  if (existsSync(join(cwd, 'generated'))) return;
  // The client's own engine is in its package; the one for migrations would be downloaded, and nobody migrates here.
  const env = { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: '/bin/true', CHECKPOINT_DISABLE: '1' };
  await run('npx', ['prisma', 'generate', '--schema', 'schema.prisma'], { cwd, env });
}
