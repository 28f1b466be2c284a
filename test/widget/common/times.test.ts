/** Times in words, behind. More of them: panel/i18n.test. */
import { expect, it } from 'vitest';
import { timesIn } from '../../../widget/common/i18n/times.ts';

const NOW = Date.parse('2026-11-22T12:00:00.000Z');

it('what was written by a clock that is ahead was written now', () => {
  expect(timesIn('en').ago('2026-11-22T12:02:00.000Z', NOW)).toBe('now');
});
