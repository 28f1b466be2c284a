/** What may be used once: solved challenges, tokens with which a company signs its customers in. The first to write it has it. */
import type { Database } from './connection.ts';

const NO_COMPANY = '00000000-0000-0000-0000-000000000000';

/** Whether it was unused: of any number that ask at the same time, one is told so. Kept until `expiresAt`, when it is worthless. */
export async function spendOnce(
  { pool }: Pick<Database, 'pool'>,
  {
    companyId,
    kind,
    id,
    expiresAt,
  }: { companyId: string | null; kind: 'challenge' | 'identity'; id: string; expiresAt: Date },
): Promise<boolean> {
  const { rowCount } = await pool.query({
    name: 'spend-once',
    text: /* sql */ `
      insert into spent_once (company_id, kind, id, expires_at) values ($1, $2, $3, $4) on conflict do nothing`,
    values: [companyId ?? NO_COMPANY, kind, id, expiresAt.toISOString()],
  });
  return rowCount === 1;
}
