/** Where the links of mails and messages lead (the contract of the pages: a part behind # that opens one incident). */

/** `baseUrl`: origin of this server, as readers reach it. By id: several companies have the same ticket numbers. */
export const deskLink = (baseUrl: string, incidentId: string) => `${baseUrl}/desk#${incidentId}`;

/** On the company's own page that carries the tag, or on the portal page here. */
export function customerLink(
  baseUrl: string,
  { slug, hostPageUrl }: { slug: string; hostPageUrl: string | null },
  ticketNumber: string,
): string {
  const page = hostPageUrl ?? portal(baseUrl, slug);
  return `${page}#porthole=${ticketNumber}`;
}

const portal = (baseUrl: string, slug: string) =>
  `${baseUrl}/portal?company=${encodeURIComponent(slug)}`;

/** Always to our own page: on a company's, every script could read what opens the account. Null: no more than the page. */
export const accountLink = (baseUrl: string, slug: string, token: string | null) =>
  token === null ? portal(baseUrl, slug) : `${portal(baseUrl, slug)}#link=${token}`;
