/** Where webhooks may go: a table of attacks, each of which must not become a connection (BAR 24). */
import { describe, expect, it } from 'vitest';
import {
  AddressRefused,
  createAddressGuard,
  isPublicAddress,
} from '../../server/http/address-guard.ts';

const PUBLIC = [{ address: '8.8.8.8', family: 4 }];
const guard = createAddressGuard(false, async () => PUBLIC);

const refusal = (address: string, given = guard) =>
  given.check(address).then(
    () => 'accepted',
    (error) => (error instanceof AddressRefused ? 'refused' : String(error)),
  );

/** Hosts that lead inside, in every spelling. */
const INSIDE = [
  // Loopback and "this host", as people and as inet_aton write them.
  ...['127.0.0.1', '127.1', '127.0.1', '2130706433', '0x7f000001', '0x7f.1', '0177.0.0.1'],
  ...['017700000001', '0x7f.0x0.0x0.0x1', '127.255.255.254', '0', '0.0.0.0', '0.1.2.3'],
  ...['127.0.0.1.', '１２７.０.０.１', '127。0。0。1', '①②⑦.⓪.⓪.①', '%31%32%37.0.0.1'],
  // Private, carriers' NAT, link-local with its metadata services.
  ...['10.0.0.1', '10.255.255.255', '172.16.0.1', '172.31.255.255', '192.168.0.1', '0xa000001'],
  ...['100.64.0.1', '100.127.255.255', '169.254.169.254', '169.254.0.1', '2852039166'],
  ...['0xa9fea9fe', '0251.0376.0251.0376', '100.100.100.200', '192.0.0.192'],
  // Azure's own, public by its number only.
  '168.63.129.16',
  // Documentation, benchmarks, relays, multicast, reserved, broadcast.
  ...['192.0.2.1', '198.51.100.1', '203.0.113.1', '198.18.0.1', '198.19.255.255', '192.88.99.1'],
  ...['192.0.0.1', '224.0.0.1', '239.255.255.250', '240.0.0.1', '255.255.255.255', '192.31.196.1'],
  // IPv6: loopback, unspecified, local, multicast, documentation, discard.
  ...['[::1]', '[0:0:0:0:0:0:0:1]', '[::]', '[fe80::1]', '[febf::1]', '[fec0::1]', '[fc00::1]'],
  ...['[fd00:ec2::254]', '[fdff::1]', '[ff02::1]', '[2001:db8::1]', '[3fff::1]', '[100::1]'],
  ...['[5f00::1]', '[4000::1]', '[2001:10::1]', '[2001:20::1]', '[2001:2::1]', '[3ffe::1]'],
  // IPv4 inside: mapped, compatible, translated, NAT64, 6to4, Teredo.
  ...['[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[::ffff:169.254.169.254]', '[::ffff:8.8.8.8]'],
  ...['[::127.0.0.1]', '[::7f00:1]', '[::ffff:0:127.0.0.1]', '[64:ff9b::127.0.0.1]'],
  ...['[64:ff9b::a9fe:a9fe]', '[64:ff9b:1::1]', '[2002:7f00:1::]', '[2002:a9fe:a9fe::1]'],
  ...['[2001:0:7f00:1::]', '[2001::1]'],
  // Names of this machine.
  ...['localhost', 'LOCALHOST', 'localhost.', 'foo.localhost', 'ⓛocalhost'],
];

it('says the same of a name that is private and of one that is not there: names inside are not to be guessed', async () => {
  const reason = (addresses: typeof PUBLIC) =>
    createAddressGuard(false, async () => addresses)
      .check('https://intranet.example.com/')
      .catch((error: AddressRefused) => error.message);
  expect(await reason([])).toBe(await reason([{ address: '10.0.0.1', family: 4 }]));
});

describe('an address that leads inside', () => {
  it.each(INSIDE)('is refused: %s', async (host) => {
    expect(await refusal(`https://${host}/`)).toBe('refused');
    expect(await refusal(`https://${host}:8443/hook`)).toBe('refused');
  });

  it.each(INSIDE.filter((host) => /^(?:\d+\.){3}\d+$|^\[/.test(host)))(
    'is refused as what a name leads to: %s',
    async (host) => {
      const address = host.replace(/[[\]]/g, '');
      const family = address.includes(':') ? 6 : 4;
      const inside = createAddressGuard(false, async () => [...PUBLIC, { address, family }]);
      expect(await refusal('https://hooks.example.com/', inside)).toBe('refused');
    },
  );
});

describe('an address that is no web server', () => {
  it.each([
    ...[
      '',
      'hooks',
      '//hooks.example.com/',
      'http://hooks.example.com/',
      'ftp://hooks.example.com/',
    ],
    ...['file:///etc/passwd', 'javascript:alert(1)', 'data:,x', 'gopher://hooks.example.com/'],
    ...['https://', 'https://[', 'https://[::1', 'https://hooks.example.com:99999/'],
    ...[
      'https://a:b@hooks.example.com/',
      'https://hooks.example.com@10.0.0.1/',
      'https://a@8.8.8.8/',
    ],
    ...[
      'https://hooks.example.com:22/',
      'https://hooks.example.com:25/',
      'https://hooks.example.com:80/',
    ],
    ...[
      'https://hooks.example.com\n.evil.example/',
      'https://hooks.example.com/ x',
      'https:\\\\8.8.8.8\\',
    ],
    ...['https://hooks\t.example.com/', 'https://hooks.example.com/\u0000', ' https://8.8.8.8/'],
  ])('is refused: %j', async (address) => {
    expect(await refusal(address)).toBe('refused');
  });

  it('is refused where the name leads nowhere', async () => {
    const nowhere = createAddressGuard(false, async () => []);
    expect(await refusal('https://hooks.example.com/', nowhere)).toBe('refused');
  });
});

describe('a public address', () => {
  it.each([
    'https://hooks.example.com/',
    'https://hooks.example.com:8443/a?b=c#d',
    'https://8.8.8.8/',
    'https://[2001:4860:4860::8888]/',
    'https://[2606:4700::1111]:9443/x',
    'https://bücher.example/',
  ])('is accepted, with the addresses that the socket may go to: %s', async (address) => {
    const { addresses } = await guard.check(address);
    expect(addresses.length).toBeGreaterThan(0);
    for (const one of addresses) expect(isPublicAddress(one.address)).toBe(true);
  });
});

describe('the switch for loopback', () => {
  const open = createAddressGuard(true, async () => PUBLIC);

  it.each([
    'http://127.0.0.1:3000/',
    'http://localhost:3000/x',
    'http://[::1]:80/',
    'https://127.0.0.1/',
  ])('allows %s', async (address) => {
    const { addresses } = await open.check(address);
    for (const one of addresses) expect(['127.0.0.1', '::1']).toContain(one.address);
  });

  it.each([
    'http://127.0.0.2/',
    'http://10.0.0.1/',
    'http://foo.localhost/',
    'http://a@localhost/',
    'https://169.254.169.254/',
  ])('allows nothing else: %s', async (address) => {
    expect(await refusal(address, open)).toBe('refused');
  });
});
