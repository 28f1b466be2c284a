/** An incident is addressed by its id or its ticket number; each has a unique index of its own. */

export type RefColumn = 'id' | 'ticket_number';

/** The column to look in and the value as it is stored. `ref` has passed the schema. */
export function incidentRef(ref: string): { column: RefColumn; value: string } {
  return /^inc-/i.test(ref)
    ? { column: 'ticket_number', value: ref.toUpperCase() }
    : { column: 'id', value: ref.toLowerCase() };
}
