/**
 * The live line to the server: opened while it is wanted, opened again by itself, continued where it was left.
 * Transport only: what an event means is the application's business.
 */
import { effect, type ReadonlySignal, signal, untracked } from '@preact/signals';
import { createFrameReader, type Frame } from './frames.ts';

/** The server sends a sign of life every 15 s: so long without one, and the line is dead. */
const SILENCE_MS = 40_000;
/** So long for the first frame: a proxy that holds answers back is found out by it. */
const FIRST_FRAME_MS = 10_000;
const FIRST_RETRY_MS = 2_000;
const SLOWEST_RETRY_MS = 60_000;
/** A line that held so long was a good one: the next failure is a first one again. */
const GOOD_AFTER_MS = 20_000;
/** After a farewell: at once, but not all of them in the same instant. */
const FAREWELL_MS = 500;
/** Failures in a row after which the application should rather poll. */
const ENOUGH_FAILURES = 3;

export interface LiveEvent {
  kind: string;
  data: unknown;
}

/** `down`: tried several times in vain; it goes on trying, and the application polls meanwhile. */
export type StreamState = 'off' | 'connecting' | 'live' | 'down';

export interface EventStreamDeps {
  /** Asks for the stream, from behind the place `after` on. */
  open: (after: string | null, signal: AbortSignal) => Promise<Response>;
  /** True while the stream is wanted: somebody is logged in, the page is visible and online. */
  isActive: ReadonlySignal<boolean>;
  onEvent: (event: LiveEvent) => void;
  /** Events may have been missed: everything on screen has to be read again. Also called when the line first stands. */
  onGap: () => void;
  /** The server no longer knows who asks. The stream rests until `isActive` turns true again. */
  onUnauthorized: () => void;
  random?: () => number;
}

export interface EventStream {
  state: ReadonlySignal<StreamState>;
  /** Tries at once, when it waits for its next attempt. */
  hurry(): void;
  dispose(): void;
}

/** Opens the stream as soon as, and keeps it only while, `isActive`. */
export function createEventStream(deps: EventStreamDeps): EventStream {
  const { isActive, random = Math.random } = deps;
  const state = signal<StreamState>('off');
  let place: string | null = null;
  /** The server's own place when this line began. */
  let greeting: string | null = null;
  let failures = 0;
  let retryMs = FIRST_RETRY_MS;
  let running: AbortController | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function connect(): Promise<void> {
    clearTimeout(timer);
    running?.abort();
    const controller = new AbortController();
    running = controller;
    if (state.peek() === 'off') state.value = 'connecting';
    const began = Date.now();
    const end = await listen(controller);
    if (running !== controller) return;
    running = null;
    if (end === 'unauthorized') {
      state.value = 'off';
      return deps.onUnauthorized();
    }
    const wasGood = Date.now() - began >= GOOD_AFTER_MS;
    if (wasGood) failures = 0;
    if (end === 'bye' && failures === 0) {
      state.value = 'connecting';
      return again(random() * FAREWELL_MS);
    }
    failures += 1;
    state.value = failures >= ENOUGH_FAILURES ? 'down' : 'connecting';
    const grown = Math.min(retryMs * 2 ** (failures - 1), SLOWEST_RETRY_MS);
    again(Math.max(typeof end === 'number' ? end : 0, grown) * (0.5 + random() / 2));
  }

  function again(waitMs: number): void {
    timer = setTimeout(connect, waitMs);
  }

  /** Holds one line until it ends. Answers how: with a farewell, by a failure, or with the wait that the server asks for. */
  async function listen(
    controller: AbortController,
  ): Promise<'bye' | 'lost' | 'unauthorized' | number> {
    const asked = place;
    let hasFrame = false;
    let isFarewell = false;
    let watchdog = setTimeout(() => controller.abort(), FIRST_FRAME_MS);
    const reader = createFrameReader(
      (frame) => {
        if (running !== controller) return;
        hasFrame = true;
        if (frame.event === 'bye') isFarewell = true;
        else take(frame, asked);
      },
      (waitMs) => {
        retryMs = Math.min(waitMs, SLOWEST_RETRY_MS);
      },
    );
    try {
      const response = await deps.open(asked, controller.signal);
      if (response.status === 401) return 'unauthorized';
      if (!response.ok) return Number(response.headers.get('retry-after')) * 1000 || 'lost';
      const isStream = response.headers.get('content-type')?.startsWith('text/event-stream');
      const body = isStream ? response.body?.getReader() : undefined;
      if (!body) return 'lost';
      const decoder = new TextDecoder();
      for (;;) {
        const { done, value } = await body.read();
        if (done) return isFarewell ? 'bye' : 'lost';
        reader.feed(decoder.decode(value, { stream: true }));
        clearTimeout(watchdog);
        watchdog = setTimeout(() => controller.abort(), hasFrame ? SILENCE_MS : FIRST_FRAME_MS);
      }
    } catch {
      return isFarewell ? 'bye' : 'lost';
    } finally {
      clearTimeout(watchdog);
      controller.abort();
    }
  }

  function take({ id, event, data }: Frame, asked: string | null): void {
    state.value = 'live';
    if (event === 'ready') {
      greeting = id;
      // With a place of our own, what was missed follows, and each event brings its place along.
      if (asked === null || place === null) startFrom(id);
    } else if (event === 'resync') startFrom(id ?? greeting);
    else {
      if (id !== null) place = id;
      deps.onEvent({ kind: event, data: parse(data) });
    }
  }

  function startFrom(id: string | null): void {
    place = id;
    deps.onGap();
  }

  function stop(): void {
    clearTimeout(timer);
    running?.abort();
    running = null;
    state.value = 'off';
  }

  const unwatch = effect(() => {
    if (isActive.value) {
      failures = 0;
      untracked(() => void connect());
    } else untracked(stop);
  });

  return {
    state,
    hurry() {
      if (isActive.peek() && !running) void connect();
    },
    dispose() {
      unwatch();
      stop();
    },
  };
}

function parse(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return null;
  }
}
