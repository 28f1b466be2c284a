/** Customers as the team works on them: listed and found, shut out and let in again. */
import type { Knex } from 'knex';
import type { TeamCustomer } from '../../shared/types.ts';
import type { Database } from './connection.ts';
import type { Scope } from './team-incidents.ts';

export interface CustomersRequest {
  search: string;
  page: number;
  limit: number;
}

/** An explicit list: what is not here (the hash of the password above all) cannot be shown. */
const COLUMNS = /* sql */ `c.company_id, c.id, c.name, c.email, c.locale, c.mail_updates, c.disabled_at, c.created_at,
  c.updated_at, k.last_seq as incidents`;
const JOINS = /* sql */ `left join incident_counts k on k.company_id = c.company_id and k.customer_id = c.id`;

/** A search without a letter or digit in it finds all, as everywhere. */
export const hasWords = (search: string) => /[\p{L}\p{N}]/u.test(search);

/** Newest first, which is the order of ids; with a search too. `scope` null is all companies. */
export async function listCustomers(
  { pool }: Database,
  scope: Scope,
  request: CustomersRequest,
): Promise<{ customers: TeamCustomer[]; total: number }> {
  const { rows } = await pool.query(customersQuery(scope, request));
  // Where the page is empty, the total comes alone.
  const found = rows.filter((row) => row.id !== null);
  return { customers: found.map(toTeamCustomer), total: rows[0].total };
}

/** Exported so that a test can look at its plan. */
export function customersQuery(
  scope: Scope,
  { search, page, limit }: CustomersRequest,
): { text: string; values: unknown[] } {
  const ofScope = scope === null ? '' : 'where company_id = $1';
  const place = `order by id desc limit ${limit} offset ${(page - 1) * limit}`;
  const [hits, total] = hasWords(search)
    ? [foundBy(ofScope, scope === null ? '$1' : '$2'), 'select count(*)::int from hits']
    : [
        // The walk of an index ends with the page, and the total is kept.
        `select company_id, id from customers ${ofScope} ${place}`,
        `select coalesce(sum(total), 0)::int from customer_counts ${ofScope}`,
      ];
  const text = /* sql */ `
    with hits as materialized (${hits}),
    page as (select company_id, id from hits ${hasWords(search) ? place : ''})
    select (${total}) as total, c.*
    from (values (true)) one left join (
      select ${COLUMNS} from page p join customers c on c.company_id = p.company_id and c.id = p.id ${JOINS}
    ) c on true order by c.id desc`;
  return {
    text,
    values: [...(scope === null ? [] : [scope]), ...(hasWords(search) ? [search] : [])],
  };
}

/** Each company's words carry their company: one walk of the search index for each. */
const foundBy = (ofScope: string, search: string) => /* sql */ `
  select c.company_id, c.id from (select company_id from customer_counts ${ofScope}) co
  cross join lateral (
    select company_id, id from customers c
    where search_document(c.company_id, c.name || ' ' || c.email) @@ search_query(co.company_id, ${search})
      -- Compared as text, it does not tempt the planner away from the index of the words.
      and c.company_id::text = co.company_id::text) c`;

/** Null where they are absent or another company's. */
export async function findTeamCustomer(
  { knex }: { knex: Knex },
  scope: Scope,
  id: string,
): Promise<TeamCustomer | null> {
  const { rows } = await knex.raw(
    `select ${COLUMNS} from customers c ${JOINS}
     where c.id = :id ${scope === null ? '' : 'and c.company_id = :scope'}`,
    { id, scope },
  );
  return rows[0] === undefined ? null : toTeamCustomer(rows[0]);
}

/**
 * Shuts a customer out, or lets them in again; whether that changed anything. Their sessions end for good: whoever had one
 * of them must not be back with it.
 */
export async function setDisabled(
  trx: Knex.Transaction,
  { companyId, id }: Pick<TeamCustomer, 'companyId' | 'id'>,
  isDisabled: boolean,
): Promise<boolean> {
  const changed = await trx('customers')
    .where({ company_id: companyId, id })
    .whereRaw('(disabled_at is null) = ?', [isDisabled])
    .update({ disabled_at: isDisabled ? trx.fn.now(3) : null, updated_at: trx.fn.now(3) });
  if (changed > 0 && isDisabled) {
    await trx('sessions')
      .where({ company_id: companyId, customer_id: id })
      .whereNull('revoked_at')
      .update({ revoked_at: trx.fn.now(3) });
  }
  return changed > 0;
}

// biome-ignore lint/suspicious/noExplicitAny: rows come from the driver untyped and are mapped here, once.
function toTeamCustomer(row: any): TeamCustomer {
  return {
    id: row.id,
    companyId: row.company_id,
    name: row.name,
    email: row.email,
    locale: row.locale,
    mailUpdates: row.mail_updates,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    isDisabled: row.disabled_at !== null,
    disabledAt: row.disabled_at,
    incidentCount: row.incidents ?? 0,
  };
}
