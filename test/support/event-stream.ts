/** Reads a live stream as a client does. What was said stays; a test waits for what it expects and never for time. */
import type { LiveEvent, TeamLiveEvent } from '../../shared/events.ts';

export interface Frame {
  id: string | null;
  event: string;
  data: Partial<TeamLiveEvent> & Partial<LiveEvent>;
}

export interface EventStream {
  /** Every frame so far, signals included. */
  frames: readonly Frame[];
  /** All text so far: heartbeats and `retry` too. */
  text(): string;
  headers: Headers;
  /** The frames that tell a change. */
  events(): Frame[];
  /** The last id that was read. */
  cursor(): string;
  /** Waits until a frame fits, and returns the first that does. */
  until(fits: string | ((frame: Frame) => boolean)): Promise<Frame>;
  /** Waits for so many changes, and returns them. */
  untilEvents(count: number): Promise<Frame[]>;
  /** Waits until the server has ended the stream. */
  ended(): Promise<void>;
  close(): void;
}

export interface StreamCall {
  token?: string;
  apiKey?: string;
  /** The last id of an earlier stream. */
  after?: string;
  headers?: Record<string, string>;
}

/** Longer than anything may take, and shorter than a test's limit, so that what was said is told. */
const LIMIT_MS = 10_000;

const SIGNALS: readonly string[] = ['ready', 'resync', 'bye'];

/** Opens a stream and waits for its first frame; throws when it is refused. `path` is below /api/v1. */
export async function openEvents(
  origin: string,
  path: string,
  call: StreamCall = {},
): Promise<EventStream> {
  const aborter = new AbortController();
  const response = await askForEvents(origin, path, call, aborter.signal);
  if (response.status !== 200 || response.body === null) {
    throw new Error(`the stream was refused: ${response.status} ${await response.text()}`);
  }
  const stream = follow(response, aborter);
  await stream.until(() => true);
  return stream;
}

/** The plain answer, for streams that are refused. */
export function askForEvents(
  origin: string,
  path: string,
  { token, apiKey, after, headers = {} }: StreamCall,
  signal?: AbortSignal,
): Promise<Response> {
  return fetch(`${origin}/api/v1${path}`, {
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(apiKey === undefined ? {} : { 'x-api-key': apiKey }),
      ...(after === undefined ? {} : { 'last-event-id': after }),
      ...headers,
    },
    ...(signal === undefined ? {} : { signal }),
  });
}

export const customerEvents = (origin: string, call: StreamCall) =>
  openEvents(origin, '/customer/events', call);
export const teamEvents = (origin: string, call: StreamCall) =>
  openEvents(origin, '/incident-ticket/events', call);

function follow(response: Response, aborter: AbortController): EventStream {
  const frames: Frame[] = [];
  let text = '';
  let hasEnded = false;
  let waiting: (() => void)[] = [];
  const news = () => {
    const all = waiting;
    waiting = [];
    for (const look of all) look();
  };

  const read = async () => {
    const decoder = new TextDecoder();
    let parsed = 0;
    for await (const chunk of response.body as ReadableStream<Uint8Array>) {
      text += decoder.decode(chunk, { stream: true });
      for (let end = text.indexOf('\n\n', parsed); end >= 0; end = text.indexOf('\n\n', parsed)) {
        const frame = toFrame(text.slice(parsed, end));
        if (frame !== null) frames.push(frame);
        parsed = end + 2;
      }
      news();
    }
  };
  const reading = read()
    .catch(() => {})
    .finally(() => {
      hasEnded = true;
      news();
    });

  /** Waits until `look` finds something. */
  const wait = async <T>(what: string, look: () => T | undefined): Promise<T> => {
    const limit = setTimeout(() => aborter.abort(), LIMIT_MS);
    try {
      for (;;) {
        const found = look();
        if (found !== undefined) return found;
        if (hasEnded) throw new Error(`the stream ended without ${what}:\n${text}`);
        await new Promise<void>((resolve) => waiting.push(resolve));
      }
    } finally {
      clearTimeout(limit);
    }
  };
  const events = () => frames.filter(({ event }) => !SIGNALS.includes(event));

  return {
    frames,
    text: () => text,
    headers: response.headers,
    events,
    cursor: () => frames.findLast(({ id }) => id !== null)?.id ?? '',
    until: (fits) =>
      wait(String(fits), () =>
        frames.find((one) => (typeof fits === 'string' ? one.event === fits : fits(one))),
      ),
    untilEvents: (count) =>
      wait(`${count} events`, () => (events().length >= count ? events() : undefined)),
    async ended() {
      const limit = setTimeout(() => aborter.abort(), LIMIT_MS);
      await reading;
      clearTimeout(limit);
      if (aborter.signal.aborted) throw new Error(`the stream was not ended:\n${text}`);
    },
    close: () => aborter.abort(),
  };
}

/** Null for a block that says nothing: a comment, or `retry` alone. */
function toFrame(block: string): Frame | null {
  const fields = new Map(
    block.split('\n').map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon), line.slice(colon + 1).trimStart()] as const;
    }),
  );
  const event = fields.get('event');
  if (event === undefined) return null;
  return { id: fields.get('id') ?? null, event, data: JSON.parse(fields.get('data') ?? '{}') };
}
