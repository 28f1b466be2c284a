/**
 * The only place with `fetch`: headers, time limit, envelope, conditional requests, and the order of answers: what is read
 * never tells of a time before that of what is known already.
 * All requests of one session share a generation; starting the next one drops their answers.
 */
import type { ErrorBody } from '../../../shared/errors.ts';
import type { SuccessBody } from '../../../shared/types.ts';
import { type FailureCode, failed, type Result } from './result.ts';

const TIMEOUT_MS = 15_000;
const LONGEST_WAIT_MS = 3_600_000;
/** Answers remembered for conditional requests: the lists and the incidents last looked at. */
const REMEMBERED = 30;

export interface ClientDeps {
  fetch: typeof fetch;
  base: string;
  /** The bearer token, where cookies are not kept. */
  token: () => string | null;
}

export interface RequestOptions {
  query?: Record<string, string | number | undefined> | undefined;
  body?: unknown;
  idempotencyKey?: string | undefined;
  signal?: AbortSignal | undefined;
  /** Sends If-None-Match for what was last read from here; an answer that a later one has overtaken counts as aborted. */
  isConditional?: boolean;
  /** For what takes longer than most. */
  timeoutMs?: number;
}

export interface StreamOptions extends Pick<RequestOptions, 'query' | 'signal'> {
  after?: string | null;
  /** What to ask for, where it is not events. */
  accept?: string;
}

export interface Client {
  request<T>(method: string, path: string, options?: RequestOptions): Promise<Result<T>>;
  /**
   * Asks for an answer that is read as it comes: events, to go on behind the place `after`, or a file. Its time has no
   * limit; its end is the caller's.
   */
  stream(path: string, options: StreamOptions): Promise<Response>;
  /** Aborts what is under way and forgets what was read: called whenever the session changes. */
  startGeneration(): void;
}

interface Remembered {
  etag: string | null;
  data: unknown;
  turn: number;
}

/** Makes the one client of an application. */
export function createClient(deps: ClientDeps): Client {
  const running = new Set<(code: FailureCode) => void>();
  const remembered = new Map<string, Remembered>();
  let turns = 0;
  /** When something was last written, in turns. */
  let written = 0;

  async function request<T>(
    method: string,
    path: string,
    options: RequestOptions = {},
    isAgain = false,
  ): Promise<Result<T>> {
    const url = deps.base + path + queryString(options.query);
    const known = options.isConditional ? remembered.get(url) : undefined;
    const turn = ++turns;
    const controller = new AbortController();
    // With what the caller is told as the reason.
    const abort = (code: FailureCode) => controller.abort(code);
    const timer = setTimeout(abort, options.timeoutMs ?? TIMEOUT_MS, 'timeout');
    options.signal?.addEventListener('abort', () => abort('aborted'));
    running.add(abort);
    try {
      const response = await deps.fetch(url, {
        method,
        headers: headersOf(options, deps.token(), known?.etag),
        body: options.body === undefined ? null : JSON.stringify(options.body),
        // Who asks conditionally does so here: the browser's cache would hide the 304.
        cache: 'no-store',
        signal: controller.signal,
      });
      const isKnown = response.status === 304 && known;
      const result: Result<T> = isKnown
        ? { ok: true, data: known.data as T, isUnchanged: remembered.get(url) === known }
        : await readAnswer<T>(response);
      controller.signal.throwIfAborted();
      if (result.ok && options.isConditional) {
        // Asked before something was written, it may not know of it yet. While much is written nobody waits for ever.
        if (turn < written && !isAgain) return request(method, path, options, true);
        if (turn < (remembered.get(url)?.turn ?? 0)) return failed('aborted');
        const etag = isKnown ? known.etag : response.headers.get('etag');
        remember(url, { etag, data: result.data, turn });
      }
      return result;
    } catch {
      return failed(controller.signal.reason ?? 'network');
    } finally {
      if (method !== 'GET') written = ++turns;
      clearTimeout(timer);
      running.delete(abort);
    }
  }

  function remember(url: string, answer: Remembered): void {
    remembered.delete(url);
    remembered.set(url, answer);
    const oldest = remembered.keys().next();
    if (remembered.size > REMEMBERED && !oldest.done) remembered.delete(oldest.value);
  }

  function stream(path: string, options: StreamOptions): Promise<Response> {
    const { query, signal = null, after = null, accept = 'text/event-stream' } = options;
    return deps.fetch(deps.base + path + queryString(query), {
      headers: {
        ...headersOf({}, deps.token(), undefined),
        Accept: accept,
        ...(after !== null && { 'Last-Event-ID': after }),
      },
      cache: 'no-store',
      signal,
    });
  }

  function startGeneration(): void {
    for (const abort of running) abort('aborted');
    running.clear();
    remembered.clear();
  }

  return { request, stream, startGeneration };
}

function queryString(query: RequestOptions['query'] = {}): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  const text = `${new URLSearchParams(given as [string, string][])}`;
  return text && `?${text}`;
}

function headersOf(options: RequestOptions, token: string | null, etag: string | null | undefined) {
  return {
    Accept: 'application/json',
    'X-Requested-By': 'porthole',
    ...(options.body !== undefined && { 'Content-Type': 'application/json' }),
    ...(options.idempotencyKey && { 'Idempotency-Key': options.idempotencyKey }),
    ...(token && { Authorization: `Bearer ${token}` }),
    ...(etag && { 'If-None-Match': etag }),
  };
}

/**
 * Reads the envelope. An answer without one did not come from our server (a proxy's page, a hotel's log-in page):
 * that counts as not reached, so that nothing typed is given up because of it.
 */
async function readAnswer<T>(response: Response): Promise<Result<T>> {
  const body = readEnvelope<T>(await response.text());
  if (response.ok && body?.success) {
    return { ok: true, data: body.data, meta: body.meta, isUnchanged: false };
  }
  const waitMs = retryAfterMs(response.headers.get('retry-after'));
  if (body?.success !== false || !body.requestId) {
    return failed(codeWithoutEnvelope(response.status), { waitMs });
  }
  const { code, message, problems = [] } = body;
  return failed(code, { message, problems, waitMs });
}

function readEnvelope<T>(text: string): SuccessBody<T> | ErrorBody | null {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function codeWithoutEnvelope(status: number) {
  if (status === 429) return 'rate_limited';
  return status > 501 && status < 505 ? 'unavailable' : 'network';
}

/** `Retry-After` in milliseconds: the header holds seconds or a date. */
function retryAfterMs(header: string | null): number | null {
  if (!header) return null;
  const ms = Number(header) * 1000 || Date.parse(header) - Date.now();
  return ms > 0 ? Math.min(ms, LONGEST_WAIT_MS) : null;
}
