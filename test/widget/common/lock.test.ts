/** Work that one tab does at a time, and does all the same where the browser denies locks. */
import { afterEach, expect, it, vi } from 'vitest';
import { withLock } from '../../../widget/common/state/lock.ts';

const locks = (request: (name: string, work: () => Promise<void>) => Promise<void>) =>
  vi.stubGlobal('navigator', { locks: { request } });
afterEach(() => vi.unstubAllGlobals());

it('runs the work once it has the lock', async () => {
  const asked: string[] = [];
  locks((name, work) => {
    asked.push(name);
    return work();
  });
  const work = vi.fn(async () => {});
  await withLock('outbox', work);
  expect([asked, work.mock.calls.length]).toEqual([['outbox'], 1]);
});

it('runs it without one where locks are denied, or unknown', async () => {
  const work = vi.fn(async () => {});
  locks(() => Promise.reject(new DOMException('denied', 'SecurityError')));
  await withLock('outbox', work);
  vi.stubGlobal('navigator', {});
  await withLock('outbox', work);
  expect(work).toHaveBeenCalledTimes(2);
});

it('runs work that fails once, and says so', async () => {
  locks((_name, work) => work());
  const work = vi.fn(() => Promise.reject(new Error('lost')));
  await expect(withLock('outbox', work)).rejects.toThrow('lost');
  expect(work).toHaveBeenCalledTimes(1);
});
