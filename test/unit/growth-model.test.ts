/** What server/GROWTH.md says of the future is what the model says now. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { growthTables, INPUTS, needOf, waysOut } from '../bench/growth-model.ts';

const document = readFileSync(new URL('../../server/GROWTH.md', import.meta.url), 'utf8');

describe('the model of growth', () => {
  it('stands in GROWTH.md as it reckons', () => {
    expect(document).toContain(growthTables());
  });

  it('needs more of everything for more', () => {
    const [one, ten] = [needOf(1), needOf(10)];
    for (const key of Object.keys(one) as (keyof typeof one)[]) {
      expect(ten[key], key).toBeGreaterThanOrEqual(one[key]);
    }
    expect(ten.changes / one.changes).toBeCloseTo(10);
  });

  it('finds for each limit where it is reached: not before, and then at once', () => {
    for (const { times, what, use } of waysOut()) {
      expect(use(needOf(times - 1)), what).toBeLessThan(1);
      expect(use(needOf(times)), what).toBeGreaterThanOrEqual(1);
    }
  });

  it('says where each of its figures comes from', () => {
    const { node, postgres, ...others } = INPUTS;
    for (const all of [node, postgres, others]) {
      for (const [name, { value, unit, source }] of Object.entries(all)) {
        expect(value, name).toBeGreaterThan(0);
        expect(`${unit} ${source}`.length, name).toBeGreaterThan(10);
      }
    }
  });
});
