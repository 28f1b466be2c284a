/** How often a request goes to PostgreSQL and back. */
import { connect, createServer, type Socket } from 'node:net';
import { freePort } from '../../support/free-port.ts';
import type { Request } from '../contest.ts';
import { type Bench, figure, judged, type Part, type Row } from '../part.ts';
import { creates, gets, lists } from '../requests.ts';
import { startOurs } from '../sides.ts';

export const roundTrips: Part = {
  name: 'round-trips',
  says: 'how often a request goes to PostgreSQL and back',
  run,
};

const WARM_UP = 12;
const ASKED = 15;

async function run({ databases, defer }: Bench): Promise<Row[]> {
  const dataset = await databases.small();
  const url = new URL(await databases.copy(dataset));
  const line = await countedLine(Number(url.port));
  defer(() => line.close());
  url.port = String(line.port);
  // What is done beside requests shall not be counted among them: no more connections than one request needs, and one.
  const ours = await startOurs({ databaseUrl: url.href, settings: { DATABASE_POOL: '2' } });
  defer(() => ours.end());
  const rows: Row[] = [];
  for (const [what, requests] of Object.entries({
    list: lists(dataset.people),
    get: gets(dataset.people),
    create: creates(dataset.people),
  })) {
    const counts: number[] = [];
    for (let asked = 0; asked < WARM_UP + ASKED; asked += 1) {
      const before = line.roundTrips();
      await ask(ours.url, requests[asked % requests.length] as Request);
      // The first ones prepare their statements.
      if (asked >= WARM_UP) counts.push(line.roundTrips() - before);
    }
    const title = `${what}, round trips to PostgreSQL`;
    // The least: others are told of what was written (deliveries, streams) at the same time.
    rows.push(judged(title, figure([Math.min(...counts)]), { atMost: 1 }, { digits: 0 }));
  }
  return rows;
}

async function ask(origin: string, { method, path, headers, body }: Request): Promise<void> {
  const answer = await fetch(`${origin}${path}`, {
    ...{ method, headers },
    ...(body === undefined ? {} : { body }),
  });
  if (!answer.ok) throw new Error(`${path} was answered with ${answer.status}`);
  await answer.arrayBuffer();
}

interface CountedLine {
  port: number;
  /** Times that the other side answered after it had been asked, over all connections. */
  roundTrips(): number;
  close(): void;
}

/** Leads to a port of this machine, and counts. */
async function countedLine(target: number): Promise<CountedLine> {
  let count = 0;
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(target, '127.0.0.1');
    let isAsked = false;
    for (const socket of [near, far]) {
      socket.setNoDelay(true);
      sockets.add(socket);
      socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    }
    near.on('data', (bytes) => {
      isAsked = true;
      far.write(bytes);
    });
    far.on('data', (bytes) => {
      if (isAsked) count += 1;
      isAsked = false;
      near.write(bytes);
    });
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroy());
  });
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    port,
    roundTrips: () => count,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
