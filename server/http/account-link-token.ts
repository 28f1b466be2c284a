/** What an account's mailed link ends in: whose it is and which, sealed by the server's key, so that no table holds what opens it. */
import type { Seals } from './seals.ts';

const TOKEN = /^([0-9a-f-]{36})\.([0-9a-f-]{36})\.([\w-]{22})$/;
const sealed = (companyId: string, id: string) => `account-link.${companyId}.${id}`;

export const accountLinkToken = ({ seal }: Seals, companyId: string, id: string) =>
  `${companyId}.${id}.${seal(sealed(companyId, id))}`;

/** Null for anything that was not sealed here. */
export function readAccountLinkToken(
  { isSealed }: Seals,
  token: string,
): { companyId: string; id: string } | null {
  const [, companyId = '', id = '', seal = ''] = TOKEN.exec(token) ?? [];
  return isSealed(sealed(companyId, id), seal) ? { companyId, id } : null;
}
