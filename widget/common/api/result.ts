/** What every call to the server comes to: data, or one failure that says enough to act on. Nothing here rejects. */
import type { ErrorCode, FieldProblem } from '../../../shared/errors.ts';
import type { PageMeta } from '../../../shared/types.ts';

/** The server's codes, and what can happen on the way to it. */
/** `insecure`: the page came over plain http, where browsers have no WebCrypto. */
export type FailureCode = ErrorCode | 'network' | 'timeout' | 'aborted' | 'insecure';

export interface Failure {
  code: FailureCode;
  /** The server's own sentence; empty when it never answered. */
  message: string;
  problems: FieldProblem[];
  /** How long the server asked us to wait, when it did. */
  waitMs: number | null;
}

export type Result<T> =
  | { ok: true; data: T; meta?: PageMeta | undefined; isUnchanged: boolean }
  | { ok: false; error: Failure };

/** A failure of which often nothing but the code is known. */
export function failed(
  code: FailureCode,
  known: Partial<Failure> = {},
): { ok: false; error: Failure } {
  return { ok: false, error: { code, message: '', problems: [], waitMs: null, ...known } };
}

/** Whether the failure says that the server could not be reached at all. */
export function isUnreached(error: Failure): boolean {
  return error.code === 'network' || error.code === 'timeout';
}
