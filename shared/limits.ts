/** The contract's numbers (DESIGN §4 and §5), used by the server's schemas and by the panel's fields. */

/** Of what people type: the panel knows these, too, and carries no others along. */
export const TYPED = {
  /** Characters: Unicode code points, as JSON Schema's maxLength counts them. */
  shortDescription: 100,
  description: 10_000,
  comment: 10_000,
  name: 100,
  /** Characters at least, and bytes of UTF-8 at most: bcrypt reads no further than 72 bytes. */
  passwordMinCharacters: 8,
  passwordMaxBytes: 72,
} as const;

export const LIMITS = {
  ...TYPED,
  /** Comments of one incident beyond which its customer has to report a new one: all of them are read at once. */
  comments: 500,
  category: 50,
  /** Where an incident came from, in the team's words. */
  source: 50,
  email: 254,
  companyName: 100,
  slug: 63,
  /** Characters of an address that somebody typed. */
  url: 2_000,
  teamEmails: 50,
  /** Webhooks of one company. */
  webhooks: 20,
  webhookDescription: 200,
  /** Identity keys of one company: enough to rotate. */
  identityKeys: 3,
  identityKeyName: 100,
  /** Characters of a host-signed token. */
  identityToken: 4_000,
  /** Characters of a challenge's solution. */
  challenge: 4_000,
  search: 100,
  /** Bytes of a JSON body. */
  bodyBytes: 64 * 1024,
  /** Levels of nesting in a JSON body. */
  bodyDepth: 32,
  /** Characters of an Idempotency-Key header. */
  idempotencyKey: 255,
  pageSize: 100,
  defaultPageSize: 10,
  /** The highest page number that is meaningful: keeps offsets inside a 32-bit integer. */
  page: 10_000_000,
} as const;

/** Bytes that `text` takes in UTF-8. Plain arithmetic, so that it runs in the panel and on the server alike. */
export function utf8Bytes(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}
