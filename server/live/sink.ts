/** Writes a stream into an HTTP response. */
import type { ServerResponse } from 'node:http';
import type { Context } from 'koa';
import type { Sink } from './stream.ts';

/** Bytes that a reader may be behind: all that a stream begins with, twice. One that is slower is cut, and comes back with its place. */
const MOST_UNREAD = 256 * 1024;
/** For the last words to arrive. */
const FAREWELL_MS = 5_000;

export function createSink(response: ServerResponse): Sink {
  return {
    write(chunk) {
      response.write(chunk);
      if (response.writableLength > MOST_UNREAD) response.destroy();
    },
    end(chunk) {
      response.end(chunk);
      // Somebody whose network is gone never says so.
      setTimeout(() => response.destroy(), FAREWELL_MS).unref();
    },
    cut() {
      response.destroy();
    },
  };
}

/** Takes the response over from Koa. */
export function startResponse(context: Context): void {
  context.set({
    'Content-Type': 'text/event-stream',
    'Cache-Control': 'no-cache, no-transform',
    // nginx and its like would keep events back until they have a few kilobytes.
    'X-Accel-Buffering': 'no',
    // Nothing follows on this connection, so the end of the stream is the end of it.
    Connection: 'close',
  });
  if (context.method === 'HEAD') return;
  context.respond = false;
  context.res.flushHeaders();
}
