/**
 * The desk's sessions: a random token in a cookie, its hash here, and the key that opened it. Whether one still stands is
 * asked with every request, together with its key (db/team-actors).
 */
import type { Knex } from 'knex';
import type { DeskSession } from '../../shared/types.ts';
import type { TeamActor } from './api-keys.ts';
import { appendAudit, byTeam } from './audit.ts';
import type { Database } from './connection.ts';

/** A session ends after so long without a request, and after so long in any case. */
export const DESK_IDLE = '12 hours';
const DESK_ABSOLUTE = '7 days';
/** The same for the cookie. */
export const DESK_ABSOLUTE_SECONDS = 7 * 24 * 60 * 60;

type NewId = () => string;

/** Opens a session of a live key; null where the key has just ended. */
export async function openDeskSession(
  db: Database,
  newId: NewId,
  actor: TeamActor,
  tokenHash: Buffer,
): Promise<DeskSession | null> {
  return db.knex.transaction(async (trx) => {
    // What is over serves nobody. The index on its end makes this cheap.
    await trx('desk_sessions').where('expires_at', '<', trx.fn.now()).delete();
    const id = newId();
    await trx('desk_sessions').insert({
      ...{ id, token_hash: tokenHash, key_id: actor.keyId },
      expires_at: trx.raw(`now() + interval '${DESK_ABSOLUTE}'`),
    });
    await appendAudit(trx, newId, {
      ...{ companyId: actor.companyId, ...byTeam(actor), action: 'desk.login' },
      subject: { type: 'session', id },
    });
    return findDeskSession({ knex: trx }, tokenHash);
  });
}

/** What the desk needs to know of its session; null where there is none. */
export async function findDeskSession(
  { knex }: { knex: Knex },
  tokenHash: Buffer,
): Promise<DeskSession | null> {
  const { rows } = await knex.raw(
    `select k.name as "keyName", k.scopes, c.id as company_id, c.name, c.slug, c.accent,
       least(s.expires_at, k.expires_at, now() + interval '${DESK_IDLE}') as "expiresAt"
     from desk_sessions s join api_keys k on k.id = s.key_id left join companies c on c.id = k.company_id
     where s.token_hash = ? and k.revoked_at is null and (k.expires_at is null or k.expires_at > now())
       and c.disabled_at is null`,
    [tokenHash],
  );
  const [row] = rows;
  if (row === undefined) return null;
  const { keyName, scopes, company_id: id, name, slug, accent, expiresAt } = row;
  return { keyName, scopes, company: id === null ? null : { id, name, slug, accent }, expiresAt };
}

/** Ends a session at once, on every node. Whether there was one. */
export async function endDeskSession(
  db: Database,
  newId: NewId,
  actor: TeamActor,
  tokenHash: Buffer,
): Promise<boolean> {
  return db.knex.transaction(async (trx) => {
    const [ended] = await trx('desk_sessions')
      .where({ token_hash: tokenHash, key_id: actor.keyId })
      .delete('id');
    if (ended === undefined) return false;
    await appendAudit(trx, newId, {
      ...{ companyId: actor.companyId, ...byTeam(actor), action: 'desk.logout' },
      subject: { type: 'session', id: ended.id },
    });
    return true;
  });
}
