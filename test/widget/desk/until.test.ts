/** Times in words, ahead. */
import { expect, it } from 'vitest';
import { until } from '../../../widget/desk/i18n/until.ts';

const NOW = Date.parse('2026-11-22T12:00:00.000Z');

it.each([
  [-30, 'now'],
  [0, 'now'],
  [20, 'in 1 min'],
  [240, 'in 4 min'],
  [3 * 3600, 'in 3 hr'],
  [14 * 3600, 'in 14 hr'],
  [26 * 3600, 'tomorrow'],
  [72 * 3600, 'in 3 days'],
])('something that is %d s ahead is %s', (seconds, expected) => {
  expect(until('en', new Date(NOW + seconds * 1000).toISOString(), NOW)).toBe(expected);
});
