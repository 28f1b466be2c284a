/**
 * The only place with `fetch`: headers, time limit, envelope, conditional requests.
 * All requests of one session share a generation; starting the next one drops their answers.
 */
import { ERROR_STATUS, type ErrorCode } from '../../../shared/errors.ts';
import type { PageMeta } from '../../../shared/types.ts';
import { type Failure, failed, type Result } from './result.ts';

const TIMEOUT_MS = 15_000;
/** Answers remembered for conditional requests: the lists and the incidents last looked at. */
const REMEMBERED = 30;

export interface ClientDeps {
  fetch: typeof fetch;
  base: string;
  /** The bearer token, where cookies are not kept. */
  token: () => string | null;
}

export interface RequestOptions {
  query?: Record<string, string | number | undefined>;
  body?: unknown;
  idempotencyKey?: string;
  signal?: AbortSignal;
  /** Sends If-None-Match for what was last read from here. */
  isConditional?: boolean;
}

export interface Client {
  request<T>(method: string, path: string, options?: RequestOptions): Promise<Result<T>>;
  /** Aborts what is under way and forgets what was read: called whenever the session changes. */
  startGeneration(): void;
}

interface Remembered {
  etag: string;
  data: unknown;
}

/** Makes the one client of the panel. */
export function createClient(deps: ClientDeps): Client {
  const running = new Set<AbortController>();
  const remembered = new Map<string, Remembered>();

  async function request<T>(
    method: string,
    path: string,
    options: RequestOptions = {},
  ): Promise<Result<T>> {
    const url = deps.base + path + queryString(options.query);
    const known = options.isConditional ? remembered.get(url) : undefined;
    const controller = new AbortController();
    const abort = () => controller.abort();
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      abort();
    }, TIMEOUT_MS);
    running.add(controller);
    options.signal?.addEventListener('abort', abort);
    if (options.signal?.aborted) abort();
    try {
      const response = await deps.fetch(url, {
        method,
        headers: headersOf(options, deps.token(), known?.etag),
        body: options.body === undefined ? null : JSON.stringify(options.body),
        credentials: 'same-origin',
        // The panel asks conditionally itself: the browser's cache would hide the 304.
        cache: 'no-store',
        signal: controller.signal,
      });
      if (response.status === 304 && known) {
        return { ok: true, data: known.data as T, isUnchanged: true };
      }
      const result = await readAnswer<T>(response);
      if (controller.signal.aborted) return failed('aborted');
      if (result.ok && options.isConditional)
        remember(url, response.headers.get('etag'), result.data);
      return result;
    } catch {
      return failed(isLate ? 'timeout' : controller.signal.aborted ? 'aborted' : 'network');
    } finally {
      clearTimeout(timer);
      running.delete(controller);
      options.signal?.removeEventListener('abort', abort);
    }
  }

  function remember(url: string, etag: string | null, data: unknown): void {
    remembered.delete(url);
    if (!etag) return;
    remembered.set(url, { etag, data });
    const oldest = remembered.keys().next();
    if (remembered.size > REMEMBERED && !oldest.done) remembered.delete(oldest.value);
  }

  function startGeneration(): void {
    for (const controller of running) controller.abort();
    running.clear();
    remembered.clear();
  }

  return { request, startGeneration };
}

function queryString(query: RequestOptions['query']): string {
  const given = Object.entries(query ?? {}).filter(([, value]) => value !== undefined);
  if (given.length === 0) return '';
  return `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}`;
}

function headersOf(options: RequestOptions, token: string | null, etag: string | undefined) {
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
  const body = await readObject(response);
  if (response.ok && body?.success === true) {
    return {
      ok: true,
      data: body.data as T,
      meta: body.meta as PageMeta | undefined,
      isUnchanged: false,
    };
  }
  const waitMs = retryAfterMs(response.headers.get('retry-after'));
  const code = body?.code;
  if (typeof code !== 'string' || !Object.hasOwn(ERROR_STATUS, code)) {
    return { ok: false, error: { ...failed(codeWithoutEnvelope(response.status)).error, waitMs } };
  }
  const problems = body?.problems;
  const error: Failure = {
    code: code as ErrorCode,
    message: String(body?.message ?? ''),
    problems: Array.isArray(problems) ? problems : [],
    waitMs,
  };
  return { ok: false, error };
}

/** What an envelope may hold; nothing of it is believed before it is looked at. */
type Envelope = Partial<
  Record<'success' | 'data' | 'meta' | 'code' | 'problems' | 'message', unknown>
>;

async function readObject(response: Response): Promise<Envelope | null> {
  try {
    const body: unknown = JSON.parse(await response.text());
    return typeof body === 'object' && body !== null ? (body as Envelope) : null;
  } catch (problem) {
    if (problem instanceof SyntaxError) return null;
    throw problem;
  }
}

function codeWithoutEnvelope(status: number) {
  if (status === 429) return 'rate_limited';
  return status === 503 || status === 502 || status === 504 ? 'unavailable' : 'network';
}

/** `Retry-After` in milliseconds: the header holds seconds or a date. */
function retryAfterMs(header: string | null): number | null {
  if (!header) return null;
  const seconds = Number(header);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), 3_600_000) : null;
}
