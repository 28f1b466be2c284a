/** HAProxy with the configuration that the README tells operators to use, in front of nodes of a test. */
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { startDaemon } from './daemon.ts';
import { freePort } from './free-port.ts';

const CONFIG = fileURLToPath(new URL('../../server/deploy/haproxy.cfg', import.meta.url));

export interface Balancer {
  url: string;
  /** How many nodes get requests at the moment. */
  countUp(): Promise<number>;
  end(): Promise<void>;
}

export async function startBalancer(ports: readonly number[]): Promise<Balancer> {
  const folder = mkdtempSync(join(tmpdir(), 'porthole-haproxy-'));
  const socket = join(folder, 'stats');
  const own = join(folder, 'own.cfg');
  // Read after the other one: a socket to ask about the state of nodes.
  writeFileSync(own, `global\n  stats socket ${socket}\n`);
  const port = await freePort();
  const nodes = ports.map((one, index) => [`NODE_${index + 1}`, `127.0.0.1:${one}`]);
  const daemon = await startDaemon('haproxy', {
    args: ['-db', '-f', CONFIG, '-f', own],
    env: { LISTEN: `127.0.0.1:${port}`, ...Object.fromEntries(nodes) },
    port,
  });
  return {
    url: `http://127.0.0.1:${port}`,
    async countUp() {
      const asked = connect(socket);
      await once(asked, 'connect');
      asked.end('show stat\n');
      const rows = (await text(asked)).split('\n');
      return rows.filter((row) => /^nodes,node\d+,.*,UP,/.test(row)).length;
    },
    async end() {
      await daemon.end();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
