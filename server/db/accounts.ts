/** Customers and their sessions: register, find for a login, open and end a session. */
import type { Knex } from 'knex';
import type { CustomerSettings } from '../../shared/types.ts';
import type { Database } from './connection.ts';

/** An account as a login sees it. */
export interface Account {
  companyId: string;
  customerId: string;
  email: string;
  name: string;
  /** Null: only ever came signed in by the company. */
  passwordHash: string | null;
  companyName: string;
  companySlug: string;
  mailUpdates: boolean;
  isVerified: boolean;
  requiresVerifiedEmail: boolean;
  locale: string | null;
}

/** What the audit log is told in the same statement: a hot path has no round trip to spare. */
interface Trace {
  auditId: string;
  /** The client's address. */
  ip: string | null;
}

export interface SessionSpan extends Trace {
  sessionId: string;
  /** Seconds until the session ends whatever happens. */
  absoluteSeconds: number;
}

/** Of the customer the id alone: a name would outlive the account there. */
const APPEND_AUDIT = /* sql */ `insert into audit_log
  (id, actor_name, ip, action, company_id, actor_type, actor_id, subject_type, subject_id)`;

/** One account per address and company, whatever its capitals. */
export const emailKey = (email: string) => email.toLowerCase();

/** An address at more companies than this must name one: comparing passwords costs a core for each. */
export const MOST_CANDIDATES = 3;

const ACCOUNT = /* sql */ `
  select c.company_id as "companyId", c.id as "customerId", c.email, c.name, c.password_hash as "passwordHash",
    co.name as "companyName", co.slug as "companySlug", c.mail_updates as "mailUpdates",
    c.verified_at is not null as "isVerified", co.requires_verified_email as "requiresVerifiedEmail", c.locale
  from customers c join companies co on co.id = c.company_id
  where c.disabled_at is null and co.disabled_at is null`;

/** The accounts that an address has: at one company, or (without `companyId`) at up to one more than MOST_CANDIDATES. */
export async function findAccounts(
  db: Database,
  email: string,
  companyId: string | undefined,
): Promise<Account[]> {
  const { rows } = await db.pool.query({
    name: 'accounts-find',
    text: /* sql */ `${ACCOUNT}
      and c.email_key = $1 and ($2::uuid is null or c.company_id = $2)
      order by c.created_at limit ${MOST_CANDIDATES + 1}`,
    values: [emailKey(email), companyId ?? null],
  });
  return rows;
}

/** One account that is not disabled, by its id. */
export async function findAccount(
  { pool }: Pick<Database, 'pool'>,
  companyId: string,
  customerId: string,
): Promise<Account | null> {
  const { rows } = await pool.query({
    name: 'account-find',
    text: `${ACCOUNT} and c.company_id = $1 and c.id = $2`,
    values: [companyId, customerId],
  });
  return rows[0] ?? null;
}

export interface Vacancy {
  companyName: string;
  companySlug: string;
  requiresVerifiedEmail: boolean;
  isTaken: boolean;
}

/** Whether an address is free at a company; null where there is no such company. */
export async function findVacancy(
  db: Database,
  companyId: string,
  email: string,
): Promise<Vacancy | null> {
  const { rows } = await db.pool.query({
    name: 'account-vacancy',
    text: /* sql */ `
      select co.name as "companyName", co.slug as "companySlug", co.requires_verified_email as "requiresVerifiedEmail",
        exists (select from customers c where c.company_id = co.id and c.email_key = $2) as "isTaken"
      from companies co where co.id = $1 and co.disabled_at is null`,
    values: [companyId, emailKey(email)],
  });
  return rows[0] ?? null;
}

/** Makes the customer with their first session. Returns the session's end, or null when the address was just taken. */
export async function insertCustomer(
  db: Database,
  customer: {
    companyId: string;
    id: string;
    email: string;
    name: string;
    passwordHash: string;
    locale: string | undefined;
  },
  span: SessionSpan,
): Promise<string | null> {
  const { rows } = await db.pool.query({
    name: 'customer-insert',
    text: /* sql */ `
      with made as (
        insert into customers (company_id, id, email, email_key, name, password_hash, locale)
        values ($1, $2, $3, $4, $5, $6, $9) on conflict (company_id, email_key) do nothing
        returning company_id, id
      ), counts as (
        insert into incident_counts (company_id, customer_id) select company_id, id from made
      ), audited as (
        ${APPEND_AUDIT}
        select $10, 'customer', $11, 'customer.registered', company_id, 'customer', id, 'customer', id from made
      )
      insert into sessions (company_id, id, customer_id, expires_at)
      select company_id, $7, id, now() + make_interval(secs => $8::int) from made
      returning expires_at`,
    values: [
      customer.companyId,
      customer.id,
      customer.email,
      emailKey(customer.email),
      customer.name,
      customer.passwordHash,
      span.sessionId,
      span.absoluteSeconds,
      customer.locale ?? null,
      span.auditId,
      span.ip,
    ],
  });
  return rows[0]?.expires_at ?? null;
}

/** Opens a session for an account; returns its absolute end. A `locale` that is given is kept for mails. */
export async function openSession(
  db: Database,
  account: Pick<Account, 'companyId' | 'customerId'>,
  span: SessionSpan,
  locale?: string,
): Promise<string> {
  const { rows } = await db.pool.query({
    name: 'session-open',
    text: /* sql */ `
      with spoken as (
        update customers set locale = $5
        where company_id = $1 and id = $3 and locale is distinct from $5 and $5::text is not null
      ), audited as (
        ${APPEND_AUDIT}
        values ($6, 'customer', $7, 'customer.login', $1, 'customer', $3, 'session', $2)
      )
      insert into sessions (company_id, id, customer_id, expires_at)
      values ($1, $2, $3, now() + make_interval(secs => $4::int)) returning expires_at`,
    values: [
      account.companyId,
      span.sessionId,
      account.customerId,
      span.absoluteSeconds,
      locale ?? null,
      span.auditId,
      span.ip,
    ],
  });
  return rows[0].expires_at;
}

/** Ends a session on every node with its next request. */
export async function endSession(
  db: Database,
  { companyId, sessionId }: { companyId: string; sessionId: string },
  { auditId, ip }: Trace,
): Promise<void> {
  await db.pool.query({
    name: 'session-end',
    text: /* sql */ `
      with ended as (
        update sessions set revoked_at = now()
        where company_id = $1 and id = $2 and revoked_at is null
        returning company_id, customer_id, id
      )
      ${APPEND_AUDIT}
      select $3, 'customer', $4, 'customer.logout', company_id, 'customer', customer_id, 'session', id from ended`,
    values: [companyId, sessionId, auditId, ip],
  });
}

/**
 * Changes what is given of a customer's own settings. The session has been checked by the customer door; false where they
 * have been erased since.
 */
export async function changeCustomer(
  db: Knex,
  { companyId, customerId }: Pick<Account, 'companyId' | 'customerId'>,
  change: CustomerSettings,
): Promise<boolean> {
  const columns = { mail_updates: change.mailUpdates, locale: change.locale, name: change.name };
  const given = Object.entries(columns).filter(([, value]) => value !== undefined);
  if (given.length === 0) return true;
  const changed = await db('customers')
    .where({ company_id: companyId, id: customerId })
    .update({ ...Object.fromEntries(given), updated_at: db.fn.now(3) });
  return changed > 0;
}
