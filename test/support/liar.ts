/** A backend gone wrong, in as many ways as it has paths: one that is slow, one that never ends, one that answers anything. */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What each does in place of an answer. `script` is the real one. */
const ANSWERS: Record<string, (response: ServerResponse, script: Buffer) => void> = {
  html: (response) => sendAs(response, 'text/html', '<!doctype html><h1>Welcome to nginx</h1>'),
  'html-as-script': (response) => sendAs(response, SCRIPT, '<!doctype html><h1>Welcome</h1>'),
  json: (response) => sendAs(response, 'application/json', '{"success":true}'),
  empty: (response) => sendAs(response, SCRIPT, ''),
  error: (response) => void response.writeHead(500).end('Internal Server Error'),
  half: (response, script) => sendAs(response, SCRIPT, script.subarray(0, script.length / 2)),
  cut(response, script) {
    response.writeHead(200, { 'Content-Type': SCRIPT, 'Content-Length': script.length });
    response.write(script.subarray(0, script.length / 2), () => response.destroy());
  },
  redirect: (response) => void response.writeHead(302, { Location: '/redirect.js' }).end(),
  reset: (response) => void response.socket?.resetAndDestroy(),
  late: (response, script) => void setTimeout(sendAs, LATE_MS, response, SCRIPT, script),
  silent: () => {},
  endless(response) {
    response.writeHead(200, { 'Content-Type': SCRIPT });
    const more = setInterval(() => response.write('// more\n'), 50);
    response.on('close', () => clearInterval(more));
  },
};
const SCRIPT = 'text/javascript';
const LATE_MS = 1_500;

export const LIES = Object.keys(ANSWERS);

function sendAs(response: ServerResponse, type: string, body: string | Buffer): void {
  response.writeHead(200, { 'Content-Type': type, 'Access-Control-Allow-Origin': '*' }).end(body);
}

/** `http://localhost:PORT`; `/LIE.js`, and whatever stands beside it, lies in that way. */
export async function startLiar(
  porthole: string,
): Promise<{ url: string; close(): Promise<void> }> {
  const script = Buffer.from(await (await fetch(`${porthole}/widget.js`)).arrayBuffer());
  const server = createServer((request, response) => {
    const [, lie = ''] = /^\/([\w-]+)\.js/.exec(request.url ?? '') ?? [];
    (ANSWERS[lie] ?? ANSWERS.html)?.(response, script);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
