/** What the link at the end of a mail works with: the customer whom it belongs to, without a login. */
import { appendAudit, byCustomer } from './audit.ts';
import type { Database } from './connection.ts';

export interface MailSettings {
  company: string;
  locale: string | null;
}

/** Null where there is no such customer any more. */
export async function findMailSettings(
  { pool }: Database,
  companyId: string,
  customerId: string,
): Promise<MailSettings | null> {
  const { rows } = await pool.query(
    `select co.name as company, c.locale from customers c join companies co on co.id = c.company_id
     where c.company_id = $1 and c.id = $2`,
    [companyId, customerId],
  );
  return rows[0] ?? null;
}

/** Once more the same changes nothing, and leaves no second audit row. */
export async function setMailUpdates(
  { db, newId }: { db: Database; newId(): string },
  { companyId, customerId }: { companyId: string; customerId: string },
  mailUpdates: boolean,
): Promise<void> {
  await db.knex.transaction(async (trx) => {
    const changed = await trx('customers')
      .where({ company_id: companyId, id: customerId, mail_updates: !mailUpdates })
      .update({ mail_updates: mailUpdates, updated_at: trx.fn.now(3) });
    if (changed === 0) return;
    await appendAudit(trx, newId, {
      companyId,
      ...byCustomer(customerId, null),
      action: 'customer.settings_changed',
      subject: { type: 'customer', id: customerId },
      after: { mailUpdates },
    });
  });
}
