/** Ticket numbers: a counter of each company and day, and numbers that were handed out before their incident. */
import type { Knex } from 'knex';

/** Of `day` and `last`: at least four digits, growing past 9999. */
export const TICKET_NUMBER = /* sql */ `'INC-' || to_char(day, 'YYYYMMDD') || '-' ||
  lpad(last::text, greatest(4, length(last::text)), '0')`;

/** Hours for which a reserved number can be used. */
const RESERVED_HOURS = 24;

/** The next number of the company. Locks its counter until the transaction ends: no gaps. */
export async function nextTicket(db: Knex, companyId: string): Promise<string> {
  const { rows } = await db.raw(
    `insert into ticket_counters (company_id, day, last)
     values (?, (now() at time zone 'UTC')::date, 1)
     on conflict (company_id, day) do update set last = ticket_counters.last + 1
     returning ${TICKET_NUMBER} as number`,
    [companyId],
  );
  return rows[0].number;
}

/** Takes a number out of the counter for an incident that is made later; numbers never used leave a gap. */
export async function reserveTicket(
  trx: Knex.Transaction,
  companyId: string,
  keyId: string,
): Promise<string> {
  const number = await nextTicket(trx, companyId);
  await trx('ticket_reservations')
    .where({ company_id: companyId })
    .whereRaw(`at < now() - interval '${RESERVED_HOURS} hours'`)
    .delete();
  await trx('ticket_reservations').insert({
    company_id: companyId,
    ticket_number: number,
    key_id: keyId,
  });
  return number;
}

/** Whether the number was reserved by this company and is still good; it is used up then. */
export async function useReservation(
  trx: Knex.Transaction,
  companyId: string,
  number: string,
): Promise<boolean> {
  const used = await trx('ticket_reservations')
    .where({ company_id: companyId, ticket_number: number })
    .whereRaw(`at >= now() - interval '${RESERVED_HOURS} hours'`)
    .delete();
  return used === 1;
}
