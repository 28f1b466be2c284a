/** What Node refuses before there is a request to route: answered in our envelope all the same. */
import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { ApiError } from '../errors.ts';

/** What the client still sends is read on, until it is silent for so long: hanging up would tear our answer out of its hands. */
const SILENT_MS = 2_000;
/** Nobody is listened to for longer. */
const LONGEST_MS = 10_000;

/** To be called before the server listens. */
export function answerEarlyRefusals(server: Server): void {
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (!socket.writable || error.code === 'ECONNRESET') return void socket.destroy();
    socket.end((REFUSALS[error.code ?? ''] ?? unreadable)());
    // A listener takes the bytes from Node's parser, which reads on by itself and would refuse each piece anew.
    socket.removeAllListeners('data').on('data', () => {});
    const hangUp = () => void socket.destroy();
    (socket as Socket).setTimeout(SILENT_MS, hangUp);
    setTimeout(hangUp, LONGEST_MS).unref();
  });
  // We expect nothing: the request is answered as it is.
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
}

const tooLarge = () =>
  raw('431 Request Header Fields Too Large', new ApiError('headers_too_large'));
const tooSlow = () => raw('408 Request Timeout', new ApiError('request_timeout'));
const unreadable = () =>
  raw('400 Bad Request', new ApiError('malformed', { message: 'The request could not be read.' }));

/** By Node's code; whatever else it cannot read is unreadable. */
const REFUSALS: Readonly<Record<string, () => string>> = {
  HPE_HEADER_OVERFLOW: tooLarge,
  ERR_HTTP_REQUEST_TIMEOUT: tooSlow,
};

function raw(status: string, failure: ApiError): string {
  const requestId = randomUUID();
  const body = JSON.stringify(failure.body(requestId));
  return [
    `HTTP/1.1 ${status}`,
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Cache-Control: no-store',
    'X-Content-Type-Options: nosniff',
    `X-Request-Id: ${requestId}`,
    'Connection: close',
    '',
    body,
  ].join('\r\n');
}
