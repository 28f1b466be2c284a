/** What arrives from the panel, read with distrust: a message of another shape than the bridge's is no message. */
import type { ToLoader } from '../../shared/bridge.ts';
import { read } from './read.ts';

/** Each type with its fields, in the order of the alphabet. */
const SHAPES =
  /^(ready|close|logout|brand,accent|login,customerId|incident,id,ticketNumber|unread,count),type$/;

/** `data` as the message that it is; undefined for anything else. */
export function readMessage(data: unknown): ToLoader | undefined {
  const names = Object.keys(Object(data)).sort();
  const message: { type?: string } = read(data, names);
  // Tested as the text that a list turns into, with commas.
  const shape: unknown = [message.type, ...Object.keys(message)];
  return SHAPES.test(shape as string) ? (message as ToLoader) : undefined;
}
