import { describe, expect, it, vi } from 'vitest';
import { chooseCompany } from '../../../widget/desk/state/companies.ts';
import { go } from '../../../widget/desk/state/desk.ts';
import {
  countOf,
  followPlace,
  PAGE,
  readOn,
  readQueue,
  rowAt,
} from '../../../widget/desk/state/queue.ts';
import { HOME } from '../../../widget/desk/state/route.ts';
import { buildIncident, ok, pageOf, refused, session, setUpInside } from './support.ts';

const titles = (items: { shortDescription: string }[] | null) =>
  items?.map((one) => one.shortDescription);

describe('the queue', () => {
  it('asks for what the view is about', async () => {
    const { desk, api, stop } = await setUpInside([]);
    expect(api.incidents).toHaveBeenLastCalledWith(
      expect.objectContaining({ waiting: 'true', page: 1, limit: PAGE }),
    );
    go(desk, { ...HOME, view: 'work' });
    await vi.waitFor(
      () =>
        expect(api.incidents).toHaveBeenLastCalledWith(
          expect.objectContaining({
            status: 'OPEN,ACKNOWLEDGED,INVESTIGATION',
            announcements: 'false',
          }),
        ),
      4_000,
    );
    go(desk, { page: 'queue', view: 'customer', customerId: 'c1', open: null });
    await vi.waitFor(
      () =>
        expect(api.incidents).toHaveBeenLastCalledWith(
          expect.objectContaining({ customerId: 'c1' }),
        ),
      4_000,
    );
    stop();
  });

  it('counts as in work what is open, answered or not', async () => {
    const counts = { OPEN: 3, ACKNOWLEDGED: 2, INVESTIGATION: 1, MITIGATED: 9 };
    const { desk, stop } = await setUpInside([], {
      incidents: async () => ok(pageOf([], { counts })),
    });
    expect(countOf(desk.queue.counts.value, 'work')).toBe(6);
    stop();
  });

  it('searches and filters, once the typing pauses', async () => {
    const { desk, api, stop } = await setUpInside([]);
    const before = api.incidents.mock.calls.length;
    for (const search of ['W', 'We', 'Wei']) desk.queue.search.value = search;
    desk.queue.priority.value = 'HIGH';
    await vi.waitFor(
      () =>
        expect(api.incidents).toHaveBeenLastCalledWith(
          expect.objectContaining({ search: 'Wei', priority: 'HIGH' }),
        ),
      4_000,
    );
    expect(api.incidents.mock.calls.length - before).toBe(1);
    stop();
  });

  it('drops the answer to a question that is no longer asked', async () => {
    let answerOld = (_answer: unknown) => {};
    const { desk, api, stop } = await setUpInside([buildIncident({ shortDescription: 'old' })]);
    api.incidents.mockImplementationOnce(
      () =>
        new Promise((resolve) => {
          answerOld = resolve as never;
        }),
    );
    desk.queue.priority.value = 'LOW';
    const late = readQueue(desk);
    api.incidents.mockResolvedValue(ok(pageOf([buildIncident({ shortDescription: 'new' })])));
    desk.queue.priority.value = 'HIGH';
    await readQueue(desk);
    answerOld(ok(pageOf([buildIncident({ shortDescription: 'late' })])));
    await late;
    expect(titles(desk.queue.items.value)).toEqual(['new']);
    stop();
  });

  it('marks what comes in while somebody looks, and says so', async () => {
    const known = buildIncident({ shortDescription: 'known' });
    const { desk, api, stop } = await setUpInside([known]);
    expect(desk.queue.fresh.value.size).toBe(0);
    const came = buildIncident({ shortDescription: 'came' });
    api.incidents.mockResolvedValue(ok(pageOf([came, known])));
    await readQueue(desk);
    expect([...desk.queue.fresh.value]).toEqual([came.id]);
    expect(desk.said.value).toBe('New in the queue: came');
    stop();
  });

  it('reads on at its end, and shows nothing twice', async () => {
    const first = Array.from({ length: PAGE }, () => buildIncident());
    const more = [first.at(-1) as never, buildIncident()];
    const { desk, api, stop } = await setUpInside([], {
      incidents: async ({ page }) => ok(pageOf(page === 1 ? first : more, { total: PAGE + 1 })),
    });
    await readOn(desk);
    expect(desk.queue.items.value).toHaveLength(PAGE + 1);
    expect(api.incidents).toHaveBeenLastCalledWith(expect.objectContaining({ page: 2 }));
    const before = api.incidents.mock.calls.length;
    await readOn(desk);
    expect(api.incidents.mock.calls.length).toBe(before);
    stop();
  });

  it('goes on from where the answered one stood, when that has left the list', async () => {
    const [first, open, next] = [buildIncident(), buildIncident(), buildIncident()];
    const { desk, api, stop } = await setUpInside([first, open, next]);
    const { queue } = desk;
    expect(rowAt(queue, -1, 1, 3)).toBe(0);
    followPlace(queue, open.id);
    api.incidents.mockResolvedValue(ok(pageOf([first, next])));
    await readQueue(desk);
    followPlace(queue, open.id);
    expect(rowAt(queue, -1, 1, 2)).toBe(1);
    expect(rowAt(queue, -1, -1, 2)).toBe(0);
    expect(rowAt(queue, 0, 1, 2)).toBe(1);
    followPlace(queue, undefined);
    expect(rowAt(queue, -1, 1, 2)).toBe(0);
    stop();
  });

  it('keeps what it shows when it cannot be read again', async () => {
    const { desk, api, stop } = await setUpInside([buildIncident({ shortDescription: 'kept' })]);
    api.incidents.mockResolvedValueOnce(refused('network'));
    await readQueue(desk);
    expect(titles(desk.queue.items.value)).toEqual(['kept']);
    expect(desk.isReached.value).toBe(false);
    stop();
  });

  it('is about one company, once a key over all has chosen it', async () => {
    const { desk, api, stop } = await setUpInside([], {
      session: async () => ok({ ...session, company: null }),
    });
    expect(api.incidents).toHaveBeenLastCalledWith(
      expect.objectContaining({ companyId: undefined }),
    );
    chooseCompany(desk, 'c1');
    await vi.waitFor(
      () =>
        expect(api.incidents).toHaveBeenLastCalledWith(
          expect.objectContaining({ companyId: 'c1' }),
        ),
      4_000,
    );
    stop();
  });
});
