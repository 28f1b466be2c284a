/** Nodes on one database that are killed and started again, and clients that go on wherever one is up. */
import { setTimeout as wait } from 'node:timers/promises';
import { type Client, createClient, type Reply } from './client.ts';
import { type ServerProcess, startServer } from './server-process.ts';

/** Where clients find a node: the fleet itself, or a load balancer in front of it. */
export interface WayIn {
  url(preferred: number): Promise<string>;
  /** Told of every answer, and of a stream that could not be opened. */
  onAnswer?(tried: Tried): void;
}

export interface Fleet extends WayIn {
  /** Origin of this node, or of another while it is down; waits while none is up. */
  url(preferred: number): Promise<string>;
  isUp(node: number): boolean;
  /** SIGKILL, and a new process in its place. */
  kill(node: number): Promise<void>;
  /** SIGTERM, and a new process in its place once it has ended; answers with which code it did. */
  restart(node: number): Promise<number | null>;
  /** Ends all of them; what they printed has been kept. */
  end(): Promise<void>;
  /** What every process of the fleet has printed. */
  output(): string;
}

/** `settings` are those of all nodes, or of each. */
export async function startFleet(
  settings: Record<string, string> | ((node: number) => Record<string, string>),
  size: number,
): Promise<Fleet> {
  const all: ServerProcess[] = [];
  const start = async (node: number) => {
    const own = typeof settings === 'function' ? settings(node) : settings;
    const started = await startServer(own);
    all.push(started);
    return started;
  };
  const up: (ServerProcess | null)[] = [];
  for (let node = 0; node < size; node += 1) up.push(await start(node));
  const replace = async (node: number, signal: NodeJS.Signals) => {
    const leaving = up[node];
    up[node] = null;
    const code = (await leaving?.end(signal)) ?? null;
    up[node] = await start(node);
    return code;
  };
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
      await replace(node, 'SIGKILL');
    },
    restart: (node) => replace(node, 'SIGTERM'),
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
  way: WayIn,
  preferred: number,
  request: (api: Client) => Promise<Reply>,
): Promise<Tried> {
  const api = createClient(await way.url(preferred));
  const tried = await request(api).catch((error) => {
    // A line that is cut; anything else is a finding of the client's own checks.
    if (error instanceof TypeError) return null;
    throw error;
  });
  way.onAnswer?.(tried);
  return tried;
}
