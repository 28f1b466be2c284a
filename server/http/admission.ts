/** Which limits hold for a request of a route: those of whoever asks, and what the route adds. */
import type { Context } from 'koa';
import type { TeamActor } from '../db/api-keys.ts';
import type { CustomerActor } from '../db/customer-door.ts';
import { ApiError } from '../errors.ts';
import { clientAddress, networkOf } from './client-address.ts';
import type { Deps } from './deps.ts';
import { admit } from './rate-limits.ts';

/** By the credential, so that an office behind one address is many; by the network where there is none. */
export async function admitActor(
  context: Context,
  { rateLimits }: Pick<Deps, 'rateLimits'>,
  actor: CustomerActor | TeamActor | null,
  limit: 'writing' | undefined,
): Promise<void> {
  if (actor === null) return admitNobody(context, { rateLimits });
  if ('keyId' in actor) return admit(context, rateLimits, 'key', actor.keyId);
  await admit(context, rateLimits, 'customer', actor.customerId);
  if (limit !== undefined) await admit(context, rateLimits, limit, actor.customerId);
}

const admitNobody = (context: Context, { rateLimits }: Pick<Deps, 'rateLimits'>) =>
  admit(context, rateLimits, 'network', networkOf(clientAddress(context)));

/** A credential that is none, or not enough, counts as nobody's request. Rethrows what `authenticate` has thrown. */
export async function admitRefused(
  context: Context,
  deps: Pick<Deps, 'rateLimits'>,
  refusal: unknown,
): Promise<never> {
  if (refusal instanceof ApiError && refusal.status < 500) await admitNobody(context, deps);
  throw refusal;
}
