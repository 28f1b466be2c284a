/** What came over the network: every answer with the bytes of its body as they were sent. */
import type { BrowserContext, Page } from 'playwright-core';

export interface Transfer {
  origin: string;
  path: string;
  bytes: number;
}

/** Follows `page`, its frames included, from its next document on. Returns the way to what has arrived so far. */
export function followTransfers(page: Page): () => Promise<Transfer[]> {
  const transfers: Promise<Transfer>[] = [];
  page.on('requestfinished', (request) => {
    const { origin, pathname: path, protocol } = new URL(request.url());
    if (!protocol.startsWith('http')) return;
    const transfer = request
      .sizes()
      .then(({ responseBodySize: bytes }) => ({ origin, path, bytes }));
    // What comes after the last look fails when the page is closed, and nobody waits for it.
    transfer.catch(() => {});
    transfers.push(transfer);
  });
  return () => Promise.all(transfers);
}

/** Bytes are told as gzip, as the budgets are: the browser would take Brotli from this machine. */
export const askForGzip = (context: BrowserContext): Promise<unknown> =>
  context.route('**', (route) =>
    route
      .continue({ headers: { ...route.request().headers(), 'accept-encoding': 'gzip' } })
      // The page has been closed.
      .catch(() => {}),
  );

export const sumOf = (transfers: readonly Transfer[]): number =>
  transfers.reduce((bytes, one) => bytes + one.bytes, 0);
