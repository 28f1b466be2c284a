/** A customer's data as one JSON document, written as fast as it is read. */
import { Readable } from 'node:stream';
import type { Database } from '../db/connection.ts';
import { readRecord, walkIncidents, walkLog } from '../db/customer-record.ts';

/** Null where the customer has gone. `exportedAt` is ISO 8601. */
export async function exportCustomer(
  db: Database,
  owner: { companyId: string; id: string },
  exportedAt: string,
): Promise<Readable | null> {
  const record = await readRecord(db, owner);
  if (record === null) return null;
  async function* document() {
    const head = JSON.stringify({ exportedAt, ...record }, null, 2);
    // The head stays open for the two lists that may be long.
    yield head.slice(0, head.lastIndexOf('\n}'));
    yield* list('incidents', walkIncidents(db, owner));
    yield* list('log', walkLog(db, owner));
    yield '\n}\n';
  }
  return Readable.from(document(), { objectMode: false });
}

async function* list(name: string, batches: AsyncIterable<unknown[]>): AsyncGenerator<string> {
  yield `,\n  ${JSON.stringify(name)}: [`;
  let separator = '\n';
  for await (const batch of batches) {
    for (const one of batch) {
      const text = JSON.stringify(one, null, 2).replaceAll('\n', '\n    ');
      yield `${separator}    ${text}`;
      separator = ',\n';
    }
  }
  yield separator === '\n' ? ']' : '\n  ]';
}
