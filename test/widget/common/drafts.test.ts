import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createDrafts } from '../../../widget/common/state/drafts.ts';
import { createKeeper } from '../../../widget/common/state/keeper.ts';
import { fakeStorage } from '../panel/support.ts';

describe('drafts', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('are on the device at most 300 ms after the last letter, and found again by the next page', () => {
    const storage = fakeStorage();
    const drafts = createDrafts(createKeeper(() => storage));
    drafts.write('a/report', { description: 'Sin' });
    drafts.write('a/report', { description: 'Since 6:00' });
    expect(storage.getItem('a/report')).toBeNull();
    vi.advanceTimersByTime(300);
    expect(drafts.open('a/report').kept.value).toBe('device');
    const next = createDrafts(createKeeper(() => storage));
    expect(next.open('a/report').values.value).toEqual({ description: 'Since 6:00' });
    expect(next.open('a/report').kept.value).toBe('device');
  });

  it('are saved at once when the page goes away', () => {
    const storage = fakeStorage();
    const drafts = createDrafts(createKeeper(() => storage));
    drafts.write('a', { content: 'half a sent' });
    drafts.saveAll();
    expect(storage.getItem('a')).toContain('half a sent');
  });

  it('say so when they live only as long as the page', () => {
    const drafts = createDrafts(createKeeper(() => fakeStorage(true)));
    drafts.write('a', { content: 'x' });
    vi.advanceTimersByTime(300);
    expect(drafts.open('a').kept.value).toBe('page');
    expect(drafts.open('a').values.value).toEqual({ content: 'x' });
  });

  it('work when the very access to the storage throws', () => {
    const drafts = createDrafts(
      createKeeper(() => {
        throw new DOMException('denied', 'SecurityError');
      }),
    );
    drafts.write('a', { content: 'x' });
    drafts.saveAll();
    expect(drafts.open('a').kept.value).toBe('page');
  });

  it('count as nothing while only a choice was made', () => {
    const storage = fakeStorage();
    const drafts = createDrafts(
      createKeeper(() => storage),
      ['priority', 'category'],
    );
    drafts.write('a', { priority: 'HIGH', category: 'System' });
    drafts.saveAll();
    expect(drafts.open('a').kept.value).toBe('no');
    expect(storage.getItem('a')).toBeNull();
  });

  it('let a suggestion fill only what is empty', () => {
    const drafts = createDrafts(createKeeper(() => fakeStorage()));
    drafts.write('a', { email: 'mine@example.com', name: ' ' });
    drafts.fill('a', { email: 'theirs@example.com', name: 'Jürgen' });
    expect(drafts.open('a').values.value).toEqual({ email: 'mine@example.com', name: 'Jürgen' });
  });

  it('forget everything of one customer and nothing of another', () => {
    const storage = fakeStorage();
    const drafts = createDrafts(createKeeper(() => storage));
    drafts.write('p/c/anna/draft/report', { description: 'A' });
    drafts.write('p/c/bert/draft/report', { description: 'B' });
    drafts.saveAll();
    drafts.forget('p/c/anna/');
    expect(Object.keys(storage)).toEqual(['p/c/bert/draft/report']);
    expect(drafts.open('p/c/anna/draft/report').values.value).toEqual({});
  });

  it('survive rubbish on the device', () => {
    const storage = fakeStorage();
    storage.setItem('a', '{"description":7,"name":"x"');
    storage.setItem('b', '{"description":7,"name":"x"}');
    const drafts = createDrafts(createKeeper(() => storage));
    expect(drafts.open('a').values.value).toEqual({});
    expect(drafts.open('b').values.value).toEqual({ name: 'x' });
  });
});
