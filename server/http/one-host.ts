/**
 * A request to no host, or to two: Node would take the first, a proxy in front may have gone by the other. HTTP asks for a
 * 400; and since such a request is how another one is smuggled in behind it, nothing more is read from its connection.
 */
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Middleware } from 'koa';
import { ApiError } from '../errors.ts';

/** What has arrived on these already is answered by nobody: they are being closed. */
const ending = new WeakSet<Socket>();

/** To be the first of all. Node itself must not ask for a host: it would go on with what is behind. */
export const stopReading: () => Middleware = () =>
  function stopReading(context, next) {
    if (!ending.has(context.req.socket)) return next();
    context.respond = false;
    return Promise.resolve();
  };

/** Throws `malformed`. */
export const oneHost: () => Middleware = () =>
  function oneHost(context, next) {
    const { req } = context;
    const hosts = countHosts(req);
    if (hosts === 1 || (hosts === 0 && req.httpVersion === '1.0')) return next();
    ending.add(req.socket);
    context.set('Connection', 'close');
    throw new ApiError('malformed', { message: 'The request has to name one host.' });
  };

/** Names and values alternate in what was sent. */
function countHosts({ rawHeaders }: Pick<IncomingMessage, 'rawHeaders'>): number {
  let count = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at];
    if (name?.length === 4 && name.toLowerCase() === 'host') count += 1;
  }
  return count;
}
