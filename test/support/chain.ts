/** A client of live events as a panel is one: cut off, it comes back with its cursor, to whichever node is up. */
import { setTimeout as wait } from 'node:timers/promises';
import { type EventStream, type Frame, openEvents, type StreamCall } from './event-stream.ts';
import type { WayIn } from './fleet.ts';

export interface Chain {
  /** Every change that was told, over all its connections, in the order of arrival. */
  events(): Frame[];
  /** Signals that were told: `ready`, `resync`, `bye`. */
  signals(): string[];
  connections(): number;
  close(): Promise<void>;
}

/** Waits for its first connection, so that nothing comes before it. */
export async function openChain(
  way: WayIn,
  node: number,
  path: string,
  call: StreamCall,
): Promise<Chain> {
  const streams: EventStream[] = [];
  let isOver = false;
  const connect = async () => {
    const after = streams.at(-1)?.cursor() ?? '';
    const place = after === '' ? {} : { after };
    streams.push(await openEvents(await way.url(node), path, { ...call, ...place }));
  };
  const refused = async () => {
    way.onAnswer?.(null);
    await wait(50);
  };
  const follow = async () => {
    while (!isOver) {
      // Cut from our side after a while, where the server does not.
      await streams
        .at(-1)
        ?.ended()
        .catch(() => {});
      if (!isOver) await connect().catch(refused);
    }
  };
  await connect();
  const following = follow();
  return {
    events: () => streams.flatMap((one) => one.events()),
    signals: () =>
      streams.flatMap(({ frames, events }) => {
        const told = events();
        return frames.filter((one) => !told.includes(one)).map(({ event }) => event);
      }),
    connections: () => streams.length,
    async close() {
      isOver = true;
      streams.at(-1)?.close();
      await following;
    },
  };
}
