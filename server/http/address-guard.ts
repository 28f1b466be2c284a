/**
 * Keeps webhooks away from everything that is not a public web server (BAR 24): private, loopback and link-local
 * addresses in any spelling, what translates to them, odd ports, credentials. Asked when an address is saved and again
 * whenever something is sent, and then the socket goes to the very addresses that were checked.
 */
import { Resolver } from 'node:dns/promises';
import ipaddr from 'ipaddr.js';

export interface HostAddress {
  address: string;
  family: number;
}

/** All addresses of a host name. */
export type Lookup = (host: string) => Promise<HostAddress[]>;

export interface Target {
  url: URL;
  /** Checked, every one of them; never empty. */
  addresses: readonly HostAddress[];
}

export interface AddressGuard {
  /** Throws an AddressRefused with the reason. */
  check(address: string): Promise<Target>;
}

/** The message is a sentence for whoever set the webhook up; it tells nothing of what was found inside the network. */
export class AddressRefused extends Error {
  override readonly name = 'AddressRefused';
}

/** Asks the name servers itself: the system's own look-up holds a thread, of which password hashing needs all four. */
export const lookupAll: Lookup = async (host) => {
  const resolver = new Resolver({ timeout: 2_000, tries: 2 });
  const found = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
  return found.flatMap((one, index) =>
    one.status === 'fulfilled'
      ? one.value.map((address) => ({ address, family: index === 0 ? 4 : 6 }))
      : [],
  );
};

/** `allowLoopback` is a switch for tests and development: this machine itself, also without TLS. */
export function createAddressGuard(
  allowLoopback: boolean,
  lookup: Lookup = lookupAll,
): AddressGuard {
  return {
    async check(address) {
      const url = parse(address);
      const host = url.hostname.replace(/^\[|\]$/g, '');
      const own = allowLoopback ? LOOPBACK.get(host) : undefined;
      if (own !== undefined) return { url, addresses: own };
      requireForm(url);
      const addresses = await addressesOf(host, lookup);
      if (!addresses.every((one) => isPublicAddress(one.address))) {
        throw new AddressRefused('url must lead to a public address.');
      }
      return { url, addresses };
    },
  };
}

/** As browsers read addresses: 2130706433, 0x7f.1 and 127.1 come out as 127.0.0.1. */
function parse(address: string): URL {
  if (!URL.canParse(address) || /[\s\p{C}\\]/u.test(address)) {
    throw new AddressRefused('url must be an address such as https://hooks.example.com/porthole.');
  }
  const url = new URL(address);
  if (!/^https?:$/.test(url.protocol)) throw new AddressRefused('url must start with https://.');
  if (url.username !== '' || url.password !== '') {
    throw new AddressRefused('url must not hold a user name or password.');
  }
  return url;
}

function requireForm({ protocol, port, hostname }: URL): void {
  if (protocol !== 'https:') throw new AddressRefused('url must start with https://.');
  // Below 1024 live mail, directories, file shares and their kin; none of them is a receiver of webhooks.
  if (port !== '' && Number(port) < 1024) {
    throw new AddressRefused('url must use port 443, or one from 1024 on.');
  }
  if (hostname.replace(/\.$/, '').endsWith('localhost')) {
    throw new AddressRefused('url must lead to a public address.');
  }
}

async function addressesOf(host: string, lookup: Lookup): Promise<readonly HostAddress[]> {
  if (ipaddr.isValid(host)) return [{ address: host, family: host.includes(':') ? 6 : 4 }];
  const addresses = await lookup(host).catch(() => []);
  if (addresses.length === 0) {
    // In the words for a private address: which names there are inside the network is nobody's business.
    throw new AddressRefused('url must lead to a public address.');
  }
  return addresses;
}

/** Never looked up: a name server could say something else. */
const V4 = { address: '127.0.0.1', family: 4 };
const V6 = { address: '::1', family: 6 };
const LOOPBACK: ReadonlyMap<string, readonly HostAddress[]> = new Map([
  ['127.0.0.1', [V4]],
  ['::1', [V6]],
  ['localhost', [V4, V6]],
]);

/**
 * Whether an address belongs to the public internet. For IPv6 only what is handed out there (2000::/3), without the
 * parts that carry an IPv4 address inside: those lead wherever that one leads.
 */
export function isPublicAddress(text: string): boolean {
  // A zone (fe80::1%eth0) names an interface of this machine.
  if (!ipaddr.isValid(text) || text.includes('%')) return false;
  const address = ipaddr.parse(text);
  if (address.range() !== 'unicast') return false;
  if (address.kind() === 'ipv4') return text !== AZURE_HOST;
  return address.match(GLOBAL_UNICAST) && !EXCEPTIONS.some((range) => address.match(range));
}

/** The machine below the machine, in Azure: public by its number only. */
const AZURE_HOST = '168.63.129.16';
const GLOBAL_UNICAST = ipaddr.parseCIDR('2000::/3');
/** Special use within it, whether or not the library knows them: IANA's own block, Teredo, documentation, 6to4. */
const EXCEPTIONS = ['2001::/23', '2001:db8::/32', '2002::/16', '3ffe::/16', '3fff::/20'].map(
  (range) => ipaddr.parseCIDR(range),
);
