/**
 * One open stream: who listens, and what they have been told. Catching up and going on meet here without a gap, a
 * repetition or a step back: what arrives while a stream catches up waits, and nothing is told that lies before what
 * was told last.
 */
import { HEARTBEAT_MS } from '../../shared/events.ts';
import { isAfter, type Place } from '../db/events.ts';
import type { LiveFrame } from './frames.ts';

/** Where a stream's bytes go. */
export interface Sink {
  write(chunk: string | Buffer): void;
  /** The last words, and the end. */
  end(chunk: string): void;
  /** Ends at once: the other side does not read. */
  cut(): void;
}

export type Listener = CustomerListener | TeamListener;

export interface CustomerListener {
  side: 'customer';
  companyId: string;
  customerId: string;
  sessionId: string;
}

export interface TeamListener {
  side: 'team';
  /** Null: all companies. */
  companyId: string | null;
  keyId: string;
  /** Hash of the desk session's token, in hex; null where the key itself was sent. */
  deskSession: string | null;
}

export interface Stream {
  readonly listener: Listener;
  readonly sink: Sink;
  /** What has been told: everything up to here. */
  place: Place;
  /** What has arrived while it catches up; null from then on. */
  waiting: LiveFrame[] | null;
  /** Milliseconds since 1970. */
  readonly beganAt: number;
  /** Milliseconds since 1970: then it is asked to come back. */
  readonly endsAt: number;
  /** In which of each 15 seconds it gets its sign of life. */
  readonly beat: number;
}

/** More than this while it catches up: it had better come back. */
const MOST_WAITING = 200;

/** Nobody holds a line for longer: that is how load finds its way to new nodes. */
const LONGEST_MS = 15 * 60_000;
const SHORTEST_PART = 0.8;

const NOWHERE: Place = { xid: 0n, id: '' };

/** A stream that is still to catch up. `random` from 0 to 1 keeps those that began together from ending together. */
export function newStream(listener: Listener, sink: Sink, random = Math.random()): Stream {
  const beganAt = Date.now();
  const lifeMs = LONGEST_MS * (SHORTEST_PART + (1 - SHORTEST_PART) * random);
  const beat = Math.floor((random * HEARTBEAT_MS) / 1000);
  return { listener, sink, place: NOWHERE, waiting: [], beganAt, endsAt: beganAt + lifeMs, beat };
}

/** Tells an event, now or when the stream has caught up. */
export function tell(stream: Stream, frame: LiveFrame): void {
  if (stream.waiting === null) {
    write(stream, frame);
  } else if (stream.waiting.push(frame) > MOST_WAITING) {
    stream.waiting = [];
    stream.sink.cut();
  }
}

/** From here on events go out as they come. `place`: everything up to there has been told, or is not asked for. */
export function goLive(stream: Stream, place: Place): void {
  const { waiting } = stream;
  stream.place = place;
  stream.waiting = null;
  for (const frame of waiting ?? []) write(stream, frame);
}

/** What this listener may read of an event; null where that is nothing. */
export function bytesFor({ listener }: Stream, frame: LiveFrame): Buffer | null {
  return listener.side === 'team' ? frame.forTeam : frame.forCustomers;
}

function write(stream: Stream, frame: LiveFrame): void {
  const bytes = bytesFor(stream, frame);
  if (bytes === null || !isAfter(frame.place, stream.place)) return;
  stream.place = frame.place;
  stream.sink.write(bytes);
}
