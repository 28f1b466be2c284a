/**
 * What nobody can derive from a schema: what the id in an operation's address names. Every operation with an id needs a row;
 * the tests that use them fail without, and say what to add.
 */
import { hasId, OPERATIONS, type Operation } from './operations.ts';

export const SUBJECTS = [
  ...(['incident', 'announcement', 'company', 'customer', 'apiKey', 'identityKey'] as const),
  ...(['webhook', 'delivery'] as const),
] as const;
export type Subject = (typeof SUBJECTS)[number];

export interface Row {
  of: Subject;
  /** A body that would be good and would leave a trace, for operations that take one; `good`: as `goodRequest` makes it. */
  body?: object | 'good';
}

export const ROWS: Readonly<Record<string, Row>> = {
  'GET /customer/get-incident/{id}': { of: 'incident' },
  'POST /customer/{incidentId}/comments': { of: 'incident', body: { content: 'Taken over' } },
  'POST /customer/{incidentId}/seen': {
    of: 'incident',
    body: { updatedAt: '2099-01-01T00:00:00.000Z' },
  },
  'PUT /customer/announcements/{id}/affected': { of: 'announcement' },
  'DELETE /customer/announcements/{id}/affected': { of: 'announcement' },
  'POST /customer/announcements/{id}/seen': { of: 'announcement' },
  'GET /incident-ticket/{id}': { of: 'incident' },
  'PUT /incident-ticket/{id}': {
    of: 'incident',
    body: { summary: 'Taken over', status: 'CLOSED', techDescription: 'Taken over' },
  },
  'POST /incident-ticket/{incidentId}/comments': {
    of: 'incident',
    body: { content: 'Taken over' },
  },
  'GET /incident-ticket/{incidentId}/comments': { of: 'incident' },
  'POST /incident-ticket/resolve/{id}': { of: 'incident', body: { note: 'Taken over' } },
  'POST /incident-ticket/resolve/customer-kb/{id}': {
    of: 'incident',
    body: { content: 'Taken over' },
  },
  'GET /incident-ticket/{id}/affected': { of: 'announcement' },
  'GET /companies/{id}': { of: 'company' },
  'PUT /companies/{id}': { of: 'company', body: { name: 'Taken over', isDisabled: true } },
  'GET /customers/{id}': { of: 'customer' },
  'PUT /customers/{id}': { of: 'customer', body: { isDisabled: true } },
  'GET /customers/{id}/export': { of: 'customer' },
  'POST /customers/{id}/erase': { of: 'customer', body: 'good' },
  'POST /api-keys/{id}/rotate': { of: 'apiKey', body: { overlapHours: 0 } },
  'DELETE /api-keys/{id}': { of: 'apiKey' },
  'DELETE /identity-keys/{id}': { of: 'identityKey' },
  'GET /webhooks/{id}': { of: 'webhook' },
  'PUT /webhooks/{id}': { of: 'webhook', body: { description: 'Taken over', isPaused: true } },
  'DELETE /webhooks/{id}': { of: 'webhook' },
  'POST /webhooks/{id}/test': { of: 'webhook' },
  'POST /webhooks/{id}/rotate-secret': { of: 'webhook' },
  'GET /webhooks/{id}/deliveries': { of: 'webhook' },
  'GET /deliveries/{id}': { of: 'delivery' },
  'POST /deliveries/{id}/redeliver': { of: 'delivery' },
};

/** What is wrong with the table; empty when it is complete. */
export function problemsOfRows(): string[] {
  const known = new Map(OPERATIONS.filter(hasId).map((one) => [one.name, one]));
  const missing = [...known.values()].filter(({ name }) => ROWS[name] === undefined);
  const bodiless = [...known.values()].filter(
    ({ name, body }) => body !== null && ROWS[name] !== undefined && !ROWS[name].body,
  );
  return [
    ...missing.map(({ name, body }) => {
      const sent = body === null ? '' : ', body: { … a good body that would leave a trace … }';
      return `add to ROWS in test/support/operations/rows.ts: '${name}': { of: one of ${SUBJECTS.join(', ')}${sent} } (a new kind of thing goes into SUBJECTS, with how it is made into BUILDERS of world.ts)`;
    }),
    ...bodiless.map(({ name }) => `give '${name}' in ROWS a good body: it takes one`),
    ...Object.keys(ROWS)
      .filter((name) => !known.has(name))
      .map((name) => `take '${name}' out of ROWS: there is no such operation`),
  ];
}

/** Throws with what to add where the operation has none. */
export function rowOf({ name }: Operation): Row {
  const row = ROWS[name];
  if (row === undefined) throw new Error(problemsOfRows().join('\n'));
  return row;
}
