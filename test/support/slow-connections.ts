/** Two hundred people on the worst of lines, or one who wants to hold a server up: three ways of being slow. */
import { connect, type Socket } from 'node:net';

/** Never through with its headers, with its body, or with reading what it asked for. */
export const SLOW_KINDS = ['headers', 'body', 'reading'] as const;
export type SlowKind = (typeof SLOW_KINDS)[number];

export interface SlowConnections {
  /** Those that have not been ended, as far as is seen from here: who does not read sees nothing. */
  open(): number;
  close(): void;
}

const DROP_MS = 250;
/** Of the largest answer that is there for everybody: together more than a connection holds underway. */
const UNREAD_ANSWERS = 60;

const OPENINGS: Record<SlowKind, string> = {
  headers: 'GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ',
  body: 'POST /api/v1/customer/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 60000\r\n\r\n{"email":"',
  reading: 'GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(UNREAD_ANSWERS),
};

/** Opens so many, by turns of each kind. */
export function openSlowConnections(url: string, count: number): SlowConnections {
  const { port } = new URL(url);
  const sockets = new Set<Socket>();
  const dripping = new Set<Socket>();
  for (let index = 0; index < count; index += 1) {
    const kind = SLOW_KINDS[index % SLOW_KINDS.length] as SlowKind;
    const socket = connect(Number(port), '127.0.0.1');
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => {
      sockets.delete(socket);
      dripping.delete(socket);
    });
    socket.on('connect', () => socket.write(OPENINGS[kind]));
    if (kind === 'reading') {
      socket.pause();
    } else {
      socket.resume();
      dripping.add(socket);
    }
  }
  const drip = setInterval(() => {
    for (const socket of dripping) if (socket.writable) socket.write('a');
  }, DROP_MS);
  return {
    open: () => sockets.size,
    close() {
      clearInterval(drip);
      for (const socket of sockets) socket.destroy();
    },
  };
}
