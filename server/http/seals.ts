/** Seals on links that act without a login, such as the one that switches mails off: whoever has the link may do it. */
import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import type { SigningKey } from '../setting-values.ts';

export interface Seals {
  /** 128 bits, fit for an address. `text` must say what the link does, so that it does nothing else. */
  seal(text: string): string;
  isSealed(text: string, seal: string): boolean;
}

const BYTES = 16;

/** The first key seals, all open; keys of their own are derived, so that a seal is never a token. */
export function createSeals(keys: readonly SigningKey[]): Seals {
  const derived = keys.map(({ secret }) =>
    Buffer.from(hkdfSync('sha256', secret, '', 'porthole links', 32)),
  );
  const make = (key: Buffer, text: string) =>
    createHmac('sha256', key).update(text).digest().subarray(0, BYTES);
  const [first] = derived;
  if (first === undefined) throw new Error('no signing key');
  return {
    seal: (text) => make(first, text).toString('base64url'),
    isSealed(text, seal) {
      const given = Buffer.from(seal, 'base64url');
      return (
        given.length === BYTES && derived.some((key) => timingSafeEqual(given, make(key, text)))
      );
    },
  };
}
