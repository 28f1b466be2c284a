/** PgBouncer with the configuration that the README tells operators to use, before a database of a test. */
import { chownSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startDaemon } from './daemon.ts';
import { freePort } from './free-port.ts';
import { modestUser } from './postgres-server.ts';

const CONFIG = new URL('../../server/deploy/pgbouncer.ini', import.meta.url);

export interface Pooler {
  /** Leads through it. */
  url: string;
  end(): Promise<void>;
}

export async function startPooler(databaseUrl: string): Promise<Pooler> {
  const folder = mkdtempSync(join(tmpdir(), 'porthole-pgbouncer-'));
  const user = await modestUser();
  const users = join(folder, 'userlist.txt');
  const config = join(folder, 'pgbouncer.ini');
  const to = new URL(databaseUrl);
  const url = new URL(databaseUrl);
  url.port = String(await freePort());
  url.hostname = '127.0.0.1';
  url.pathname = '/porthole';
  url.password ||= 'of-the-pooler';
  writeFileSync(users, `"${url.username}" "${url.password}"\n`);
  const addresses = {
    'host=postgres port=5432 dbname=porthole': `host=${to.hostname} port=${to.port || 5432} dbname=${to.pathname.slice(1)}`,
    'listen_addr = *': `listen_addr = ${url.hostname}`,
    'listen_port = 6432': `listen_port = ${url.port}`,
    '/etc/pgbouncer/userlist.txt': users,
  };
  writeFileSync(config, replaceAll(readFileSync(CONFIG, 'utf8'), addresses));
  if (user !== null) for (const one of [folder, users]) chownSync(one, user.uid, user.gid);
  const port = Number(url.port);
  const daemon = await startDaemon('pgbouncer', { args: [config], as: user, port });
  return {
    url: url.href,
    async end() {
      await daemon.end();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** What differs from the file as it stands: nothing but addresses. */
function replaceAll(text: string, values: Record<string, string>): string {
  return Object.entries(values).reduce((result, [old, value]) => {
    if (!result.includes(old)) throw new Error(`pgbouncer.ini has no ${old} any more`);
    return result.replace(old, value);
  }, text);
}
