/** Where a request came from. The one place that will have to know trusted proxies. */
import type { Context } from 'koa';

const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/** The socket's address; an IPv4 address that a dual-stack socket wrote as IPv6 reads as IPv4. Null when it is gone. */
export function clientAddress(context: Pick<Context, 'req'>): string | null {
  const address = context.req.socket.remoteAddress;
  return address === undefined ? null : (MAPPED.exec(address)?.[1] ?? address);
}
