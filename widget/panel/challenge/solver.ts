/** The arithmetic of ALTCHA's challenge, version 2: the first counter whose key begins as asked for. Pure. */

/** Of these `nonce`, `salt` and `keyPrefix` are bytes written in hex. */
export interface Parameters {
  algorithm: string;
  nonce: string;
  salt: string;
  keyPrefix: string;
  /** Rounds of PBKDF2 for one key. */
  cost: number;
  /** Bytes. */
  keyLength: number;
}

export interface Solution {
  counter: number;
  derivedKey: string;
  /** Milliseconds that it took. */
  time: number;
}

const COUNTER_BYTES = 4;

/** Counts from 0 on; a key is derived from the nonce with the counter behind it. */
export async function solve(parameters: Parameters): Promise<Solution> {
  const { nonce, salt: saltInHex, keyPrefix, cost: iterations, keyLength } = parameters;
  const began = performance.now();
  const { subtle } = crypto;
  const salt = bytesOf(saltInHex);
  const prefix = bytesOf(nonce);
  const password = new Uint8Array(prefix.length + COUNTER_BYTES);
  password.set(prefix);
  const view = new DataView(password.buffer);
  const rules = { name: 'PBKDF2', hash: 'SHA-256', salt, iterations };
  for (let counter = 0; ; counter += 1) {
    view.setUint32(prefix.length, counter);
    const key = await subtle.importKey('raw', password, 'PBKDF2', false, ['deriveBits']);
    const derived = hexOf(await subtle.deriveBits(rules, key, keyLength * 8));
    if (derived.startsWith(keyPrefix)) {
      return { counter, derivedKey: derived, time: Math.round(performance.now() - began) };
    }
  }
}

function bytesOf(hex: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

function hexOf(bytes: ArrayBuffer): string {
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
