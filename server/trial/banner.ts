/** What a start of the trial prints for the person at the terminal. */

export interface BannerFacts {
  /** Origin under which this server is reached. */
  url: string;
  isEmbedded: boolean;
  /** The admin key where this start made it: shown now and never again. */
  adminKey: string | null;
}

export function banner({ url, isEmbedded, adminKey }: BannerFacts): string {
  const key = adminKey ?? 'YOUR_ADMIN_KEY';
  const tickets = `${url}/api/v1/incident-ticket`;
  const newest = `$(curl -s -H "X-API-Key: ${key}" "${tickets}?limit=1" | grep -o '"id":"[^"]*"' | head -n 1 | cut -d '"' -f 4)`;
  return [
    '',
    `  Porthole is ready.${isEmbedded ? ' Its data is kept in an embedded database; see DATABASE_URL in the README.' : ''}`,
    '',
    `  Demo page      ${url}/demo`,
    `  Documentation  ${url}/docs`,
    adminKey === null
      ? '  Admin key      made at the first start, and shown only then'
      : `  Admin key      ${adminKey}   (shown this once: keep it)`,
    '',
    '  Report something on the demo page, then move its status and watch it change there:',
    '',
    `  curl -s -X PUT -H "X-API-Key: ${key}" -H "Content-Type: application/json" -d '{"status":"INVESTIGATION"}' "${tickets}/${newest}"`,
    '',
    '',
  ].join('\n');
}
