/** What a start of the trial prints for the person at the terminal. */

/** By ADMIN_API_KEY; by an earlier start, which showed it; or by this one, which shows it now and never again. */
export type AdminKey = 'given' | 'made before' | { made: string };

export interface BannerFacts {
  /** Origin under which this server is reached. */
  url: string;
  isEmbedded: boolean;
  adminKey: AdminKey;
  isMailSent: boolean;
}

export function banner({ url, isEmbedded, adminKey, isMailSent }: BannerFacts): string {
  // The part behind # stays in the browser: one click logs in, and the desk takes it out of the address at once.
  const login = typeof adminKey === 'object' ? `#key=${adminKey.made}` : '';
  return [
    '',
    `  Porthole is ready.${isEmbedded ? ' Its data is kept in an embedded database; see DATABASE_URL in the README.' : ''}`,
    '',
    `  Customer       ${url}/demo`,
    `  Team           ${url}/desk${login}`,
    `  Documentation  ${url}/docs`,
    `  Admin key      ${about(adminKey)}`,
    ...(isMailSent ? [] : ['  Mail           none is sent; see SMTP_URL in the README']),
    '',
    '  Open the first two side by side: report something as the customer, answer it as the team.',
    '',
    '',
  ].join('\n');
}

function about(adminKey: AdminKey): string {
  if (adminKey === 'given') return 'what ADMIN_API_KEY says; the desk asks for it';
  if (adminKey === 'made before') return 'made at the first start, and shown only then';
  return `${adminKey.made}   (shown this once: keep it)`;
}
