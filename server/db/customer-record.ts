/**
 * All that is kept of one customer, for their own eyes: read in parts, so that no connection is held and no memory filled
 * while the reader is slow. What is the team's own (notes, internal fields, who acted and from where) is in no part.
 */
import type { CustomerExport } from '../../shared/types.ts';
import type { Database } from './connection.ts';
import { isoTime } from './wire-time.ts';

interface Owner {
  companyId: string;
  id: string;
}

/** Incidents of one step: their texts and conversations may be long. */
const BATCH = 50;
const LOG_BATCH = 1_000;

type Part<K extends keyof CustomerExport> = CustomerExport[K];

/** Null where they have gone. Everything but incidents and log, which may be many. */
export async function readRecord(
  { pool }: Database,
  { companyId, id }: Owner,
): Promise<Omit<CustomerExport, 'exportedAt' | 'incidents' | 'log'> | null> {
  const { rows } = await pool.query(
    /* sql */ `
    select json_build_object('id', co.id, 'name', co.name, 'slug', co.slug) as company,
      json_build_object('id', c.id, 'companyId', c.company_id, 'name', c.name, 'email', c.email, 'locale', c.locale,
        'mailUpdates', c.mail_updates, 'createdAt', c.created_at, 'updatedAt', c.updated_at,
        'disabledAt', c.disabled_at, 'verifiedAt', c.verified_at, 'externalId', c.external_id) as customer,
      (select coalesce(json_agg(json_build_object('createdAt', created_at, 'lastSeenAt', last_seen_at,
          'expiresAt', expires_at, 'endedAt', revoked_at) order by created_at, id), '[]')
        from sessions where company_id = $1 and customer_id = $2) as sessions,
      (select coalesce(json_agg(json_build_object('id', i.id, 'ticketNumber', i.ticket_number,
          'shortDescription', i.short_description, 'affectedAt', a.at, 'seenAt', a.seen_at) order by a.at, i.id), '[]')
        from incident_affected a join incidents i on i.company_id = a.company_id and i.id = a.incident_id
        where a.company_id = $1 and a.customer_id = $2) as announcements,
      (select coalesce(json_agg(json_build_object('id', id, 'event', event, 'incidentId', incident_id,
          'recipient', recipient, 'status', status, 'createdAt', created_at, 'doneAt', done_at) order by id), '[]')
        from deliveries where company_id = $1 and (customer_id = $2 or id in (
          select l.id from account_links l where l.company_id = $1 and l.email_key = c.email_key))) as deliveries
    from customers c join companies co on co.id = c.company_id
    where c.company_id = $1 and c.id = $2`,
    [companyId, id],
  );
  return rows[0] === undefined ? null : withTimes(rows[0]);
}

/** Oldest first, a batch at a time. */
export async function* walkIncidents(
  { pool }: Database,
  { companyId, id }: Owner,
): AsyncGenerator<Part<'incidents'>> {
  for (let last = 0; ; ) {
    const { rows } = await pool.query(
      /* sql */ `
      select i.customer_seq, json_build_object('id', i.id, 'ticketNumber', i.ticket_number,
        'shortDescription', i.short_description, 'description', i.description, 'priority', i.priority,
        'category', i.category, 'status', i.status, 'createdAt', i.created_at, 'updatedAt', i.updated_at,
        'resolvedAt', i.resolved_at, 'closedAt', i.closed_at,
        'comments', (
          select coalesce(json_agg(json_build_object('id', m.id, 'content', m.content, 'authorType', m.author_type,
            'authorName', m.author_name, 'createdAt', m.created_at, 'updatedAt', m.updated_at)
            order by m.created_at, m.id), '[]')
          from comments m where m.company_id = i.company_id and m.incident_id = i.id),
        'history', (
          select coalesce(json_agg(json_build_object('status', h.status, 'at', h.at) order by h.at, h.id), '[]')
          from incident_history h where h.company_id = i.company_id and h.incident_id = i.id)) as incident
      from incidents i where i.company_id = $1 and i.customer_id = $2 and i.customer_seq > $3
      order by i.customer_seq limit ${BATCH}`,
      [companyId, id, last],
    );
    if (rows.length > 0) yield rows.map((row) => withTimes(row.incident));
    if (rows.length < BATCH) return;
    last = rows.at(-1).customer_seq;
  }
}

/** What they did, and what was done to their account; oldest first, a batch at a time. */
export async function* walkLog({ pool }: Database, { id }: Owner): AsyncGenerator<Part<'log'>> {
  let last = ['-infinity', '00000000-0000-0000-0000-000000000000'];
  const source = (condition: string) => /* sql */ `
    (select id, at, action, actor_type, case when actor_type = 'customer' then ip end as ip
     from audit_log where ${condition} and (at, id) > ($2::timestamptz, $3::uuid) order by at, id limit ${LOG_BATCH})`;
  for (;;) {
    const { rows } = await pool.query(
      `${source("actor_type = 'customer' and actor_id = $1")}
       union ${source('subject_id = $1')} order by at, id limit ${LOG_BATCH}`,
      [id, ...last],
    );
    if (rows.length > 0) {
      yield rows.map(({ at, action, actor_type: by, ip }) => ({ at, action, by, ip }));
    }
    if (rows.length < LOG_BATCH) return;
    last = [rows.at(-1).at, rows.at(-1).id];
  }
}

const IS_TIME = /At$|^at$/;

/** JSON of the database writes times in its own way; every field that is one is called so. */
function withTimes<T>(value: T): T {
  return JSON.parse(JSON.stringify(value), (key, one) =>
    IS_TIME.test(key) && typeof one === 'string' ? isoTime(one) : one,
  );
}
