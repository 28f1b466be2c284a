/** Times in words, before and behind. */
import { describe, expect, it } from 'vitest';
import { timesIn } from '../../../widget/common/i18n/times.ts';

const NOW = Date.parse('2026-11-22T12:00:00.000Z');
const inSeconds = (seconds: number) => new Date(NOW + seconds * 1000).toISOString();
const { ago, until } = timesIn('en');

describe('times', () => {
  it.each([
    [-30, 'now'],
    [0, 'now'],
    [20, 'in 1 min'],
    [240, 'in 4 min'],
    [3 * 3600, 'in 3 hr'],
    [14 * 3600, 'in 14 hr'],
    [26 * 3600, 'tomorrow'],
    [72 * 3600, 'in 3 days'],
  ])('say how long it is until something that is %d s ahead', (seconds, expected) => {
    expect(until(inSeconds(seconds), NOW)).toBe(expected);
  });

  it('take what was written by a clock that is ahead for now', () => {
    expect(ago(inSeconds(120), NOW)).toBe('now');
  });
});
