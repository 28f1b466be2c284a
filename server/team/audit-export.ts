/** The audit log as a file: CSV for a spreadsheet, or one JSON object a line. */
import { Readable } from 'node:stream';
import type { AuditEntry } from '../../shared/types.ts';

interface Format {
  type: string;
  extension: string;
  head: string;
  line(entry: AuditEntry): string;
}

const COLUMNS: readonly [title: string, of: (entry: AuditEntry) => string | null | undefined][] = [
  ['at', ({ at }) => at],
  ['action', ({ action }) => action],
  ['actorType', ({ actor }) => actor.type],
  ['actorId', ({ actor }) => actor.id],
  ['actorName', ({ actor }) => actor.name],
  ['ip', ({ ip }) => ip],
  ['companyId', ({ companyId }) => companyId],
  ['subjectType', ({ subject }) => subject?.type],
  ['subjectId', ({ subject }) => subject?.id],
  ['before', ({ before }) => before && JSON.stringify(before)],
  ['after', ({ after }) => after && JSON.stringify(after)],
  ['id', ({ id }) => id],
];

/** RFC 4180. A cell that a spreadsheet would run as a formula gets an apostrophe before it. */
export function csvCell(value: string): string {
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

const csvLine = (cells: readonly string[]) => `${cells.map(csvCell).join(',')}\r\n`;

export const AUDIT_FORMATS: Readonly<Record<'csv' | 'ndjson', Format>> = {
  csv: {
    type: 'text/csv',
    extension: 'csv',
    head: csvLine(COLUMNS.map(([title]) => title)),
    line: (entry) => csvLine(COLUMNS.map(([, of]) => of(entry) ?? '')),
  },
  ndjson: {
    type: 'application/x-ndjson',
    extension: 'ndjson',
    head: '',
    line: (entry) => `${JSON.stringify(entry)}\n`,
  },
};

/** Written as fast as it is read: the next batch is asked for when this one has gone out. */
export function toFile({ head, line }: Format, batches: AsyncIterable<AuditEntry[]>): Readable {
  async function* chunks() {
    if (head !== '') yield head;
    for await (const batch of batches) yield batch.map(line).join('');
  }
  return Readable.from(chunks(), { objectMode: false });
}
