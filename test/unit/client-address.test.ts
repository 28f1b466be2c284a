/** Where a request comes from: what is believed of whom, and what one client has. */
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../server/config.ts';
import { findAddress, networkOf } from '../../server/http/client-address.ts';
import { everyTestShows } from '../support/shows.ts';

everyTestShows(6);

const trusting = (proxies: string) => readConfig({ TRUSTED_PROXIES: proxies }).trustedProxies;

describe('the address of a client', () => {
  it.each([
    ['of its socket, where nobody is trusted', '203.0.113.9', '198.51.100.1', '', '203.0.113.9'],
    ['that a trusted proxy tells of', '10.0.0.1', '198.51.100.1', 'private', '198.51.100.1'],
    ['not what a stranger says', '203.0.113.9', '198.51.100.1', 'private', '203.0.113.9'],
    [
      'the last one that was not written by a trusted proxy',
      '10.0.0.1',
      '1.1.1.1, 198.51.100.1, 10.0.0.2',
      'private',
      '198.51.100.1',
    ],
    [
      'not what a client has put in front',
      '10.0.0.1',
      '127.0.0.1, 198.51.100.1',
      'private,loopback',
      '198.51.100.1',
    ],
    [
      'of the proxy, where what it says cannot be read',
      '10.0.0.1',
      'unknown',
      'private',
      '10.0.0.1',
    ],
    ['of the proxy, where it says nothing', '10.0.0.1', '', 'private', '10.0.0.1'],
    ['behind a proxy in IPv6', '::1', '2001:db8::7', 'loopback', '2001:db8::7'],
    ['that a dual-stack socket has written as IPv6', '::ffff:203.0.113.9', '', '', '203.0.113.9'],
    [
      'behind a proxy that is written so',
      '::ffff:10.0.0.1',
      '198.51.100.1',
      '10.0.0.0/8',
      '198.51.100.1',
    ],
    ['of one proxy that is named', '192.0.2.1', '198.51.100.1', '192.0.2.1', '198.51.100.1'],
  ])('is %s', (_, remote, forwarded, trusted, expected) => {
    expect(findAddress(remote, forwarded, trusting(trusted))).toBe(expected);
  });

  it('is none when the client is gone', () => {
    expect(findAddress(undefined, '198.51.100.1', trusting('loopback'))).toBeNull();
  });
});

describe('a network', () => {
  it('is an IPv4 address, or the /64 of an IPv6 one', () => {
    expect(networkOf('203.0.113.9')).toBe('203.0.113.9');
    expect(networkOf('2001:db8:1:2:3:4:5:6')).toBe('2001:db8:1:2::/64');
    expect(networkOf('2001:db8:1:2::ffff')).toBe(networkOf('2001:db8:1:2::1'));
    expect(networkOf('2001:db8:1:3::1')).not.toBe(networkOf('2001:db8:1:2::1'));
    expect(networkOf(null)).toBe('unknown');
  });
});

describe('proxies in the settings', () => {
  it.each(['everywhere', '10.0.0.0/99', '300.1.1.1', '10.0.0.1;10.0.0.2'])('are no %s', (value) => {
    expect(() => trusting(value)).toThrow(/TRUSTED_PROXIES must hold addresses/);
  });
});
