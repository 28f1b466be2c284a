import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openIncident, readList, setFilter } from '../../../widget/panel/state/listing.ts';
import { readOn } from '../../../widget/panel/state/reading-on.ts';
import { boot } from '../../../widget/panel/state/session.ts';
import { entriesOf } from '../../../widget/panel/state/timeline.ts';
import {
  buildComment,
  buildIncident,
  listed,
  NOW,
  ok,
  pageOf,
  refused,
  setUpInside,
} from './support.ts';

describe('the list of incidents', () => {
  beforeEach(() => void vi.useFakeTimers({ now: NOW }));
  afterEach(() => void vi.useRealTimers());

  it('asks for what the filter shows', async () => {
    const { panel, api } = setUpInside();
    await boot(panel);
    await readList(panel);
    expect(api.incidents).toHaveBeenLastCalledWith({ limit: 20, status: 'OPEN,IN_PROGRESS' });
    setFilter(panel, 'resolved');
    await readList(panel);
    expect(api.incidents).toHaveBeenLastCalledWith({ limit: 20, status: 'RESOLVED,CLOSED' });
  });

  it('reads on where it ended, and shows nothing twice', async () => {
    const [one, two, three] = [buildIncident(), buildIncident(), buildIncident()];
    const { panel, api } = setUpInside();
    await boot(panel);
    api.incidents.mockResolvedValueOnce(ok(pageOf([one, two], { nextCursor: '2' })));
    await readList(panel);
    api.incidents.mockResolvedValueOnce(ok(pageOf([two, three])));
    await readOn(panel);
    const { items, cursor } = panel.incidents.value.lists.open;
    expect(items.value?.map(({ id }) => id)).toEqual([one.id, two.id, three.id]);
    expect(cursor.value).toBeNull();
  });

  it('keeps what was scrolled into view when something new arrives on top', async () => {
    const old = Array.from({ length: 3 }, () => buildIncident());
    const { panel, api } = setUpInside();
    await boot(panel);
    panel.incidents.value.lists.open.items.value = old.map(listed);
    const fresh = buildIncident({ createdAt: new Date(NOW).toISOString() });
    api.incidents.mockResolvedValueOnce(
      ok(pageOf([fresh, ...old.slice(0, 1)], { nextCursor: '9' })),
    );
    await readList(panel);
    expect(panel.incidents.value.lists.open.items.value?.map(({ id }) => id)).toEqual(
      [fresh, ...old].map(({ id }) => id),
    );
  });

  it('announces news, once', async () => {
    const incident = buildIncident({ shortDescription: 'Invoice is wrong' });
    const { panel, api } = setUpInside();
    await boot(panel);
    api.incidents.mockResolvedValueOnce(ok(pageOf([incident])));
    await readList(panel);
    expect(panel.said.value).toBe('');
    const news = { ...incident, isUnread: true, status: 'RESOLVED', updatedAt: 'later' } as const;
    api.incidents.mockResolvedValueOnce(ok(pageOf([news])));
    expect(await readList(panel)).toBe('changed');
    expect(panel.said.value).toBe('News on Invoice is wrong: Resolved');
    expect(panel.incidents.value.unread.value).toBe(1);
    panel.said.value = '';
    api.incidents.mockResolvedValueOnce(ok(pageOf([news]), { isUnchanged: true }));
    expect(await readList(panel)).toBe('same');
    expect(panel.said.value).toBe('');
  });

  it('keeps showing what it has when a reading fails', async () => {
    const { panel, api } = setUpInside();
    await boot(panel);
    api.incidents.mockResolvedValueOnce(ok(pageOf([buildIncident()])));
    await readList(panel);
    api.incidents.mockResolvedValueOnce(refused('unavailable', { waitMs: 9_000 }));
    expect(await readList(panel)).toBe(9_000);
    expect(panel.incidents.value.lists.open.items.value).toHaveLength(1);
    expect(panel.pausedUntil.value).toBe(NOW + 9_000);
  });

  it('marks as seen what is on screen, once, and counts what is left', async () => {
    const incident = buildIncident({ isUnread: true });
    const other = buildIncident();
    const { panel, api } = setUpInside({ incident: async () => ok({ ...incident }) });
    await boot(panel);
    api.incidents.mockImplementation(async () => ok(pageOf([{ ...incident }, { ...other }])));
    api.markSeen.mockImplementation(async () => {
      incident.isUnread = false;
      // Answered while the first was on screen.
      other.isUnread = true;
      return ok(null);
    });
    await readList(panel);
    expect(panel.incidents.value.unread.value).toBe(1);
    openIncident(panel, incident.id);
    expect(api.markSeen).not.toHaveBeenCalled();
    panel.isOpen.value = true;
    await vi.advanceTimersByTimeAsync(0);
    expect(api.markSeen).toHaveBeenCalledExactlyOnceWith(incident.id, incident.updatedAt);
    const { unread, lists } = panel.incidents.value;
    expect(lists.open.items.value?.map(({ isUnread }) => isUnread)).toEqual([false, true]);
    expect(unread.value).toBe(1);
    panel.refresher?.dispose();
  });
});

describe('the timeline', () => {
  it('merges report, comments and status changes, and marks where a day begins', () => {
    const incident = buildIncident({
      createdAt: '2026-11-20T10:00:00.000Z',
      history: [
        { status: 'OPEN', at: '2026-11-20T10:00:00.000Z' },
        { status: 'RESOLVED', at: '2026-11-20T12:00:00.000Z' },
        { status: 'OPEN', at: '2026-11-22T12:00:00.000Z' },
      ],
      comments: [
        buildComment({ createdAt: '2026-11-20T11:00:00.000Z' }),
        buildComment({ createdAt: '2026-11-22T12:00:00.000Z', authorType: 'CUSTOMER' }),
      ],
    });
    const entries = entriesOf(incident);
    expect(entries.map(({ kind }) => kind)).toEqual([
      ...['day', 'text', 'text', 'status'],
      ...['day', 'text', 'status'],
    ]);
    expect(entries.flatMap((one) => (one.kind === 'text' ? [one.author] : []))).toEqual([
      null,
      'Nordlicht team',
      null,
    ]);
  });
});
