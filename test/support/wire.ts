/** Bytes as they are, on a connection of their own: what no HTTP client would send. */
import { connect } from 'node:net';

export interface Wire {
  /** Everything that was answered until the end. */
  text: string;
  /** Status codes of the answers, in their order. */
  statuses: number[];
  /** The server hung up, and not we. */
  wasClosed: boolean;
}

/**
 * What is quiet for so long, on a connection that stays open, has nothing more to say. Long, as the server may stall with
 * us: the last request better asks for the end.
 */
const QUIET_MS = 5_000;

export function sendBytes(origin: string, bytes: string | Buffer): Promise<Wire> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let wasClosed = true;
    const socket = connect(Number(new URL(origin).port), '127.0.0.1', () => {
      socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
    });
    socket.setTimeout(QUIET_MS, () => {
      wasClosed = false;
      socket.destroy();
    });
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ECONNRESET' && error.code !== 'EPIPE') reject(error);
    });
    socket.on('close', () => {
      const text = Buffer.concat(chunks).toString('latin1');
      const statuses = [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, one]) => Number(one));
      resolve({ text, statuses: statuses.filter((one) => one >= 200), wasClosed });
    });
  });
}
