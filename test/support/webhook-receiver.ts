/** A receiver of webhooks that can be told how to behave: answer, hang, cut the line, redirect. */
import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every shape.
  json: any;
}

export type Behaviour =
  | { status: number; headers?: Record<string, string>; body?: string }
  | 'hang'
  | 'reset'
  | 'endless'
  | 'hang in the body';

export type Decide = (received: Received) => Behaviour | Promise<Behaviour>;

export interface WebhookReceiver {
  url: string;
  received: Received[];
  /** For all further requests, or for those to one path; a function decides each time. */
  behave(how: Behaviour | Decide, path?: string): void;
  close(): Promise<void>;
}

export async function startWebhookReceiver(): Promise<WebhookReceiver> {
  const received: Received[] = [];
  const behaviours = new Map<string, Behaviour | Decide>();
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const { url: path = '', headers } = request;
    const one = { path, headers, body, json: body && JSON.parse(body) };
    received.push(one);
    const how = behaviours.get(path) ?? behaviours.get('') ?? { status: 200 };
    act(response, typeof how === 'function' ? await how(one) : how);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    behave: (how, path = '') => behaviours.set(path, how),
    close: () => close(server),
  };
}

function act(response: ServerResponse, how: Behaviour): void {
  if (how === 'hang') return;
  if (how === 'reset') return void response.socket?.resetAndDestroy();
  if (how === 'hang in the body') return void response.writeHead(200).write('beginning');
  if (how === 'endless') {
    const more = () => {
      while (!response.destroyed && response.write('x'.repeat(16_384)));
    };
    response.writeHead(200).on('drain', more);
    more();
    return;
  }
  response.writeHead(how.status, how.headers).end(how.body ?? 'ok');
}

async function close(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
