/** Sends what `fetch` would not, over connections that are kept, and measures how long the answer takes. */
import { Agent, request } from 'node:http';

export interface RawRequest {
  method: string;
  /** Below /api/v1, percent-encoded. */
  path: string;
  headers: readonly (readonly [string, string])[];
  body: Buffer | null;
}

export interface RawReply {
  status: number;
  headers: Headers;
  text: string;
  ms: number;
}

export interface Sender {
  send(raw: RawRequest): Promise<RawReply>;
  close(): void;
}

/** Far beyond the bound that is asserted: what hangs is told as that. */
const GIVE_UP_MS = 15_000;

export function createSender(origin: string): Sender {
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  const { hostname, port } = new URL(origin);

  const send = ({ method, path, headers, body }: RawRequest): Promise<RawReply> =>
    new Promise((resolve, reject) => {
      const beganAt = performance.now();
      const length: [string, string][] =
        body === null ? [] : [['content-length', String(body.length)]];
      const sent = request({
        ...{ agent, hostname, port, method, path: `/api/v1${path}` },
        // A flat list keeps what is sent twice; Node then adds nothing, not even the host.
        headers: [...headers, ['host', `${hostname}:${port}`] as const, ...length].flat(),
      });
      const limit = setTimeout(() => sent.destroy(new Error('no answer')), GIVE_UP_MS);
      sent.on('error', reject);
      sent.on('close', () => clearTimeout(limit));
      sent.on('response', (response) => {
        let text = '';
        const answered = () => {
          const status = response.statusCode ?? 0;
          const pairs = response.headers as Record<string, string>;
          resolve({ status, headers: toHeaders(pairs), text, ms: performance.now() - beganAt });
        };
        // It would not end by itself.
        if (response.headers['content-type']?.startsWith('text/event-stream')) {
          answered();
          sent.destroy();
          return;
        }
        response.setEncoding('utf8').on('data', (part) => {
          text += part;
        });
        response.on('end', answered).on('error', reject);
      });
      sent.end(body ?? undefined);
    });
  return { send, close: () => agent.destroy() };
}

const toHeaders = (headers: Record<string, string | string[]>) =>
  new Headers(
    Object.entries(headers).flatMap(([name, value]) =>
      [value].flat().map((one): [string, string] => [name, one]),
    ),
  );
