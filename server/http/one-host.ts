/** A request to two hosts: Node takes the first, a proxy in front may have gone by the other. HTTP asks for a 400. */
import type { IncomingMessage } from 'node:http';
import { ApiError } from '../errors.ts';

/** Throws `malformed`. Names and values alternate in what was sent. */
export function requireOneHost({ rawHeaders }: Pick<IncomingMessage, 'rawHeaders'>): void {
  const isHost = (text: string, at: number) =>
    at % 2 === 0 && text.length === 4 && text.toLowerCase() === 'host';
  const first = rawHeaders.findIndex(isHost);
  if (rawHeaders.findLastIndex(isHost) > first) {
    throw new ApiError('malformed', { message: 'The request names more than one host.' });
  }
}
