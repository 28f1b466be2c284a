// @vitest-environment node
import { signal } from '@preact/signals';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createEventStream } from '../../../widget/common/live/event-stream.ts';

const READY = 'retry: 2000\n\nid: 1:a\nevent: ready\ndata: {}\n\n';
const EVENT = 'id: 2:b\nevent: comment.created\ndata: {"incidentId":"i"}\n\n';

interface Line {
  after: string | null;
  signal: AbortSignal;
  say: (text: string) => void;
  end: () => void;
}

/** A server whose streams the test holds in its hands; `answers` come first, one for each attempt. */
function start(answers: (Response | Error)[] = []) {
  const lines: Line[] = [];
  const isActive = signal(true);
  const seen: string[] = [];
  const encoder = new TextEncoder();
  const stream = createEventStream({
    isActive,
    random: () => 1,
    onEvent: ({ kind, data }) => seen.push(`${kind} ${JSON.stringify(data)}`),
    onGap: () => seen.push('gap'),
    onUnauthorized: () => seen.push('unauthorized'),
    async open(after, abort) {
      const answer = answers.shift();
      let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
      const body = new ReadableStream<Uint8Array>({
        start(given) {
          controller = given;
        },
      });
      abort.addEventListener('abort', () => {
        try {
          controller?.error(new DOMException('aborted', 'AbortError'));
        } catch {
          // It had ended before.
        }
      });
      lines.push({
        after,
        signal: abort,
        say: (text) => controller?.enqueue(encoder.encode(text)),
        end: () => controller?.close(),
      });
      if (answer instanceof Error) throw answer;
      return answer ?? new Response(body, { headers: { 'Content-Type': 'text/event-stream' } });
    },
  });
  const line = () => lines.at(-1) as Line;
  return { stream, lines, line, isActive, seen };
}

const pass = (ms = 0) => vi.advanceTimersByTimeAsync(ms);

describe('the live line', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('tells when it first stands, so that all is read once, and then each event', async () => {
    const { stream, line, seen } = start();
    await pass();
    expect(stream.state.value).toBe('connecting');
    line().say(READY);
    await pass();
    line().say(EVENT);
    await pass();
    expect(stream.state.value).toBe('live');
    expect(seen).toEqual(['gap', 'comment.created {"incidentId":"i"}']);
  });

  it('goes on where it was left, after a pause that grows with each failure', async () => {
    const { line, lines, seen } = start();
    await pass();
    line().say(READY + EVENT);
    await pass();
    line().end();
    await pass(1_900);
    expect(lines).toHaveLength(1);
    await pass(200);
    expect(line().after).toBe('2:b');
    line().end();
    await pass(3_900);
    expect(lines).toHaveLength(2);
    await pass(200);
    expect(lines).toHaveLength(3);
    line().say(READY);
    await pass();
    expect(seen.filter((what) => what === 'gap')).toHaveLength(1);
  });

  it('keeps its place when the line breaks between the greeting and what was missed', async () => {
    const { line, lines } = start();
    await pass();
    line().say(READY + EVENT);
    await pass();
    line().end();
    await pass(2_100);
    line().say('id: 9:z\nevent: ready\ndata: {}\n\n');
    await pass();
    line().end();
    await pass(60_000);
    expect(lines[2]?.after).toBe('2:b');
  });

  it('has everything read again when its place is no longer known', async () => {
    const { line, seen } = start();
    await pass();
    line().say(READY);
    await pass();
    line().end();
    await pass(2_100);
    line().say('id: 9:z\nevent: ready\ndata: {}\n\nevent: resync\ndata: {}\n\n');
    await pass();
    expect(seen).toEqual(['gap', 'gap']);
    line().end();
    await pass(60_000);
    expect(line().after).toBe('9:z');
  });

  it('comes back at once after a farewell', async () => {
    const { line, lines } = start();
    await pass();
    line().say(`${READY}event: bye\ndata: {}\n\n`);
    await pass();
    line().end();
    await pass(500);
    expect(lines).toHaveLength(2);
    expect(line().after).toBe('1:a');
  });

  it('holds a line for dead after 40 s without a sign of life', async () => {
    const { line, lines } = start();
    await pass();
    line().say(READY);
    for (let beat = 0; beat < 4; beat += 1) {
      await pass(30_000);
      line().say(': alive\n\n');
    }
    await pass();
    expect(lines).toHaveLength(1);
    await pass(40_000);
    expect(line().signal.aborted).toBe(true);
    await pass(2_000);
    expect(lines).toHaveLength(2);
  });

  it('says that it is down after three attempts in vain, and goes on trying', async () => {
    const gone = () => new TypeError('no way through');
    const { stream, lines, line } = start([gone(), gone(), gone()]);
    await pass(6_000);
    expect(lines).toHaveLength(3);
    expect(stream.state.value).toBe('down');
    await pass(8_000);
    line().say(READY);
    await pass();
    expect(stream.state.value).toBe('live');
  });

  it('sees through a proxy that holds the answer back', async () => {
    const { lines } = start();
    await pass(12_000);
    expect(lines).toHaveLength(2);
  });

  it('does not take a page of a proxy for a stream', async () => {
    const page = new Response('<html>', { headers: { 'Content-Type': 'text/html' } });
    const { lines, seen } = start([page]);
    await pass(2_000);
    expect(lines).toHaveLength(2);
    expect(seen).toEqual([]);
  });

  it('waits as long as the server asks', async () => {
    const { lines } = start([new Response('', { status: 429, headers: { 'Retry-After': '30' } })]);
    await pass(29_000);
    expect(lines).toHaveLength(1);
    await pass(2_000);
    expect(lines).toHaveLength(2);
  });

  it('rests when the server no longer knows who asks', async () => {
    const { lines, seen } = start([new Response('', { status: 401 })]);
    await pass(100_000);
    expect(seen).toEqual(['unauthorized']);
    expect(lines).toHaveLength(1);
  });

  it('stops while the page is hidden, and goes on where it was when it is seen again', async () => {
    const { stream, line, lines, isActive } = start();
    await pass();
    line().say(READY);
    await pass();
    isActive.value = false;
    expect(line().signal.aborted).toBe(true);
    expect(stream.state.value).toBe('off');
    await pass(100_000);
    expect(lines).toHaveLength(1);
    isActive.value = true;
    await pass();
    expect(line().after).toBe('1:a');
  });

  it('ends for good', async () => {
    const { stream, line, lines } = start();
    await pass();
    line().say(READY);
    await pass();
    stream.dispose();
    await pass(100_000);
    expect(line().signal.aborted).toBe(true);
    expect(lines).toHaveLength(1);
  });
});
