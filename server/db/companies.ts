/** Companies: the public list with its search, one by slug or id, and what an admin key writes. */
import type { Knex } from 'knex';
import pg from 'pg';
import type { Company, CompanyCreate, CompanySummary, CompanyUpdate } from '../../shared/types.ts';
import type { Database } from './connection.ts';

const UNIQUE_VIOLATION = '23505';

interface CompanyRow {
  id: string;
  slug: string;
  name: string;
  search_name: string;
  accent: string | null;
  greeting: string | null;
  categories: string[];
  allowed_origins: string[];
  is_listed: boolean;
  team_emails: string[];
  host_page_url: string | null;
  requires_verified_email: boolean;
  disabled_at: string | null;
  created_at: string;
  updated_at: string;
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Words in small letters and without accents, so that "müller" is found by "Muller" and the other way round. */
export function searchWords(text: string): string[] {
  const plain = text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  return plain.match(/[\p{L}\p{N}]+/gu) ?? [];
}

const searchName = (name: string, slug: string) => searchWords(`${name} ${slug}`).join(' ');

/** Beginnings of words, all of which must be there: `nor en` finds Nordlicht Energie. Words are letters and digits only. */
const searchQuery = (search: string) =>
  searchWords(search)
    .map((word) => `'${word}':*`)
    .join(' & ');

/** The companies that anybody may see, by name. A search without a letter or digit in it finds all. */
export async function listCompanies(
  db: Database,
  { search, page, limit }: { search: string; page: number; limit: number },
): Promise<{ companies: CompanySummary[]; total: number }> {
  const query = searchQuery(search);
  const where = `is_listed and disabled_at is null
    ${query === '' ? '' : `and to_tsvector('simple', search_name) @@ to_tsquery('simple', $1)`}`;
  const text = `select (select count(*)::int from companies where ${where}) as total,
    coalesce((select json_agg(json_build_object('id', id, 'name', name, 'slug', slug)) from (
      select id, name, slug from companies where ${where} order by search_name, id
      limit ${limit} offset ${(page - 1) * limit}) as found), '[]') as companies`;
  const { rows } = await db.pool.query(text, query === '' ? [] : [query]);
  return rows[0];
}

/** A company that is not disabled, by slug or id; null where there is none. */
export async function findCompany(db: Database, slugOrId: string): Promise<Company | null> {
  const column = UUID.test(slugOrId) ? 'id' : 'slug';
  const row = await db
    .knex<CompanyRow>('companies')
    .where(column, slugOrId.toLowerCase())
    .whereNull('disabled_at')
    .first();
  return row === undefined ? null : toCompany(row);
}

/** Disabled or not, for admin keys: what they could not find they could not enable again. */
export async function findAnyCompany({ knex }: Database, id: string): Promise<Company | null> {
  const row = await knex<CompanyRow>('companies').where({ id }).first();
  return row === undefined ? null : toCompany(row);
}

/** Every company, disabled ones too, by name: for admin keys. */
export async function listAllCompanies(
  db: Database,
  { page, limit }: { page: number; limit: number },
): Promise<{ companies: Company[]; total: number }> {
  const rows = await db
    .knex<CompanyRow>('companies')
    .orderBy(['search_name', 'id'])
    .limit(limit)
    .offset((page - 1) * limit);
  const counted = await db.knex('companies').count({ total: '*' }).first();
  return { companies: rows.map(toCompany), total: Number(counted?.total) };
}

/** Null when the slug is taken. */
export async function insertCompany(
  db: Pick<Database, 'knex'>,
  id: string,
  company: CompanyCreate,
): Promise<Company | null> {
  const [row] = await db
    .knex<CompanyRow>('companies')
    .insert({ id, ...toColumns(company), search_name: searchName(company.name, company.slug) })
    .onConflict('slug')
    .ignore()
    .returning('*');
  return row === undefined ? null : toCompany(row);
}

export type CompanyChange = 'absent' | 'slug_taken' | Company;

/** `tell` runs in the transaction of the change. */
export async function updateCompany(
  db: Database,
  id: string,
  change: CompanyUpdate,
  tell: (trx: Knex.Transaction, before: Company, after: Company) => Promise<void>,
): Promise<CompanyChange> {
  const update = async (trx: Knex.Transaction): Promise<CompanyChange> => {
    const before = await trx<CompanyRow>('companies').where({ id }).forUpdate().first();
    if (before === undefined) return 'absent';
    const { name = before.name, slug = before.slug } = change;
    const [row] = await trx<CompanyRow>('companies')
      .where({ id })
      .update({
        ...toColumns(change),
        ...disabling(trx, before, change),
        search_name: searchName(name, slug),
        updated_at: trx.fn.now(3) as unknown as string,
      })
      .returning('*');
    const after = toCompany(row as CompanyRow);
    await tell(trx, toCompany(before), after);
    return after;
  };
  try {
    return await db.knex.transaction(update);
  } catch (error) {
    // The unique index decides: looking first could not see what another transaction is about to take.
    if (error instanceof pg.DatabaseError && error.code === UNIQUE_VIOLATION) return 'slug_taken';
    throw error;
  }
}

/** Disabled twice, it has been since the first time. */
const disabling = (
  { fn }: Knex,
  { disabled_at }: CompanyRow,
  { isDisabled }: CompanyUpdate,
): Partial<CompanyRow> => {
  if (isDisabled === undefined || isDisabled === (disabled_at !== null)) return {};
  return { disabled_at: isDisabled ? (fn.now(3) as unknown as string) : null };
};

/** Only what is given; `search_name` is the caller's, who knows name and slug. */
function toColumns(company: CompanyUpdate): Partial<CompanyRow> {
  const columns = {
    name: company.name,
    slug: company.slug,
    accent: company.accent,
    greeting: company.greeting,
    categories: company.categories,
    allowed_origins: company.allowedOrigins,
    is_listed: company.isListed,
    team_emails: company.teamEmails,
    host_page_url: company.hostPageUrl,
    requires_verified_email: company.requiresVerifiedEmail,
  };
  const given = Object.entries(columns).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as Partial<CompanyRow>;
}

function toCompany(row: CompanyRow): Company {
  return {
    id: row.id,
    name: row.name,
    slug: row.slug,
    accent: row.accent,
    greeting: row.greeting,
    categories: row.categories,
    allowedOrigins: row.allowed_origins,
    isListed: row.is_listed,
    teamEmails: row.team_emails,
    hostPageUrl: row.host_page_url,
    requiresVerifiedEmail: row.requires_verified_email,
    isDisabled: row.disabled_at !== null,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
