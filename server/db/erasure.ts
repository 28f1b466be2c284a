/**
 * Erasing a customer (statement 37 of the bar): first they are shut out and nothing of theirs goes out any more; then all
 * that is kept of them is deleted, in one transaction where they have STEP incidents or fewer. With more it takes several,
 * since a statement has ten seconds and what is locked stands still: each takes whole incidents with everything below
 * them, the last one the customer too. What stops half-way leaves a customer who is shut out, and is run again.
 *
 * Locks are taken in the order in which everybody else takes them: waiting change, session, incident, the customer's
 * counts, customer, webhook, delivery. What the team writes in between can still lead into a circle, which the database
 * ends and the caller begins again.
 */
import type { Knex } from 'knex';
import type { Database } from './connection.ts';

export interface ErasedCustomer {
  companyId: string;
  id: string;
}

/** What went. */
export interface Erased {
  incidents: number;
  comments: number;
  notes: number;
  deliveries: number;
  sessions: number;
  auditRows: number;
}

export const NOTHING: Erased = {
  ...{ incidents: 0, comments: 0, notes: 0, deliveries: 0, sessions: 0, auditRows: 0 },
};

export const sum = (one: Erased, other: Erased): Erased => ({
  incidents: one.incidents + other.incidents,
  comments: one.comments + other.comments,
  notes: one.notes + other.notes,
  deliveries: one.deliveries + other.deliveries,
  sessions: one.sessions + other.sessions,
  auditRows: one.auditRows + other.auditRows,
});

const STEP = 500;

const THEIRS = 'company_id = :companyId and customer_id = :id';
/** Deliveries to them, and those that tell others of their incidents. */
const THEIR_DELIVERIES = /* sql */ `d.company_id = :companyId and (d.customer_id = :id or d.incident_id in (
  select i.id from incidents i where i.company_id = :companyId and i.customer_id = :id))`;

/**
 * Shuts them out and stops what waits to be sent about them. Answers the ids of deliveries that a worker is sending just
 * now: until those have come back, or their leases have ended, nothing may be said to be erased.
 */
export function shutOut({ knex }: Database, customer: ErasedCustomer): Promise<string[]> {
  return knex.transaction(async (trx) => {
    const run = (sql: string) => trx.raw(sql, { ...customer });
    await run(`update outbox o set done_at = now() from incidents i
      where i.company_id = :companyId and i.customer_id = :id
        and o.company_id = i.company_id and o.incident_id = i.id and o.done_at is null`);
    await run(`update customers set disabled_at = now()
      where company_id = :companyId and id = :id and disabled_at is null`);
    await run(`update sessions set revoked_at = now() where ${THEIRS} and revoked_at is null`);
    await lockWebhooks(trx, customer);
    await run(`update deliveries d set status = 'skipped', next_attempt_at = null, done_at = now(), digest_key = null,
        last_error = 'The customer is being erased.'
      where ${THEIR_DELIVERIES} and d.status = 'pending' and (d.leased_until is null or d.leased_until <= now())`);
    const { rows } = await run(
      `select d.id from deliveries d where ${THEIR_DELIVERIES} and d.status = 'pending'`,
    );
    return rows.map((row: { id: string }) => row.id);
  });
}

/** Whether a worker has one of these under a lease. */
export async function isAnyUnderWay(
  { pool }: Database,
  { companyId }: ErasedCustomer,
  ids: readonly string[],
): Promise<boolean> {
  const { rows } = await pool.query(
    `select exists (select from deliveries where company_id = $1 and id = any($2) and leased_until > now()) as "isAny"`,
    [companyId, ids],
  );
  return rows[0].isAny;
}

/** `under_way`: a worker has taken one of their deliveries meanwhile; `gone`: another request has erased them. */
export type Step = 'under_way' | 'gone' | { erased: Erased; isLast: boolean };

/** Deletes up to STEP of their incidents with everything below them, and with the last ones the customer. */
export async function eraseStep(
  trx: Knex.Transaction,
  customer: ErasedCustomer,
  step = STEP,
): Promise<Step> {
  const bindings = { ...customer, step };
  const count = async (sql: string, more: object = {}): Promise<number> =>
    (await trx.raw(sql, { ...bindings, ...more })).rowCount;
  await trx.raw(`select from sessions where ${THEIRS} order by id for update`, bindings);
  const { rows } = await trx.raw(
    `select id from incidents where ${THEIRS} order by id limit :step for update`,
    bindings,
  );
  const incidents: string[] = rows.map((row: { id: string }) => row.id);
  await trx.raw(`select from incident_counts where ${THEIRS} for update`, bindings);
  const customers = await count(
    'select from customers where company_id = :companyId and id = :id for update',
  );
  if (customers === 0) return 'gone';
  // From here on nobody can add anything: what refers to a locked row has to wait, and then finds it gone. A report that
  // was under way before belongs to the next step.
  const late = await trx.raw(
    `select exists (select from incidents where ${THEIRS} and id <> all(:incidents)) as is_any`,
    { ...bindings, incidents },
  );
  const isLast = !late.rows[0].is_any;
  await lockWebhooks(trx, customer);
  const deliveries = await lockDeliveries(trx, customer, incidents, isLast);
  if (deliveries === null) return 'under_way';

  const of = { incidents, deliveries };
  const inStep = 'company_id = :companyId and incident_id = any(:incidents)';
  const auditRows = await trx.raw(
    `select blank_audit_log(:id, cast(:incidents as uuid[]) || cast(:deliveries as uuid[])
       || array(select id from comments where ${inStep}) || array(select id from responder_notes where ${inStep})) as n`,
    { ...bindings, ...of },
  );
  // Attempts before their deliveries, as whoever writes down an outcome locks them.
  await count(
    'delete from delivery_attempts where company_id = :companyId and delivery_id = any(:deliveries)',
    of,
  );
  await count('delete from deliveries where company_id = :companyId and id = any(:deliveries)', of);
  const erased: Erased = {
    incidents: incidents.length,
    comments: await count(`delete from comments where ${inStep}`, of),
    notes: await count(`delete from responder_notes where ${inStep}`, of),
    deliveries: deliveries.length,
    sessions: isLast ? await count(`delete from sessions where ${THEIRS}`) : 0,
    auditRows: auditRows.rows[0].n,
  };
  await count('delete from incidents where company_id = :companyId and id = any(:incidents)', of);
  if (isLast) {
    for (const sql of BESIDE) await count(sql);
    await count('delete from customers where company_id = :companyId and id = :id');
  }
  await trx.raw(
    'update webhooks w set due_at = webhook_due(w, now()) where company_id = :companyId',
    bindings,
  );
  return { erased, isLast };
}

const THEIR_LINKS = /* sql */ `select l.id from account_links l join customers c
  on c.company_id = l.company_id and c.email_key = l.email_key where c.company_id = :companyId and c.id = :id`;

/** What tells of a customer and does not go with them or with an incident of theirs by a foreign key. */
const BESIDE: readonly string[] = [
  // That an announcement affects them, which is the announcement's event.
  `delete from events where ${THEIRS}`,
  'delete from login_failures where source = cast(:id as text)',
  // Sign-ups with their address that were never finished, and what was mailed for them: they belong to no customer. A link
  // and its mail have one id.
  `delete from delivery_attempts where company_id = :companyId and delivery_id in (${THEIR_LINKS})`,
  `delete from deliveries where company_id = :companyId and id in (${THEIR_LINKS})`,
  `delete from account_links where company_id = :companyId and id in (${THEIR_LINKS})`,
];

/** Whoever claims a delivery holds its webhook: while all of the company's are held, none is claimed. */
async function lockWebhooks(trx: Knex.Transaction, { companyId }: ErasedCustomer): Promise<void> {
  await trx.raw(
    'select from webhooks where company_id = ? order by company_id, id for no key update',
    [companyId],
  );
}

/** Of these incidents, and in the last step all to the customer. Null where one of them is under way. */
async function lockDeliveries(
  trx: Knex.Transaction,
  customer: ErasedCustomer,
  incidents: readonly string[],
  isLast: boolean,
): Promise<string[] | null> {
  const { rows } = await trx.raw(
    `select id, coalesce(leased_until > now(), false) as is_under_way from deliveries
     where company_id = :companyId and (incident_id = any(:incidents) ${isLast ? 'or customer_id = :id' : ''})
     order by id for update`,
    { ...customer, incidents },
  );
  if (rows.some((row: { is_under_way: boolean }) => row.is_under_way)) return null;
  return rows.map((row: { id: string }) => row.id);
}
