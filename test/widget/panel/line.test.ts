/** The live line: what its events make the panel read, when it stands, and what happens without it. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Api } from '../../../widget/panel/api/portal.ts';
import { go, obey } from '../../../widget/panel/state/host.ts';
import { openIncident } from '../../../widget/panel/state/listing.ts';
import { boot } from '../../../widget/panel/state/session.ts';
import {
  buildAnnouncement,
  buildComment,
  buildIncident,
  NOW,
  ok,
  pageOf,
  setUpInside,
} from './support.ts';

/** A line that says what a test wants it to say. */
function fakeLine() {
  const asked: (string | null)[] = [];
  let controller: ReadableStreamDefaultController<Uint8Array> | null = null;
  let isUp = true;
  const events = vi.fn<Api['events']>(async (after, signal) => {
    asked.push(after);
    if (!isUp) throw new TypeError('no way through');
    const body = new ReadableStream<Uint8Array>({
      start(made) {
        controller = made;
        signal.addEventListener('abort', () => made.error(signal.reason));
        // Sent to a line that goes on, too; it changes nothing there.
        if (asked.length > 1) ready();
      },
    });
    return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
  });
  const ready = () => say('event: ready\nid: p0\ndata: {}\n\n');
  const say = (text: string) => controller?.enqueue(new TextEncoder().encode(text));
  let place = 0;
  return {
    asked,
    events,
    ready,
    tell(data: object) {
      place += 1;
      say(`id: p${place}\nevent: incident.updated\ndata: ${JSON.stringify(data)}\n\n`);
    },
    cut() {
      isUp = false;
      controller?.close();
    },
    mend() {
      isUp = true;
    },
  };
}

async function open(overrides: Partial<Api> = {}) {
  const line = fakeLine();
  const setup = setUpInside({ events: line.events, ...overrides });
  await setup.panel.files.work.load();
  await boot(setup.panel);
  obey(setup.panel, { type: 'open' });
  await vi.advanceTimersByTimeAsync(0);
  line.ready();
  await vi.advanceTimersByTimeAsync(200);
  for (const call of Object.values(setup.api)) call.mockClear();
  return { ...setup, line };
}

const about = (incidentId: string, isAnnouncement = false) => ({
  incidentId,
  isAnnouncement,
  at: '',
});

describe('the live line', () => {
  beforeEach(() => void vi.useFakeTimers({ now: NOW }));
  afterEach(() => void vi.useRealTimers());

  it('stands for nobody until the panel was open once', async () => {
    const { events } = fakeLine();
    const { panel } = setUpInside({ events });
    await panel.files.work.load();
    await boot(panel);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(events).not.toHaveBeenCalled();
    obey(panel, { type: 'open' });
    await vi.advanceTimersByTimeAsync(0);
    expect(events).toHaveBeenCalledOnce();
  });

  it('replaces the polling', async () => {
    const { api } = await open();
    await vi.advanceTimersByTimeAsync(30_000);
    expect(api.incidents).not.toHaveBeenCalled();
  });

  it('reads the list once for a burst of events', async () => {
    const { api, line } = await open();
    for (let count = 0; count < 20; count += 1) line.tell(about(`i${count}`));
    await vi.advanceTimersByTimeAsync(500);
    expect(api.incidents).toHaveBeenCalledOnce();
    expect(api.announcements).not.toHaveBeenCalled();
  });

  it('reads the incident on screen again, and for others the list beside it', async () => {
    const incident = buildIncident();
    const { api, panel, line } = await open({ incident: async () => ok(incident) });
    openIncident(panel, incident.id);
    await vi.advanceTimersByTimeAsync(0);
    api.incident.mockClear();
    line.tell(about(incident.id));
    await vi.advanceTimersByTimeAsync(200);
    expect(api.incident).toHaveBeenCalledOnce();
    expect(api.incidents).not.toHaveBeenCalled();
    line.tell(about('another'));
    await vi.advanceTimersByTimeAsync(200);
    expect(api.incidents).toHaveBeenCalledOnce();
  });

  it('moves the count of a closed panel', async () => {
    const { api, panel, line, told } = await open();
    obey(panel, { type: 'close' });
    api.incidents.mockResolvedValue(ok(pageOf([buildIncident({ isUnread: true })])));
    line.tell(about('any'));
    await vi.advanceTimersByTimeAsync(200);
    expect(told.at(-1)).toEqual({ type: 'unread', count: 1 });
    expect(api.markSeen).not.toHaveBeenCalled();
  });

  it('brings announcements, and says what is new of them', async () => {
    const { api, panel, line } = await open();
    const known = buildAnnouncement();
    const texts: string[] = [];
    const steps = [
      known,
      { ...known, updates: [buildComment({ content: 'Soon.' })] },
      { ...known, status: 'RESOLVED' as const, updates: [buildComment({ content: 'Soon.' })] },
    ];
    for (const step of steps) {
      api.announcements.mockResolvedValueOnce(ok([step]));
      line.tell(about(known.id, true));
      await vi.advanceTimersByTimeAsync(200);
      texts.push(panel.said.value);
    }
    const { shortDescription: title } = known;
    expect(texts).toEqual([
      `Known problem: ${title}`,
      `News on ${title}: Soon.`,
      `Resolved: ${title}`,
    ]);
    expect(panel.announcements.value).toEqual([steps.at(-1)]);
  });

  it('rests while the page is hidden, and goes on where it was', async () => {
    const { panel, line, api } = await open();
    line.tell(about('i1'));
    await vi.advanceTimersByTimeAsync(200);
    panel.isVisible.value = false;
    await vi.advanceTimersByTimeAsync(600_000);
    expect(line.asked).toEqual([null]);
    api.incidents.mockClear();
    panel.isVisible.value = true;
    await vi.advanceTimersByTimeAsync(0);
    expect(line.asked).toEqual([null, 'p1']);
    expect(api.incidents).toHaveBeenCalledOnce();
  });

  it('gives way to polling while it is down, and takes over again', async () => {
    const { line, api, panel } = await open();
    line.cut();
    await vi.advanceTimersByTimeAsync(30_000);
    expect(api.incidents.mock.calls.length).toBeGreaterThan(2);
    line.mend();
    while (panel.line.value !== 'live') await vi.advanceTimersByTimeAsync(1_000);
    await vi.advanceTimersByTimeAsync(1_000);
    api.incidents.mockClear();
    await vi.advanceTimersByTimeAsync(30_000);
    expect(api.incidents).not.toHaveBeenCalled();
  });

  it('leads to the door when the session is over', async () => {
    const { panel } = setUpInside({
      events: async () => new Response(null, { status: 401 }),
    });
    await panel.files.work.load();
    await boot(panel);
    obey(panel, { type: 'open' });
    await vi.advanceTimersByTimeAsync(0);
    expect([panel.phase.value, panel.notice.value]).toEqual(['enter', 'expired']);
  });

  it('lets go of everything with the log-out', async () => {
    const { panel, line } = await open();
    go(panel, { name: 'home' });
    obey(panel, { type: 'logout' });
    await vi.advanceTimersByTimeAsync(100_000);
    expect(panel.phase.value).toBe('enter');
    expect(line.asked).toEqual([null]);
  });
});

describe('a link to an incident', () => {
  beforeEach(() => void vi.useFakeTimers({ now: NOW }));
  afterEach(() => void vi.useRealTimers());
  const incident = buildIncident();
  const view = incident.ticketNumber as `INC-${string}`;

  it('shows it by its number, and knows it by its id from then on', async () => {
    const { panel, api } = await open({ incident: async () => ok(incident) });
    obey(panel, { type: 'open', view });
    await vi.advanceTimersByTimeAsync(0);
    expect(api.incident.mock.calls.map(([id]) => id)).toEqual([view, incident.id]);
    expect(panel.route.value).toEqual({ name: 'incident', id: incident.id });
    expect(panel.incidents.value.reading.value).toMatchObject({ id: incident.id });
  });

  it('holds for whoever logs in after it was followed, and for nobody later', async () => {
    const { panel } = await open({ incident: async () => ok(incident) });
    panel.phase.value = 'enter';
    panel.owner = 'somebody else';
    obey(panel, { type: 'open', view });
    await boot(panel);
    expect(panel.route.value).toEqual({ name: 'incident', id: view });
    expect(panel.isLinked).toBe(false);
  });
});
