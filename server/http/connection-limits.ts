/**
 * How long a connection may take over what it does. People on bad lines stay far below these limits; whoever sends or reads
 * a byte now and then, to hold on to connections and memory, does not. Live streams are no slow answers: they last for as
 * long as what is written to them is read.
 */
import type { Server } from 'node:http';
import type { Socket } from 'node:net';

export interface ConnectionLimits {
  /** From the first byte of a request, or from the connection where none has come, to the end of its headers. */
  headersMs: number;
  /** To the end of its body. */
  requestMs: number;
  /** Of a connection between two requests. */
  idleMs: number;
  /** For the reader to take what has been written to it, each time one piece more at least. */
  unreadMs: number;
  /** How often connections are looked at. */
  checkMs: number;
  /** Connections at a time. */
  most: number;
}

export const CONNECTION_LIMITS: ConnectionLimits = {
  // A few packets.
  headersMs: 10_000,
  // The longest body, 64 KiB, at 2 KiB a second.
  requestMs: 30_000,
  // Longer than load balancers keep one idle (60 s with most): else they would send a request into one that is closing.
  idleMs: 75_000,
  // The largest answer, some 300 KiB, at 5 KiB a second.
  unreadMs: 60_000,
  checkMs: 2_000,
  // Twice the live streams that a node is meant to hold. Far above, memory would end the node.
  most: 20_000,
};

/** What Node is told when it makes the server. */
export const serverOptions = ({ headersMs, requestMs, idleMs, checkMs }: ConnectionLimits) => ({
  headersTimeout: headersMs,
  requestTimeout: requestMs,
  keepAliveTimeout: idleMs,
  connectionsCheckingInterval: checkMs,
  // Ours to refuse (http/one-host).
  requireHostHeader: false,
});

/** What Node has no limit for. To be called before the server listens. */
export function endUnreadConnections(
  server: Server,
  { unreadMs, checkMs, most }: ConnectionLimits,
): void {
  server.maxConnections = most;
  /** What each has taken so far, and since when it has taken no more while something was waiting. */
  const readers = new Map<Socket, { taken: number; since: number }>();
  server.on('connection', (socket) => {
    readers.set(socket, { taken: 0, since: performance.now() });
    socket.once('close', () => readers.delete(socket));
  });
  const check = setInterval(() => {
    const now = performance.now();
    for (const [socket, reader] of readers) {
      const taken = socket.bytesWritten - socket.writableLength;
      if (socket.writableLength === 0 || taken > reader.taken) {
        Object.assign(reader, { taken, since: now });
      } else if (now - reader.since >= unreadMs) {
        socket.destroy();
      }
    }
  }, checkMs).unref();
  server.once('close', () => clearInterval(check));
}
