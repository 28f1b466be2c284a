import { describe, expect, it, vi } from 'vitest';
import type { Api } from '../../../widget/desk/api/desk.ts';
import { draftKey } from '../../../widget/desk/state/kept.ts';
import { buildComment, buildIncident, ok, pageOf, setUpInside } from './support.ts';

/** A live line that the test holds in its hands. */
function heldLine() {
  const encoder = new TextEncoder();
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  const events = vi.fn<Api['events']>(async () => {
    const body = new ReadableStream<Uint8Array>({
      start(given) {
        controller = given;
      },
    });
    return new Response(body, { headers: { 'Content-Type': 'text/event-stream' } });
  });
  const say = (event: string, data: object, id = '1') =>
    controller?.enqueue(
      encoder.encode(`id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`),
    );
  return { events, say };
}

describe('what happens elsewhere', () => {
  it('appears by itself: in the queue, in the counts, in the incident on screen', async () => {
    const { events, say } = heldLine();
    const incident = buildIncident();
    const { desk, api, stop } = await setUpInside(
      [incident],
      { events },
      `#waiting/${incident.ticketNumber}`,
    );
    await vi.waitFor(() => expect(desk.case.incident.value?.id).toBe(incident.id), 4_000);
    say('ready', {});
    await vi.waitFor(() => expect(desk.stream.value).toBe('live'), 4_000);
    desk.drafts.write(draftKey(desk, incident.id, 'reply'), { content: 'Being typed' });

    const answered = { ...incident, comments: [buildComment({ authorType: 'CUSTOMER' })] };
    api.incident.mockResolvedValue(ok(answered));
    api.incidents.mockResolvedValue(ok(pageOf([answered, buildIncident()])));
    say('comment.created', { incidentId: incident.id }, '2');
    await vi.waitFor(() => expect(desk.case.incident.value?.comments).toHaveLength(1), 4_000);
    await vi.waitFor(() => expect(desk.queue.items.value).toHaveLength(2), 4_000);
    expect(desk.queue.counts.value?.waiting).toBe(2);
    expect(desk.drafts.open(draftKey(desk, incident.id, 'reply')).values.value.content).toBe(
      'Being typed',
    );
    stop();
  });

  it('tells that the server is back, once the line stands', async () => {
    const { events, say } = heldLine();
    const { desk, stop } = await setUpInside([], { events });
    desk.isReached.value = false;
    say('ready', {});
    await vi.waitFor(() => expect(desk.stream.value).toBe('live'), 4_000);
    expect(desk.isReached.value).toBe(true);
    stop();
  });

  it('is read once for many events that come together', async () => {
    const { events, say } = heldLine();
    const { desk, api, stop } = await setUpInside([buildIncident()], { events });
    say('ready', {});
    await vi.waitFor(() => expect(desk.stream.value).toBe('live'), 4_000);
    await vi.waitFor(() => expect(api.incidents.mock.calls.length).toBeGreaterThan(1), 4_000);
    const before = api.incidents.mock.calls.length;
    for (let count = 0; count < 20; count += 1) say('incident.created', { incidentId: 'x' }, '3');
    await vi.waitFor(() => expect(api.incidents.mock.calls.length).toBe(before + 1), 4_000);
    stop();
  });

  it('is read also while events never pause', async () => {
    const { events, say } = heldLine();
    const { desk, api, stop } = await setUpInside([buildIncident()], { events });
    say('ready', {});
    await vi.waitFor(() => expect(desk.stream.value).toBe('live'), 4_000);
    const going = setInterval(() => say('incident.created', { incidentId: 'x' }, '3'), 20);
    const before = api.incidents.mock.calls.length;
    await vi.waitFor(
      () => expect(api.incidents.mock.calls.length).toBeGreaterThan(before + 3),
      4_000,
    );
    clearInterval(going);
    stop();
  });

  it('is not listened for while the page is hidden', async () => {
    const { events } = heldLine();
    const { desk, stop } = await setUpInside([], { events });
    await vi.waitFor(() => expect(events).toHaveBeenCalledTimes(1), 4_000);
    desk.isVisible.value = false;
    expect(events.mock.calls[0]?.[2].aborted).toBe(true);
    desk.isVisible.value = true;
    await vi.waitFor(() => expect(events).toHaveBeenCalledTimes(2), 4_000);
    stop();
  });
});
