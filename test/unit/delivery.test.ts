/** The pure parts of delivery: the schedule, signatures, seals. */
import { Webhook as Verifier } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import {
  blockAfter,
  PAUSE_AFTER_MS,
  pauseAfter,
  readRetryAfter,
} from '../../server/delivery/schedule.ts';
import { newWebhookSecret, signatureHeaders } from '../../server/delivery/signature.ts';
import { createSeals } from '../../server/http/seals.ts';
import { everyTestShows, shows } from '../support/shows.ts';

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;
const none = () => 0;
const most = () => 1;

describe('the schedule', () => {
  everyTestShows(28);

  const pauses = (random: () => number) => {
    const all: number[] = [];
    for (let attempts = 1; ; attempts += 1) {
      const pause = pauseAfter(attempts, null, random);
      if (pause === null) return all;
      all.push(pause);
    }
  };

  it('begins with 5 s, grows, and lasts for three days at least', () => {
    const all = pauses(none);
    expect(all[0]).toBe(5 * SECOND);
    expect(all).toEqual([...all].sort((a, b) => a - b));
    const total = all.reduce((sum, one) => sum + one, 0);
    expect(total).toBeGreaterThanOrEqual(PAUSE_AFTER_MS);
    expect(total).toBeLessThan(4 * 24 * HOUR);
    shows(28, { 'attempts of one message': all.length + 1, 'hours of back-off': total / HOUR });
  });

  it('is spread by chance, to later only', () => {
    const [least, longest] = [pauses(none), pauses(most)];
    least.forEach((pause, index) => {
      expect(longest[index]).toBe(Math.round(pause * 1.2));
    });
  });

  it('grants the rest that a receiver asks for, up to a day', () => {
    expect(pauseAfter(1, HOUR, none)).toBe(HOUR);
    expect(pauseAfter(1, 1, none)).toBe(5 * SECOND);
    expect(pauseAfter(1, 1_000 * HOUR, none)).toBe(24 * HOUR);
  });

  it('tries a failing endpoint every quarter of an hour at least', () => {
    expect(blockAfter(1, null, none)).toBe(5 * SECOND);
    for (let failures = 1; failures < 1_000; failures += 1) {
      expect(blockAfter(failures, null, none)).toBeLessThanOrEqual(HOUR / 4);
    }
  });
});

describe('Retry-After', () => {
  const now = Date.parse('2026-11-22T10:00:00Z');
  it.each([
    ['120', 120 * SECOND],
    ['0', 0],
    ['Sun, 22 Nov 2026 10:01:00 GMT', 60 * SECOND],
    ['Sun, 22 Nov 2026 09:00:00 GMT', 0],
    ['-5', null],
    ['1e9', null],
    ['99999999999999', null],
    ['soon', null],
    ['', null],
    ['2026-11-22', null],
  ])('%j is %s ms', (value, expected) => {
    expect(readRetryAfter(value, now)).toBe(expected);
  });
});

describe('signatures', () => {
  everyTestShows(29);

  const body = '{"type":"comment.created","data":{"content":"Grüße 😀"}}';
  const verify = (secret: string, headers: Record<string, string>, given = body) =>
    new Verifier(secret).verify(given, headers);

  it('verify with the independent library', () => {
    const secret = newWebhookSecret();
    const headers = signatureHeaders('0199d0c5', new Date(), body, [secret]);
    expect(verify(secret, headers)).toEqual(JSON.parse(body));
    expect(() => verify(secret, headers, `${body} `)).toThrow();
    expect(() => verify(newWebhookSecret(), headers)).toThrow();
    expect(() => verify(secret, { ...headers, 'webhook-id': 'other' })).toThrow();
  });

  it('verify with both secrets during a rotation', () => {
    const [fresh, old] = [newWebhookSecret(), newWebhookSecret()];
    const headers = signatureHeaders('0199d0c5', new Date(), body, [fresh, old]);
    expect(headers['webhook-signature']).toMatch(/^v1,\S+ v1,\S+$/);
    for (const secret of [fresh, old]) expect(verify(secret, headers)).toEqual(JSON.parse(body));
  });

  it('are of secrets that nobody could guess', () => {
    const secrets = Array.from({ length: 100 }, newWebhookSecret);
    expect(new Set(secrets).size).toBe(100);
    for (const secret of secrets) {
      expect(Buffer.from(secret.replace('whsec_', ''), 'base64')).toHaveLength(32);
    }
  });
});

describe('seals', () => {
  const first = { kid: 'a', secret: 'a-secret-of-more-than-32-characters-0001' };
  const second = { kid: 'b', secret: 'a-secret-of-more-than-32-characters-0002' };

  it('hold for one text only', () => {
    const seals = createSeals([first]);
    const seal = seals.seal('mail-off.1.2');
    expect(seals.isSealed('mail-off.1.2', seal)).toBe(true);
    for (const text of ['mail-off.1.3', 'mail-on.1.2', ''])
      expect(seals.isSealed(text, seal)).toBe(false);
    for (const odd of ['', 'x', seal.slice(1), `${seal}A`]) {
      expect(seals.isSealed('mail-off.1.2', odd), odd).toBe(false);
    }
  });

  it('outlive a rotation of the keys, and not their removal', () => {
    const seal = createSeals([first]).seal('x');
    expect(createSeals([second, first]).isSealed('x', seal)).toBe(true);
    expect(createSeals([second]).isSealed('x', seal)).toBe(false);
  });
});
