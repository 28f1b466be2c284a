/**
 * A bad network in front of any loopback port: what it does to the connections through it can be changed at any time.
 * Bytes keep their order whatever happens to them.
 */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { freePort } from './free-port.ts';

export type Fault =
  | 'pass'
  /** New connections are refused; open ones go on. */
  | 'refuse'
  /** Open connections are reset, new ones refused. */
  | 'cut'
  /** Connections are taken, and no byte gets through in either direction. */
  | 'half-open'
  /** Every byte arrives later by so much. */
  | { delayMs: number }
  /** So many bytes at a time, and then a pause. */
  | { dripBytes: number; everyMs: number };

export interface FaultProxy {
  port: number;
  /** The same address, led through the proxy. */
  through(url: string): string;
  /** From now on. A connection that was half-open once stays deaf: its bytes are lost. */
  become(fault: Fault): Promise<void>;
  /** Open ones, on the side of the clients. */
  connections(): number;
  close(): Promise<void>;
}

/** One connection through the proxy. */
interface Link {
  near: Socket;
  /** Null where nobody was asked behind the proxy. */
  far: Socket | null;
  isDeaf: boolean;
}

/** Leads to a port of this machine. */
export async function startFaultProxy(targetPort: number): Promise<FaultProxy> {
  const port = await freePort();
  const links = new Set<Link>();
  let fault: Fault = 'pass';

  const server = createServer({ allowHalfOpen: true, noDelay: true }, (near) => {
    const isDeaf = fault === 'half-open';
    const far = isDeaf ? null : connect({ port: targetPort, host: '127.0.0.1', noDelay: true });
    const link = { near, far, isDeaf };
    links.add(link);
    const end = () => {
      links.delete(link);
      near.destroy();
      far?.destroy();
    };
    for (const socket of [near, far]) socket?.on('error', () => {}).on('close', end);
    // Read, or its end would never be seen.
    if (far === null) return void near.resume();
    carry(near, far, link, () => fault);
    carry(far, near, link, () => fault);
  });
  const open = async () => {
    if (!server.listening) await once(server.listen(port, '127.0.0.1'), 'listening');
  };
  const shut = () => {
    // Stops listening at once; what it would wait for are the open connections.
    if (server.listening) server.close();
  };
  const reset = () => {
    for (const { near, far } of links) {
      near.resetAndDestroy();
      far?.resetAndDestroy();
    }
  };

  await open();
  return {
    port,
    through(url) {
      const led = new URL(url);
      led.hostname = '127.0.0.1';
      led.port = String(port);
      return led.href;
    },
    async become(next) {
      fault = next;
      if (next === 'half-open') for (const link of links) link.isDeaf = true;
      if (next === 'cut') reset();
      if (next === 'cut' || next === 'refuse') shut();
      else await open();
    },
    connections: () => links.size,
    async close() {
      shut();
      reset();
    },
  };
}

/** Carries what comes from one side to the other, its end included. */
function carry(from: Socket, to: Socket, link: Link, fault: () => Fault): void {
  let turn = Promise.resolve();
  from.on('data', (bytes) => {
    const arrivedAt = performance.now();
    turn = turn.then(() => deliver(bytes, arrivedAt));
  });
  from.on('end', () => {
    turn = turn.then(() => void (link.isDeaf || to.end()));
  });

  async function deliver(bytes: Buffer, arrivedAt: number): Promise<void> {
    const how = fault();
    if (typeof how === 'string') return write(bytes);
    if ('delayMs' in how) {
      await wait(Math.max(0, arrivedAt + how.delayMs - performance.now()));
      return write(bytes);
    }
    for (let at = 0; at < bytes.length && !to.destroyed; at += how.dripBytes) {
      write(bytes.subarray(at, at + how.dripBytes));
      await wait(how.everyMs);
    }
  }

  function write(bytes: Buffer): void {
    if (link.isDeaf || !to.writable || to.write(bytes)) return;
    from.pause();
    to.once('drain', () => from.resume());
  }
}
