/** What a start of the trial prints for the person at the terminal. */

/** By ADMIN_API_KEY; by an earlier start, which showed it; or by this one, which shows it now and never again. */
export type AdminKey = 'given' | 'made before' | { made: string };

export interface BannerFacts {
  /** Origin under which this server is reached. */
  url: string;
  isEmbedded: boolean;
  adminKey: AdminKey;
}

export function banner({ url, isEmbedded, adminKey }: BannerFacts): string {
  const key = typeof adminKey === 'object' ? adminKey.made : 'YOUR_ADMIN_KEY';
  const tickets = `${url}/api/v1/incident-ticket`;
  const newest = `$(curl -s -H "X-API-Key: ${key}" "${tickets}?limit=1" | grep -o '"id":"[^"]*"' | head -n 1 | cut -d '"' -f 4)`;
  return [
    '',
    `  Porthole is ready.${isEmbedded ? ' Its data is kept in an embedded database; see DATABASE_URL in the README.' : ''}`,
    '',
    `  Demo page      ${url}/demo`,
    `  Documentation  ${url}/docs`,
    `  Admin key      ${about(adminKey)}`,
    '',
    '  Report something on the demo page, then move its status and watch it change there:',
    '',
    `  curl -s -X PUT -H "X-API-Key: ${key}" -H "Content-Type: application/json" -d '{"status":"INVESTIGATION"}' "${tickets}/${newest}"`,
    '',
    '',
  ].join('\n');
}

function about(adminKey: AdminKey): string {
  if (adminKey === 'given') return 'what ADMIN_API_KEY says';
  if (adminKey === 'made before') return 'made at the first start, and shown only then';
  return `${adminKey.made}   (shown this once: keep it)`;
}
