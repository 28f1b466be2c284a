/**
 * The bar: 37 statements about Porthole, each in one sentence. Tests say which of them they show (test/support/shows.ts);
 * test/BAR.md, written by `npm run bar`, is the table of both.
 */

export interface Statement {
  number: number;
  says: string;
  /** Beside its short form in the normal run it has a long one, in `npm run test:long`. */
  isLong?: true;
  /** Why no test can show it here. Without a reason, a statement needs a test. */
  reason?: string;
  /** Where a word of it is shown in another way than one would look for. */
  note?: string;
}

export const STATEMENTS: readonly Statement[] = [
  {
    number: 1,
    says: 'Every forged or misplaced token gets 401 and touches nothing but the log.',
    note: 'A token of 1 MB is refused earlier: Node reads 16 KiB of headers at most, then answers 431 in our envelope and ends the connection, before there is a token to look at. One as long as fits gets its 401.',
  },
  {
    number: 2,
    says: 'After logout, password change or disabling, the next request is 401 on any node, and open streams end within 5 s.',
  },
  {
    number: 3,
    says: 'Signing keys rotate by kid under load without one 401; a removed kid is refused at once.',
  },
  {
    number: 4,
    says: 'Login does and answers the same for an unknown address and for a wrong password.',
    isLong: true,
  },
  {
    number: 5,
    says: 'Passwords: 8 characters to 72 bytes, never cut; common ones and one’s own names are refused.',
  },
  {
    number: 6,
    says: 'Failed logins are limited per account and address; the true owner still gets in.',
  },
  {
    number: 7,
    says: 'Every operation with an id, asked by everybody but its owner, says “not yours” as it says “does not exist”.',
  },
  {
    number: 8,
    says: 'Random interleavings of commands never diverge from a simple model, over REST and events.',
    isLong: true,
  },
  {
    number: 9,
    says: 'A canary in every internal field and secret is in no byte that a customer can receive.',
  },
  {
    number: 10,
    says: 'The database itself enforces tenancy: without the condition, a query returns nothing of others.',
  },
  {
    number: 11,
    says: 'Fields that a client may not set change nothing; hidden ones can be neither searched nor sorted by.',
  },
  {
    number: 12,
    says: 'A fuzzer made from the OpenAPI document finds no 5xx and nothing undocumented or over 1 s.',
    isLong: true,
  },
  {
    number: 13,
    says: 'Malformed input of every kind gets a 4xx with a stable code; nothing internal reaches a client.',
  },
  {
    number: 14,
    says: 'Prototype pollution, slow patterns, smuggling, odd methods and path traversal lead nowhere.',
  },
  {
    number: 15,
    says: 'sqlmap finds the hole planted for it and nothing else.',
    isLong: true,
  },
  {
    number: 16,
    says: 'Hostile names, subjects and addresses make exactly one mail, to one recipient, and one log line.',
  },
  {
    number: 17,
    says: 'In a real browser the session survives where it should, with cookies blocked too.',
  },
  {
    number: 18,
    says: 'Unlisted origins cannot frame the panel; the handshake checks both sides; fuzzed messages change nothing.',
  },
  {
    number: 19,
    says: 'A cookie alone authorises nothing that came from another site.',
  },
  {
    number: 20,
    says: 'XSS strings in every field show as text; the panel’s policy is strict, and no report comes in.',
  },
  {
    number: 21,
    says: 'The loader works on hostile pages, and a dead, slow or lying backend leaves its page alone.',
  },
  {
    number: 22,
    says: 'Limited routes send RateLimit fields and 429; limits hold across processes and without their store.',
  },
  {
    number: 23,
    says: 'A solved challenge works once, for one company and action, within 5 minutes.',
  },
  {
    number: 24,
    says: 'Webhook addresses that lead inside make no connection there, at save and at send.',
  },
  {
    number: 25,
    says: '200 slow connections leave healthy requests fast; memory returns.',
    isLong: true,
  },
  {
    number: 26,
    says: 'One Idempotency-Key sent 50 times at once makes one incident, and holds across a kill.',
  },
  {
    number: 27,
    says: 'A change and its outbox rows commit together, through random crashes.',
    isLong: true,
  },
  {
    number: 28,
    says: 'Every event arrives at least once through failing receivers and killed workers.',
  },
  {
    number: 29,
    says: 'Webhook signatures verify with the independent package, also while a secret rotates.',
  },
  {
    number: 30,
    says: 'Events reach a panel in order, each once, none missing, within 1 s.',
  },
  {
    number: 31,
    says: 'PostgreSQL killed under load: only 503, nothing acknowledged lost, healthy within 5 s of its return.',
  },
  {
    number: 32,
    says: 'SIGTERM under load fails no request; kill -9 at random moments loses nothing acknowledged.',
  },
  {
    number: 33,
    says: 'A customer interrupted in the middle of a report finds every word again and sends it once.',
  },
  {
    number: 34,
    says: 'Production refuses to start on bad settings, and names all of them and no value.',
  },
  {
    number: 35,
    says: 'Liveness never touches the database; readiness means reachable, migrated, not draining.',
  },
  {
    number: 36,
    says: 'A killed migration recovers, two nodes migrate once, the previous version still passes.',
    isLong: true,
  },
  {
    number: 37,
    says: 'A customer can be exported whole and erased without a trace; each team action is audited once.',
  },
];
