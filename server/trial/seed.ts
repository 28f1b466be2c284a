/** What a first start of the trial finds: a few invented companies, so that the selector has something to search. */
import type { CompanyCreate } from '../../shared/types.ts';
import { insertCompany, listAllCompanies } from '../db/companies.ts';
import type { Deps } from '../http/deps.ts';

const DEMO_COMPANIES: readonly Pick<CompanyCreate, 'name' | 'slug' | 'accent' | 'greeting'>[] = [
  {
    name: 'Nordlicht Energie',
    slug: 'nordlicht',
    accent: '#0b7285',
    greeting: 'Power, meters, invoices: tell us what is not as it should be.',
  },
  { name: 'Norte Telecom', slug: 'norte', accent: '#9a3f7c', greeting: null },
  { name: 'Norwick & Daughters', slug: 'norwick', accent: '#7a5a00', greeting: null },
  { name: 'Ámbar Viajes', slug: 'ambar', accent: '#b5430f', greeting: null },
  { name: 'Fjord Bank', slug: 'fjord-bank', accent: '#1d4f91', greeting: null },
];

/** Does nothing where there is any company. */
export async function seedCompanies({ db, newId }: Pick<Deps, 'db' | 'newId'>): Promise<void> {
  const { total } = await listAllCompanies(db, { page: 1, limit: 1 });
  if (total > 0) return;
  for (const company of DEMO_COMPANIES) {
    await insertCompany(db, newId(), {
      ...company,
      categories: ['System', 'User Report', 'Fraud', 'Others'],
      allowedOrigins: [],
      isListed: true,
      teamEmails: [],
      hostPageUrl: null,
      requiresVerifiedEmail: false,
    });
  }
}
