/** What becomes of a request whose Idempotency-Key was used before. */
import type { EarlierResult, Idempotency } from '../db/customer-writes.ts';
import { ApiError } from '../errors.ts';

/** The earlier result when it was this same request; throws `idempotency_key_reused` when it was another. */
export function sameRequest(
  earlier: EarlierResult | undefined,
  { requestHash }: Idempotency,
): EarlierResult {
  if (earlier === undefined) throw new Error('nothing was written and no earlier request is known');
  if (!earlier.requestHash.equals(requestHash)) throw new ApiError('idempotency_key_reused');
  return earlier;
}
