/** All open streams of this node, found by who must hear of an event. In memory: an event is read once for all of them. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Place, StoredEvent } from '../db/events.ts';
import { signalFrame, toFrame } from './frames.ts';
import { type Listener, type Stream, tell } from './stream.ts';

export interface Hub {
  size(): number;
  add(stream: Stream): void;
  has(stream: Stream): boolean;
  /** Whether it was there. */
  remove(stream: Stream): boolean;
  /** The streams that this customer, or this key, has open, the oldest first. */
  streamsOf(listener: Listener): Stream[];
  all(): Iterable<Stream>;
  /** Tells events, in their order, to all who may hear of them. */
  publish(events: readonly StoredEvent[]): Promise<void>;
  /** The database has begun anew: whoever listens reads everything again, from this place. */
  resync(place: Place): void;
}

/** Writes before the node looks after its requests, and lets go what it has written. */
const TURN = 100;

export function createHub(): Hub {
  const streams = new Set<Stream>();
  const groups = new Map<string, Set<Stream>>();

  const membersOf = (key: string) => groups.get(key) ?? [];

  /** Everyone who may hear of an event, each once. */
  function* audience({ companyId, customerId, isInternal }: StoredEvent): Iterable<Stream> {
    if (!isInternal) {
      yield* membersOf(customerId === null ? company(companyId) : customer(companyId, customerId));
    }
    yield* membersOf(team(companyId));
    yield* membersOf(team(null));
  }

  return {
    size: () => streams.size,
    add(stream) {
      streams.add(stream);
      for (const key of groupsOf(stream.listener)) {
        const group = groups.get(key);
        if (group === undefined) groups.set(key, new Set([stream]));
        else group.add(stream);
      }
    },
    has: (stream) => streams.has(stream),
    remove(stream) {
      if (!streams.delete(stream)) return false;
      for (const key of groupsOf(stream.listener)) {
        const group = groups.get(key);
        group?.delete(stream);
        if (group?.size === 0) groups.delete(key);
      }
      return true;
    },
    streamsOf(listener) {
      if (listener.side === 'customer') {
        return [...membersOf(customer(listener.companyId, listener.customerId))];
      }
      return [...membersOf(team(listener.companyId))].filter(
        ({ listener: other }) => other.side === 'team' && other.keyId === listener.keyId,
      );
    },
    all: () => streams,
    async publish(events) {
      let writes = 0;
      for (const event of events) {
        const frame = toFrame(event);
        for (const stream of audience(event)) {
          tell(stream, frame);
          writes += 1;
          if (writes % TURN === 0) await nextTurn();
        }
      }
    },
    resync(place) {
      const frame = signalFrame('resync', place);
      for (const stream of streams) {
        // One that is still catching up finds out by itself.
        if (stream.waiting !== null) continue;
        stream.place = place;
        stream.sink.write(frame);
      }
    },
  };
}

const customer = (companyId: string, customerId: string) => `customer ${companyId} ${customerId}`;
const company = (companyId: string) => `company ${companyId}`;
const team = (companyId: string | null) => `team ${companyId ?? 'all'}`;

function groupsOf(listener: Listener): string[] {
  if (listener.side === 'team') return [team(listener.companyId)];
  const { companyId, customerId } = listener;
  return [company(companyId), customer(companyId, customerId)];
}
