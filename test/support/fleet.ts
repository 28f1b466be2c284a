/** Nodes on one database that are killed and started again, and clients that go on wherever one is up. */
import { setTimeout as wait } from 'node:timers/promises';
import { type Client, createClient, type Reply } from './client.ts';
import { type ServerProcess, startServer } from './server-process.ts';

export interface Fleet {
  /** Origin of this node, or of another while it is down; waits while none is up. */
  url(preferred: number): Promise<string>;
  isUp(node: number): boolean;
  /** SIGKILL, and a new process in its place. */
  kill(node: number): Promise<void>;
  /** Ends all of them; what they printed has been kept. */
  end(): Promise<void>;
  /** What every process of the fleet has printed. */
  output(): string;
}

export async function startFleet(settings: Record<string, string>, size: number): Promise<Fleet> {
  const all: ServerProcess[] = [];
  const start = async () => {
    const node = await startServer(settings);
    all.push(node);
    return node;
  };
  const up: (ServerProcess | null)[] = [];
  for (let count = 0; count < size; count += 1) up.push(await start());
  return {
    isUp: (node) => up[node] !== null,
    async url(preferred) {
      for (;;) {
        const node = up[preferred] ?? up.find((one) => one !== null);
        if (node) return node.url;
        await wait(20);
      }
    },
    async kill(node) {
      const dying = up[node];
      up[node] = null;
      await dying?.end('SIGKILL');
      up[node] = await start();
    },
    async end() {
      await Promise.all(all.map((one) => one.end('SIGKILL')));
    },
    output: () => all.map((one) => one.output()).join(''),
  };
}

/** What a client of the fleet knows of its request: the answer, or that the line was cut before one came. */
export type Tried = Reply | null;

/** Asks the preferred node, or one that is up. Null, or a 503, when the node died or its database was not there. */
export async function ask(
  fleet: Fleet,
  preferred: number,
  request: (api: Client) => Promise<Reply>,
): Promise<Tried> {
  const api = createClient(await fleet.url(preferred));
  return request(api).catch((error) => {
    // A line that is cut; anything else is a finding of the client's own checks.
    if (error instanceof TypeError) return null;
    throw error;
  });
}
