/** Mailed links of accounts: made with their mail in one transaction, looked at, and used once. */
import type { Knex } from 'knex';
import { emailKey } from './accounts.ts';
import type { Database } from './connection.ts';
import { insertDeliveries } from './outbox.ts';

export type LinkPurpose = 'sign-up' | 'password';

/** Which letter brings a link; the last two come without one. */
export type AccountLetterKind =
  | ('sign-up' | 'taken' | 'password' | 'confirm')
  | ('password-changed' | 'identified');

export interface AccountMailPayload {
  /** `nobody`: no account has the address, and nothing is sent. */
  account: { kind: AccountLetterKind | 'nobody'; hasLink: boolean; locale: string | null };
}

export const LINK_LIFE_MS = 30 * 60_000;
/** In place of an address that nobody has: it is not kept. */
export const NOBODY = 'nobody';
/** A mail is sent when it is due by any clock; what it brings is worthless half an hour later. */
const NO_CLOCK = { aheadMs: () => 0 };

export interface NewLink {
  companyId: string;
  id: string;
  purpose: LinkPurpose;
  customerId: string | null;
  email: string;
  /** Of a sign-up: what the account is made of when the link is opened. */
  signUp?: { name: string; passwordHash: string; proofHash: Buffer } | undefined;
  locale: string | null;
}

export interface AccountMail {
  companyId: string;
  /** Of the delivery, and of the link that it brings: by it is known whose mail it was. */
  id: string;
  customerId: string | null;
  email: string;
  kind: AccountLetterKind | 'nobody';
  hasLink: boolean;
  locale: string | null;
}

export async function insertLink(trx: Knex, link: NewLink): Promise<void> {
  await trx('account_links').insert({
    company_id: link.companyId,
    id: link.id,
    purpose: link.purpose,
    customer_id: link.customerId,
    email: link.email,
    email_key: emailKey(link.email),
    name: link.signUp?.name ?? null,
    password_hash: link.signUp?.passwordHash ?? null,
    proof_hash: link.signUp?.proofHash ?? null,
    locale: link.locale,
    expires_at: trx.raw('now() + make_interval(secs => ?)', [LINK_LIFE_MS / 1000]),
  });
}

/** Puts a letter to an account's address into the queue; its words are made when it is sent. */
export async function insertAccountMail(trx: Knex.Transaction, mail: AccountMail): Promise<void> {
  const { kind, hasLink, locale } = mail;
  const payload: AccountMailPayload = { account: { kind, hasLink, locale } };
  await insertDeliveries(trx, NO_CLOCK, [
    {
      ...{ companyId: mail.companyId, id: mail.id, webhookId: null, outboxId: null },
      ...{ incidentId: null, customerId: mail.customerId, event: `account.${kind}` },
      ...{ recipient: mail.email, payload, digestKey: null, waitMs: 0 },
    },
  ]);
}

export interface OpenLink {
  purpose: LinkPurpose;
  customerId: string | null;
  email: string;
  name: string | null;
  passwordHash: string | null;
  proofHash: Buffer | null;
  locale: string | null;
  company: { name: string; slug: string };
}

/** A link that can still be used, of a company and a customer that are not disabled; null where there is none. */
export async function findOpenLink(
  { pool }: Database,
  companyId: string,
  id: string,
): Promise<OpenLink | null> {
  const { rows } = await pool.query({
    name: 'account-link-find',
    text: /* sql */ `
      select l.purpose, l.customer_id as "customerId", l.email, l.name, l.password_hash as "passwordHash",
        l.proof_hash as "proofHash", l.locale, json_build_object('name', co.name, 'slug', co.slug) as company
      from account_links l join companies co on co.id = l.company_id
      left join customers c on c.company_id = l.company_id and c.id = l.customer_id
      where l.company_id = $1 and l.id = $2 and l.used_at is null and l.expires_at > now()
        and co.disabled_at is null and c.disabled_at is null`,
    values: [companyId, id],
  });
  return rows[0] ?? null;
}

/** Whether it was still to be used: of two at the same time, one uses it. */
export async function useLink(trx: Knex, companyId: string, id: string): Promise<boolean> {
  const used = await trx('account_links')
    .where({ company_id: companyId, id })
    .whereNull('used_at')
    .where('expires_at', '>', trx.fn.now())
    .update({ used_at: trx.fn.now() });
  return used === 1;
}

/** The others of the same address lead nowhere any more: it has been proven, or its password is a new one. */
export async function endLinks(trx: Knex, companyId: string, email: string): Promise<void> {
  await trx('account_links')
    .where({ company_id: companyId, email_key: emailKey(email) })
    .whereNull('used_at')
    .update({ used_at: trx.fn.now() });
}
