/** Where a request came from. The one place that will have to know trusted proxies. */
import ipaddr from 'ipaddr.js';
import type { Context } from 'koa';

const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/** The socket's address; an IPv4 address that a dual-stack socket wrote as IPv6 reads as IPv4. Null when it is gone. */
export function clientAddress(context: Pick<Context, 'req'>): string | null {
  const address = context.req.socket.remoteAddress;
  return address === undefined ? null : (MAPPED.exec(address)?.[1] ?? address);
}

/** What one client has, as far as can be told: an IPv4 address, or the /64 of which it may take any IPv6 address. */
export function networkOf(address: string | null): string {
  if (address === null || !ipaddr.isValid(address)) return 'unknown';
  const parsed = ipaddr.process(address);
  if (!(parsed instanceof ipaddr.IPv6)) return parsed.toString();
  return `${parsed.parts
    .slice(0, 4)
    .map((part) => part.toString(16))
    .join(':')}::/64`;
}
