/** Where a request came from: the socket's other end, or what proxies that are trusted say of it. */
import ipaddr from 'ipaddr.js';
import type { Context, Middleware } from 'koa';
import type { AddressRange } from '../setting-values.ts';
import type { State } from './middleware.ts';
import { RecentMap } from './recent-map.ts';

/** Finds it out once for each request. `trusted`: whose word is taken. */
export function clientAddressFrom(trusted: readonly AddressRange[]): Middleware<State> {
  const known = new RecentMap<string, string | null>(MOST_REMEMBERED);
  return function clientAddressFrom(context, next) {
    const { headers, socket } = context.req;
    const forwarded = trusted.length === 0 ? '' : String(headers['x-forwarded-for'] ?? '');
    const said = `${socket.remoteAddress}|${forwarded}`;
    let address = known.get(said);
    if (address === undefined) {
      address = findAddress(socket.remoteAddress, forwarded, trusted);
      // A client can make its own part of it very long.
      if (said.length <= LONGEST_REMEMBERED) known.set(said, address);
    }
    context.state.clientAddress = address;
    return next();
  };
}

const MOST_REMEMBERED = 2_000;
const LONGEST_REMEMBERED = 200;

/** The client's address; null when it is gone. An IPv4 address that was written as IPv6 reads as IPv4. */
export const clientAddress = ({ state }: Pick<Context, 'state'>): string | null =>
  (state as State).clientAddress;

/**
 * Each proxy appends whom it heard from, so the list is read from its end for as long as the one who wrote it is trusted:
 * what a client put there itself stands further left. `forwarded` is X-Forwarded-For.
 */
export function findAddress(
  remote: string | undefined,
  forwarded: string,
  trusted: readonly AddressRange[],
): string | null {
  let address = read(remote);
  const said = forwarded.split(',').reverse();
  for (const one of said) {
    if (address === null || !isIn(address, trusted)) break;
    const next = read(one.trim());
    // What cannot be read was written by nobody whom we trust.
    if (next === null) break;
    address = next;
  }
  return address?.toString() ?? null;
}

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** `203.0.113.9:51234` and `[2001:db8::1]:443`: some proxies write the port too. */
const WITH_PORT = /^(?:(\d{1,3}(?:\.\d{1,3}){3})|\[([\da-f:.]+)\])(?::\d{1,5})?$/i;

function read(text: string | undefined): Address | null {
  const [, four, six] = WITH_PORT.exec(text ?? '') ?? [];
  const address = four ?? six ?? text;
  return address !== undefined && ipaddr.isValid(address) ? ipaddr.process(address) : null;
}

const isIn = (address: Address, ranges: readonly AddressRange[]) =>
  ranges.some(([range, bits]) => range.kind() === address.kind() && address.match(range, bits));

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
