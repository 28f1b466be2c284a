/** Idle event streams: what each takes of the server's memory, and how long until the last of them has an event. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { type Bench, figure, judged, type Part, type Row } from '../part.ts';
import { ADMIN_KEY, type Side, startOurs } from '../sides.ts';

export const live: Part = {
  name: 'live',
  says: 'thousands of idle event streams: memory of each, and the time until the last of them has an event',
  run,
};

const STREAMS_EACH = 4;
const AT_ONCE = 32;

async function run(bench: Bench): Promise<Row[]> {
  const { databases, isShort, say, defer } = bench;
  const total = isShort ? 1_000 : 10_000;
  const dataset = await databases.small();
  const listeners = await databases.customersOfOneCompany(dataset, Math.ceil(total / STREAMS_EACH));
  const server = await startOurs({ databaseUrl: dataset.url, nodeArgs: ['--expose-gc'] });
  defer(() => server.end());
  await wait(2_000);
  const before = await residentBytes(server);
  const state: State = { arrived: 0, sockets: [] };
  defer(() => {
    for (const socket of state.sockets) socket.destroy();
  });
  await inParallel(total, async (index) => {
    const { token = '' } = listeners[index % listeners.length] ?? {};
    state.sockets.push(await openStream(server.url, token, state));
  });
  say(`${total.toLocaleString('en')} streams are open`);
  await wait(isShort ? 3_000 : 15_000);
  const kib = ((await residentBytes(server)) - before) / total / 1024;
  const times: number[] = [];
  for (let round = 0; round < (isShort ? 2 : 7); round += 1) {
    times.push(await announce(server, listeners[0]?.companyId ?? '', state, total));
  }
  const streams = `${total.toLocaleString('en')} idle event streams`;
  return [
    judged(
      `${streams}: memory of each`,
      figure([kib]),
      { atMost: 20 },
      { digits: 1, unit: ' KiB' },
    ),
    judged(
      `${streams}: until the last has an event, the request that makes it included`,
      figure(times),
      { atMost: 500 },
      { digits: 0, unit: ' ms' },
    ),
  ];
}

interface State {
  arrived: number;
  sockets: Socket[];
}

/** Counts every event; nothing else is looked at, since this process shares the machine. */
async function openStream(url: string, token: string, state: State): Promise<Socket> {
  const { hostname, port, host } = new URL(url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  socket.write(
    `GET /api/v1/customer/events HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${token}\r\n\r\n`,
  );
  const [first] = await once(socket, 'data');
  if (!String(first).startsWith('HTTP/1.1 200')) throw new Error(String(first));
  socket.on('data', (chunk) => {
    if (chunk.includes('incident.created')) state.arrived += 1;
  });
  return socket;
}

/** The team tells all customers of the company; returns the time until every stream has it. */
async function announce(
  { url }: Side,
  companyId: string,
  state: State,
  total: number,
): Promise<number> {
  state.arrived = 0;
  const start = performance.now();
  const written = fetch(`${url}/api/v1/incident-ticket`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': ADMIN_KEY },
    body: JSON.stringify({
      companyId,
      summary: 'Outage',
      description: 'All of it.',
      priority: 'HIGH',
    }),
  });
  const late = performance.now() + 30_000;
  while (state.arrived < total) {
    if (performance.now() > late) throw new Error(`only ${state.arrived} of ${total} were told`);
    await wait(1);
  }
  const ms = performance.now() - start;
  const { status } = await written;
  if (status !== 201) throw new Error(`an announcement was answered with ${status}`);
  await wait(500);
  return ms;
}

async function residentBytes({ url }: Side): Promise<number> {
  const answer = await fetch(`${url}/metrics`, { headers: { 'x-api-key': ADMIN_KEY } });
  return Number(/^process_resident_memory_bytes (\S+)/m.exec(await answer.text())?.[1]);
}

async function inParallel(count: number, work: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const take = async () => {
    while (next < count) {
      next += 1;
      await work(next - 1);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, take));
}
