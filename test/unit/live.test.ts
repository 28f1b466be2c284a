/** The parts of live streams that need no database: cursors, and how catching up and going on meet. */
import { describe, expect, it } from 'vitest';
import { isAfter, type Place, type StoredEvent } from '../../server/db/events.ts';
import { createAlarm } from '../../server/live/alarm.ts';
import { readCursor, writeCursor } from '../../server/live/cursor.ts';
import { toFrame } from '../../server/live/frames.ts';
import { createHub } from '../../server/live/hub.ts';
import { goLive, type Listener, newStream, type Sink } from '../../server/live/stream.ts';

const NOW = Date.UTC(2026, 10, 22, 12);
const DAY_MS = 24 * 60 * 60 * 1000;
const ID = '0199d0c5-6c3e-7cc3-98c4-dc0c0c07398f';

/** The same numbers every time, so that what fails once fails again. */
function numbersFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

describe('a cursor', () => {
  it('comes back as the place that it was', () => {
    for (const xid of [3n, 4_294_967_296n, 9_223_372_036_854_775_807n]) {
      const place = { xid, id: ID };
      expect(readCursor(writeCursor(place, NOW), NOW)).toEqual(place);
    }
  });

  it('is good for as long as events are kept', () => {
    const cursor = writeCursor({ xid: 7n, id: ID }, NOW);
    expect(readCursor(cursor, NOW + DAY_MS)).not.toBe(null);
    expect(readCursor(cursor, NOW + DAY_MS + 1)).toBe(null);
  });

  it('is nothing that we have not written', () => {
    const good = writeCursor({ xid: 7n, id: ID }, NOW);
    for (const odd of [
      ...['', '7', 'null', '-', '--', ID, `-7${good.slice(1)}`, `${good}\n`, ` ${good}`],
      ...[good.toUpperCase(), `${good}, ${good}`, good.replace('7-', '99999999999999999999-')],
    ]) {
      expect(readCursor(odd, NOW), odd).toBe(null);
    }
  });
});

describe('places', () => {
  it('are in the order of the transaction, then of the id', () => {
    const at = (xid: bigint, id: string): Place => ({ xid, id });
    const sorted = [at(9n, 'b'), at(10n, 'a'), at(10n, 'b'), at(11n, 'a')];
    for (const [i, a] of sorted.entries()) {
      for (const [j, b] of sorted.entries()) expect(isAfter(a, b)).toBe(i > j);
    }
  });
});

const CUSTOMER: Listener = {
  ...{ side: 'customer', companyId: 'acme', customerId: 'ann', sessionId: 's' },
};

function buildEvent(number: number, overrides: Partial<StoredEvent> = {}): StoredEvent {
  return {
    // Three events of each transaction.
    place: { xid: BigInt(Math.floor(number / 3) + 10), id: `id-${number % 3}` },
    companyId: 'acme',
    incidentId: String(number),
    customerId: 'ann',
    kind: 'incident.updated',
    isInternal: false,
    status: null,
    commentId: null,
    at: '2026-11-22T12:00:00.000Z',
    ...overrides,
  };
}

/** Keeps what it is told, by the incident's number. */
function buildSink() {
  const told: number[] = [];
  const sink: Sink = {
    write(chunk) {
      for (const [, number] of String(chunk).matchAll(/"incidentId":"(\d+)"/g)) {
        told.push(Number(number));
      }
    },
    end() {},
    cut() {},
  };
  return { told, sink };
}

const range = (from: number, to: number) =>
  Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index);

describe('a stream that catches up while events arrive', () => {
  it('is told everything behind its place, once and in order, however the two fall together', async () => {
    for (let seed = 1; seed <= 500; seed += 1) {
      const random = numbersFrom(seed);
      const upTo = (limit: number) => Math.floor(random() * (limit + 1));
      const total = 1 + upTo(40);
      const events = range(0, total).map((number) => buildEvent(number));
      const hub = createHub();
      const { told, sink } = buildSink();
      const stream = newStream(CUSTOMER, sink, random());

      // Where the node's reader is when the stream is added, where the client was, and what its query sees.
      const readAtAdding = upTo(total);
      const sent = upTo(readAtAdding);
      const seenByQuery = readAtAdding + upTo(total - readAtAdding);
      const readAtJoining = readAtAdding + upTo(total - readAtAdding);

      hub.add(stream);
      await hub.publish(events.slice(readAtAdding, readAtJoining));
      for (const event of events.slice(sent, seenByQuery)) {
        sink.write(toFrame(event).forCustomers ?? '');
      }
      goLive(stream, events[seenByQuery - 1]?.place ?? { xid: 0n, id: '' });
      for (let next = readAtJoining; next < total; ) {
        const end = Math.min(total, next + 1 + upTo(5));
        await hub.publish(events.slice(next, end));
        next = end;
      }
      expect(told, `seed ${seed}`).toEqual(range(sent, total));
    }
  });
});

describe('the hub', () => {
  it('tells each listener what is theirs, whoever comes and goes', async () => {
    const people: { listener: Listener; isTold: (event: StoredEvent) => boolean }[] = [];
    for (const companyId of ['acme', 'beta']) {
      for (const customerId of [`ann of ${companyId}`, `bob of ${companyId}`]) {
        people.push({
          listener: { side: 'customer', companyId, customerId, sessionId: customerId },
          isTold: (event) =>
            !event.isInternal &&
            event.companyId === companyId &&
            (event.customerId === null || event.customerId === customerId),
        });
      }
    }
    for (const companyId of ['acme', 'beta', null]) {
      people.push({
        listener: { side: 'team', companyId, keyId: `key of ${companyId}`, deskSession: null },
        isTold: (event) => companyId === null || event.companyId === companyId,
      });
    }
    const random = numbersFrom(7);
    const pick = <T>(from: readonly T[]) => from[Math.floor(random() * from.length)] as T;
    const hub = createHub();
    const open = new Map<Listener, { stream: ReturnType<typeof newStream>; told: number[] }>();
    const expected = new Map<number[], number[]>();
    for (let number = 0; number < 2_000; number += 1) {
      const { listener } = pick(people);
      const there = open.get(listener);
      if (there !== undefined && random() < 0.3) {
        hub.remove(there.stream);
        open.delete(listener);
      } else if (there === undefined) {
        const { told, sink } = buildSink();
        const stream = newStream(listener, sink);
        hub.add(stream);
        goLive(stream, { xid: 0n, id: '' });
        open.set(listener, { stream, told });
        expected.set(told, []);
      }
      const companyId = pick(['acme', 'beta']);
      const customerId = pick([`ann of ${companyId}`, `bob of ${companyId}`, null]);
      const event = buildEvent(number, { companyId, customerId, isInternal: random() < 0.3 });
      await hub.publish([event]);
      for (const { listener: one, isTold } of people) {
        const told = open.get(one)?.told;
        if (told !== undefined && isTold(event)) expected.get(told)?.push(number);
      }
    }
    for (const [told, numbers] of expected) expect(told).toEqual(numbers);
    for (const { stream } of open.values()) hub.remove(stream);
    expect(hub.size()).toBe(0);
  });

  it('gives no customer an internal event, even of their own incident', async () => {
    const hub = createHub();
    const { told, sink } = buildSink();
    const stream = newStream(CUSTOMER, sink);
    hub.add(stream);
    goLive(stream, { xid: 0n, id: '' });
    await hub.publish([buildEvent(1, { isInternal: true }), buildEvent(2)]);
    expect(told).toEqual([2]);
    expect(toFrame(buildEvent(1, { isInternal: true })).forCustomers).toBe(null);
  });
});

describe('an alarm', () => {
  it('that rang while nobody slept cuts the next sleep short, and only that', async () => {
    const alarm = createAlarm();
    alarm.ring();
    alarm.ring();
    await alarm.sleep(2 ** 30);
    let isOver = false;
    const sleeping = alarm.sleep(2 ** 30).then(() => {
      isOver = true;
    });
    await Promise.resolve();
    expect(isOver).toBe(false);
    alarm.ring();
    await sleeping;
  });
});
