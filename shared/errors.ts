/** Every error code a client can meet, with its HTTP status. The codes are stable; the sentences beside them are not. */

export const ERROR_STATUS = {
  /** A field, parameter or header is missing or wrong; `errors` names each. */
  invalid: 400,
  /** The body is not JSON, or not JSON that we read (depth, encoding). */
  malformed: 400,
  /** No credential, or one that is not (or no longer) good. */
  unauthorized: 401,
  /** E-mail address and password do not fit together. */
  wrong_credentials: 401,
  /** The host's signed token is not one that its company's key has signed just now, or it was used before. */
  identity_refused: 401,
  /** The credential is good, and not enough for this. */
  forbidden: 403,
  /** A request with the session cookie that did not come from our own pages. */
  cross_site: 403,
  /** The company requires a confirmed address: a link to confirm it is on its way. */
  email_unverified: 403,
  /** Absent, or somebody else's. */
  not_found: 404,
  company_not_found: 404,
  /** The company has no such customer. */
  customer_not_found: 404,
  /** The mailed link was used before, is older than 30 minutes, or never was one. */
  link_ended: 404,
  method_not_allowed: 405,
  /** The request did not arrive in time. */
  request_timeout: 408,
  email_taken: 409,
  slug_taken: 409,
  /** This needs mail, and the server has no mail server configured. */
  mail_off: 409,
  /** The company has as many identity keys as one may have. */
  too_many_identity_keys: 409,
  /** The company has as many webhooks as one may have. */
  too_many_webhooks: 409,
  /** The address has accounts at several companies: send `companyId`. */
  company_required: 409,
  /** Several companies have an incident with this number: name it by its id, or send `companyId`. */
  ticket_ambiguous: 409,
  /** A CLOSED incident takes no more comments. */
  incident_closed: 409,
  /** The incident has as many comments as one may have. */
  conversation_full: 409,
  /** The key has been revoked or has expired: there is nothing left to rotate. */
  key_ended: 409,
  /** The key has a successor already: rotate that one. */
  key_rotated: 409,
  /** No other admin key that may manage works for longer than a day: without this one nobody could make another. */
  last_admin_key: 409,
  /** The incident cannot move to that status from where it is; `errors` lists the allowed ones. */
  move_refused: 409,
  too_large: 413,
  unsupported_media_type: 415,
  headers_too_large: 431,
  /** The Idempotency-Key was used before with another body. */
  idempotency_key_reused: 422,
  rate_limited: 429,
  /** Many attempts: from now on each has to bring the solution of a challenge along, or wait for Retry-After. */
  challenge_required: 429,
  /** A fault of ours, logged under the request id. */
  internal: 500,
  /** The database is away, the server is draining or full; try again after Retry-After. */
  unavailable: 503,
} as const;

export type ErrorCode = keyof typeof ERROR_STATUS;

/** What can be wrong with a field. A client with its own words for these needs no server sentence. */
export const PROBLEMS = [
  ...(['missing', 'too_short', 'too_long', 'not_allowed', 'invalid'] as const),
  /** Of a password: on the list of the commonest, or made of the account's own address or company. */
  ...(['too_common', 'too_personal'] as const),
] as const;
export type Problem = (typeof PROBLEMS)[number];

export interface FieldProblem {
  field: string;
  problem: Problem;
  message: string;
}

/** The envelope of every failure. */
export interface ErrorBody {
  success: false;
  message: string;
  /** One sentence for each problem; where it is about a field, it starts with that field's name. */
  errors: string[];
  /** For `invalid`: the same problems in machine-readable form, so that a form can put each beside its input. */
  problems?: FieldProblem[];
  code: ErrorCode;
  requestId: string;
}
