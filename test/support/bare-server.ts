/** The server behind one that lets no cookie through: what a browser that keeps none looks like from there. */
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface BareServer {
  url: string;
  /** The Authorization header of each call that came with one; null for each that had a cookie. */
  credentials: (string | null)[];
  close(): Promise<void>;
}

export async function startBareServer(target: string): Promise<BareServer> {
  const credentials: (string | null)[] = [];
  const server = createServer((asked, answer) => {
    const { url, method, headers } = asked;
    if (headers.authorization) credentials.push(headers.authorization);
    if (headers.cookie) credentials.push(null);
    const passed = request(target + url, { method: method ?? 'GET', headers }, (given) => {
      const { 'set-cookie': _none, ...kept } = given.headers;
      answer.writeHead(given.statusCode ?? 502, kept);
      given.pipe(answer);
    });
    passed.on('error', () => answer.destroy());
    answer.on('close', () => passed.destroy());
    asked.pipe(passed);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  };
  return { url: `http://localhost:${(server.address() as AddressInfo).port}`, credentials, close };
}
