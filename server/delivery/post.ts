/** One POST to a foreign server that may be slow, broken or hostile: to the checked addresses only, within one time limit. */
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import type { LookupFunction } from 'node:net';
import {
  type AddressGuard,
  AddressRefused,
  type HostAddress,
  type Target,
} from '../http/address-guard.ts';
import { readRetryAfter } from './schedule.ts';

/** For all of it: looking up, connecting, headers, and as much of the answer as is read. */
export const POST_LIMIT_MS = 15_000;
/** Of an answer: enough to see what the receiver says. */
const ANSWER_BYTES = 2_048;

export interface PostResult {
  /** Null: no answer came. */
  status: number | null;
  /** The beginning of the answer's body. */
  answer: string | null;
  /** Null for a 2xx, else a sentence. */
  error: string | null;
  /** Milliseconds of rest that the receiver asked for. */
  restMs: number | null;
}

/** Never throws: whatever happens is a result. */
export async function post(
  guard: AddressGuard,
  address: string,
  { headers, body }: { headers: Record<string, string>; body: string },
  limitMs = POST_LIMIT_MS,
): Promise<PostResult> {
  const cancel = new AbortController();
  const late = new Promise<never>((_, reject) => {
    const error = new Error(`No whole answer within ${limitMs / 1000} s.`);
    cancel.signal.addEventListener('abort', () => reject(error));
  });
  // It may be rejected after the answer has come, when nobody listens any more.
  late.catch(() => {});
  const timer = setTimeout(() => cancel.abort(), limitMs);
  try {
    const target = await Promise.race([guard.check(address), late]);
    return await Promise.race([exchange(target, headers, body, cancel.signal), late]);
  } catch (error) {
    return { status: null, answer: null, error: explain(error), restMs: null };
  } finally {
    clearTimeout(timer);
    cancel.abort();
  }
}

function exchange(
  { url, addresses }: Target,
  headers: Record<string, string>,
  body: string,
  signal: AbortSignal,
): Promise<PostResult> {
  return new Promise((resolve, reject) => {
    const options: RequestOptions = {
      method: 'POST',
      headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
      // A name is not looked up a second time: another answer could lead elsewhere. A literal was checked itself.
      lookup: pinned(addresses),
      // A connection of its own each time: one that is kept would outlive its check.
      agent: false,
      maxHeaderSize: 16 * 1024,
      signal,
    };
    const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, options);
    request.on('error', reject);
    request.on('response', (response) => {
      readStart(response).then((answer) => resolve(toResult(response, answer)), reject);
    });
    request.end(body);
  });
}

function pinned(addresses: readonly HostAddress[]): LookupFunction {
  return (_host, options, done) => {
    const [first] = addresses;
    if (options.all === true) done(null, [...addresses]);
    else done(null, first?.address ?? '', first?.family);
  };
}

/** Stops as soon as enough has come: an endless answer costs no more than a long one. */
async function readStart(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= ANSWER_BYTES) break;
  }
  const text = Buffer.concat(chunks).subarray(0, ANSWER_BYTES).toString('utf8');
  // PostgreSQL stores no NUL.
  return text.replaceAll('\0', '\ufffd');
}

function toResult({ statusCode = 0, headers }: IncomingMessage, answer: string): PostResult {
  const isGood = statusCode >= 200 && statusCode < 300;
  return {
    status: statusCode,
    answer,
    error: isGood ? null : complaint(statusCode),
    restMs: isGood ? null : readRetryAfter(headers['retry-after']),
  };
}

function complaint(status: number): string {
  if (status >= 300 && status < 400) return `Answered ${status}: redirects are not followed.`;
  return `Answered ${status}.`;
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'The connection was refused.',
  ECONNRESET: 'The connection was cut.',
  EPIPE: 'The connection was cut.',
  ETIMEDOUT: 'The host does not answer.',
  EHOSTUNREACH: 'There is no way to the host.',
  ENETUNREACH: 'There is no way to the host.',
  CERT_HAS_EXPIRED: 'The certificate has expired.',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'The certificate is self-signed.',
  SELF_SIGNED_CERT_IN_CHAIN: 'The certificate is self-signed.',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'The certificate cannot be verified.',
  ERR_TLS_CERT_ALTNAME_INVALID: 'The certificate is for another host.',
};

function explain(error: unknown): string {
  if (error instanceof AddressRefused) return `Not sent: ${error.message}`;
  const { code = '', message } = error as NodeJS.ErrnoException;
  if (code.startsWith('HPE_')) return 'The answer was no HTTP.';
  return (
    REASONS[code] ??
    (message.startsWith('No whole answer') ? message : `Failed: ${code || 'no answer'}.`)
  );
}
