/** What may be used once: solved challenges, tokens with which a company signs its customers in. The first to write it has it. */
import type { Knex } from 'knex';

const NO_COMPANY = '00000000-0000-0000-0000-000000000000';

/**
 * Whether it was unused: of any number that ask at the same time, one is told so. Within a transaction it is used only if
 * that commits. Kept until `expiresAt`, when it is worthless, and a little longer.
 */
export async function spendOnce(
  db: Knex,
  {
    companyId,
    kind,
    id,
    expiresAt,
  }: { companyId: string | null; kind: 'challenge' | 'identity'; id: string; expiresAt: Date },
): Promise<boolean> {
  const spent = await db('spent_once')
    .insert({
      ...{ company_id: companyId ?? NO_COMPANY, kind, id },
      expires_at: expiresAt.toISOString(),
    })
    .onConflict(['company_id', 'kind', 'id'])
    .ignore()
    .returning('id');
  return spent.length === 1;
}
