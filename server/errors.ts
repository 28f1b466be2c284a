/** What a handler throws, what each failure looks like on the wire, and how foreign errors become one of ours. */
import pg from 'pg';
import type { z } from 'zod';
import {
  ERROR_STATUS,
  type ErrorBody,
  type ErrorCode,
  type FieldProblem,
  PROBLEMS,
  type Problem,
} from '../shared/errors.ts';

const MESSAGES: Record<ErrorCode, string> = {
  invalid: 'Some of what was sent is not right.',
  malformed: 'The body could not be read as JSON.',
  unauthorized: 'Please log in.',
  wrong_credentials: 'E-mail address and password do not fit together.',
  identity_refused: 'The signed token is not valid, has expired, or was used before.',
  forbidden: 'This is not allowed with these credentials.',
  cross_site: 'Requests with the session cookie must come from our own pages.',
  email_unverified:
    'Your e-mail address has to be confirmed first: a link for it is on its way to you.',
  not_found: 'There is nothing here under this address.',
  company_not_found: 'There is no such company.',
  customer_not_found: 'The company has no such customer.',
  link_ended: 'This link was used before or is too old. Ask for a new one.',
  method_not_allowed: 'This address does not take that method.',
  request_timeout: 'The request did not arrive in time.',
  email_taken: 'There is an account with this e-mail address already.',
  slug_taken: 'Another company has this slug.',
  mail_off: 'This server sends no mail: SMTP_URL and MAIL_FROM are not set.',
  too_many_identity_keys:
    'This company has as many identity keys as one may have. Delete one first.',
  too_many_webhooks: 'This company has as many webhooks as one may have. Delete one first.',
  company_required: 'This address has accounts at several companies: send companyId.',
  ticket_ambiguous:
    'Several companies have an incident with this number: name it by its id, or send companyId.',
  incident_closed: 'This incident is closed and takes no more comments. Report a new one instead.',
  conversation_full: 'This conversation is full. Report a new incident to go on.',
  key_ended: 'This key is revoked or has expired. Make a new one instead.',
  key_rotated: 'This key has been rotated already: it works until its end. Rotate its successor.',
  last_admin_key:
    'No other admin key that may manage works for longer than a day. Make one first: without any, nobody could.',
  move_refused: 'The incident cannot move to that status.',
  too_large: 'The body is too large.',
  headers_too_large: 'The headers are too large.',
  unsupported_media_type: 'The body must be JSON in UTF-8, sent as application/json.',
  idempotency_key_reused: 'This Idempotency-Key was used before with another body.',
  rate_limited: 'Too many attempts. Please wait a moment.',
  challenge_required:
    'Too many attempts. Solve a challenge and send it along, or wait a moment and try again.',
  internal: 'Something went wrong on our side. It has been noted; please try again.',
  unavailable: 'The service is not ready. Please try again in a moment.',
};

interface Detail {
  message?: string;
  errors?: string[];
  problems?: FieldProblem[];
  retryAfterSeconds?: number;
  cause?: unknown;
}

/** A failure that the client is told about. */
export class ApiError extends Error {
  readonly code: ErrorCode;
  readonly detail: Detail;

  constructor(code: ErrorCode, detail: Detail = {}) {
    super(detail.message ?? MESSAGES[code], { cause: detail.cause });
    this.name = 'ApiError';
    this.code = code;
    this.detail = detail;
  }

  get status(): number {
    return ERROR_STATUS[this.code];
  }

  body(requestId: string): ErrorBody {
    const { errors = [this.message], problems } = this.detail;
    return {
      success: false,
      message: this.message,
      errors,
      ...(problems === undefined ? {} : { problems }),
      code: this.code,
      requestId,
    };
  }
}

/** One sentence for each problem of a parsed input, and the same by field. */
export function invalid(issues: readonly z.core.$ZodIssue[], input: unknown): ApiError {
  const problems = issues.map((issue) => ({
    field: issue.path.join('.'),
    problem: problemOf(issue, input),
    message: issue.message,
  }));
  return new ApiError('invalid', { errors: problems.map((one) => one.message), problems });
}

/** One field that the schema alone could not judge. */
export function fieldProblem(field: string, problem: Problem, message: string): ApiError {
  return new ApiError('invalid', { errors: [message], problems: [{ field, problem, message }] });
}

function problemOf(issue: z.core.$ZodIssue, input: unknown): Problem {
  if (isBlank(valueAt(input, issue.path))) return 'missing';
  if (issue.code === 'too_small') return 'too_short';
  if (issue.code === 'too_big') return 'too_long';
  if (issue.code === 'invalid_value') return 'not_allowed';
  const named = issue.code === 'custom' ? issue.params?.problem : undefined;
  return PROBLEMS.find((one) => one === named) ?? 'invalid';
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (value == null ? undefined : (value as Record<PropertyKey, unknown>)[key]),
    input,
  );
}

const isBlank = (value: unknown) =>
  value == null || (typeof value === 'string' && value.trim() === '');

/** SQLSTATE classes and system errors that mean "the database is away or full": the request may be tried again. */
const AWAY = /^(?:08|53|57|40)/;
const AWAY_SYSTEM = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOENT',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
]);
/** What pg's pool and client say, without a code, of a server that is gone; Knex puts the statement before it. */
const AWAY_DRIVER =
  /(?:timeout exceeded when trying to connect|Query read timeout|Connection terminated|is not queryable)/;

/** What the written row refers to went in this very moment. */
const FOREIGN_KEY_VIOLATION = '23503';

/** Whatever was thrown, as one of ours. Decided by code; pg's own three time-outs carry none. */
export function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  // A customer was erased while this was written for them: asked again, it is refused for what it is.
  if (error instanceof pg.DatabaseError && error.code === FOREIGN_KEY_VIOLATION)
    return new ApiError('unavailable', { retryAfterSeconds: 1, cause: error });
  if (isDatabaseAway(error))
    return new ApiError('unavailable', { retryAfterSeconds: 2, cause: error });
  return new ApiError('internal', { cause: error });
}

/** Whether the failure is the database's absence and not a fault of the request. */
export function isDatabaseAway(error: unknown): boolean {
  if (error instanceof pg.DatabaseError) return AWAY.test(error.code ?? '');
  if (!(error instanceof Error)) return false;
  const { code } = error as NodeJS.ErrnoException;
  return code === undefined ? AWAY_DRIVER.test(error.message) : AWAY_SYSTEM.has(code);
}
