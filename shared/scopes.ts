/** What an API key may do: read, write (create and change incidents), manage (keys, webhooks, companies, the audit log). */

export const SCOPES = ['read', 'write', 'manage'] as const;
export type Scope = (typeof SCOPES)[number];
