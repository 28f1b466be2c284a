import { signal } from '@preact/signals';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createRefresher, type Due } from '../../../widget/common/live/refresh.ts';

function start(due: () => Due = () => 'same') {
  const isActive = signal(true);
  const looks: number[] = [];
  const began = Date.now();
  const refresher = createRefresher({
    isActive,
    onDue: async () => {
      looks.push(Math.round((Date.now() - began) / 100) / 10);
      return due();
    },
  });
  return { isActive, looks, refresher };
}

describe('looking for news', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('begins at once, then every 5 s at the quickest, and slows down to once a minute', async () => {
    const { looks } = start();
    await vi.advanceTimersByTimeAsync(600_000);
    const gaps = looks
      .slice(1)
      .map((at, index) => Math.round((at - (looks[index] ?? 0)) * 10) / 10);
    expect(looks[0]).toBe(0);
    expect(gaps[0]).toBe(5);
    expect(Math.max(...gaps)).toBe(60);
    expect(gaps).toEqual([...gaps].sort((one, other) => one - other));
  });

  it('stays quick while things change', async () => {
    const { looks } = start(() => 'changed');
    await vi.advanceTimersByTimeAsync(20_000);
    expect(looks).toEqual([0, 5, 10, 15, 20]);
  });

  it('stops while the panel is closed or hidden, and looks at once when it is back', async () => {
    const { isActive, looks } = start();
    await vi.advanceTimersByTimeAsync(0);
    isActive.value = false;
    await vi.advanceTimersByTimeAsync(300_000);
    expect(looks).toHaveLength(1);
    isActive.value = true;
    await vi.advanceTimersByTimeAsync(0);
    expect(looks).toHaveLength(2);
  });

  it('gives the server the pause it asks for', async () => {
    const { looks } = start(() => 42_000);
    await vi.advanceTimersByTimeAsync(45_000);
    expect(looks).toEqual([0, 42]);
  });

  it('hurries when something just happened, and is over when it is disposed of', async () => {
    const { looks, refresher } = start();
    await vi.advanceTimersByTimeAsync(1_000);
    refresher.hurry();
    await vi.advanceTimersByTimeAsync(0);
    expect(looks).toEqual([0, 1]);
    refresher.dispose();
    await vi.advanceTimersByTimeAsync(300_000);
    expect(looks).toHaveLength(2);
  });
});
