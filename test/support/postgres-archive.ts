/** A PostgreSQL server that archives its log as SECURITY.md says, with a backup to go back from. */
import {
  appendFileSync,
  chownSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { type PostgresServer, startPostgres } from './postgres-server.ts';

export interface ArchivedPostgres extends PostgresServer {
  /** A base backup, while the server works on. */
  backUp(): Promise<void>;
  /** Stops cleanly, so that the archive holds all that there is of the log. */
  archiveRest(): Promise<void>;
  /** Another server, made of the backup and of the archive up to the moment. */
  restoreTo(moment: string): Promise<PostgresServer>;
}

/** The lines of SECURITY.md that set a server up, or take it back: what is practised is what is written. */
function linesOf(pattern: RegExp, wal: string): string[] {
  const guide = readFileSync(new URL('../../SECURITY.md', import.meta.url), 'utf8');
  const lines = guide.match(pattern) ?? [];
  if (lines.length === 0) throw new Error(`SECURITY.md no longer has ${pattern}`);
  return lines.map((line) => line.replaceAll('/backup/wal', wal));
}

export async function startArchivedPostgres(): Promise<ArchivedPostgres> {
  // Filled below: the archive lies beside the data, in a folder that is known once the server has one.
  const server = await startPostgres({ wal_level: 'replica' });
  const { uid, gid } = statSync(server.folder);
  const wal = join(server.folder, 'wal');
  const base = join(server.folder, 'base');
  mkdirSync(wal);
  chownSync(wal, uid, gid);
  const settings = linesOf(/^archive_\w+ = .*$/gm, wal);
  appendFileSync(join(server.folder, 'data', 'postgresql.conf'), `\n${settings.join('\n')}\n`);
  await server.stop();
  await server.start();
  const { host, port } = hostOf(server.adminUrl);
  return {
    ...server,
    backUp: () =>
      server.run('pg_basebackup', [
        ...['-h', host, '-p', port, '-U', 'postgres', '-D', base, '-X', 'none', '-c', 'fast'],
        // All of the backup's own log is in the archive by then.
        '--no-sync',
      ]),
    archiveRest: () => server.stop(),
    restoreTo: (moment) =>
      startPostgres({ archive_mode: 'off' }, async (data) => {
        cpSync(base, data, { recursive: true });
        const target = linesOf(/^(?:restore_command|recovery_target_\w+) = .*$/gm, wal).map(
          (line) =>
            line.startsWith('recovery_target_time') ? `recovery_target_time = '${moment}'` : line,
        );
        appendFileSync(join(data, 'postgresql.auto.conf'), `\n${target.join('\n')}\n`);
        writeFileSync(join(data, 'recovery.signal'), '');
        own(data, uid, gid);
      }),
  };
}

const hostOf = (url: string) => {
  const { hostname: host, port } = new URL(url);
  return { host, port };
};

/** What was copied by this process belongs to the server's user again. */
function own(folder: string, uid: number, gid: number): void {
  chownSync(folder, uid, gid);
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    chownSync(join(folder, name), uid, gid);
  }
}
