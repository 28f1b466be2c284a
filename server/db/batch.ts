/**
 * Several statements in one round trip and one transaction. They go out together with a single Sync behind them: PostgreSQL
 * runs what stands before it as one transaction, which ends with it, committed or (after the first error) undone. So there
 * is no BEGIN and no COMMIT to be sent, parsed and answered. What a prepared statement answers with is asked for once for
 * each connection.
 */
import pg from 'pg';
import { types, UnpreparedClient, withoutName } from './connection.ts';

// biome-ignore lint/suspicious/noExplicitAny: a row's shape is the store's knowledge, which maps it at once.
export type Row = any;

/**
 * Rows of each statement, in their order. Throws what the database throws; nothing is committed then. A statement is a text,
 * its values (strings, numbers, booleans, buffers, null, arrays of strings) and, where it is to be prepared, a name.
 */
export async function inOneBatch(
  pool: pg.Pool,
  statements: readonly pg.QueryConfig[],
): Promise<Row[][]> {
  const client = await pool.connect();
  const sent = client instanceof UnpreparedClient ? statements.map(withoutName) : statements;
  try {
    const rows = await new Promise<Row[][]>((resolve, reject) => {
      client.query(
        new Batch(sent, (error, all) =>
          error ? reject(error) : resolve(all),
        ) as unknown as pg.Query,
      );
    });
    // In a transaction that somebody has left open nothing of it would be committed.
    if (client.getTransactionStatus() !== 'I') throw new Error('a transaction was left open');
    client.release();
    return rows;
  } catch (error) {
    // An error that the database reports leaves the connection clean: the Sync has ended the transaction.
    client.release(!(error instanceof pg.DatabaseError));
    throw error;
  }
}

interface Column {
  name: string;
  parse(text: string): unknown;
}

/** What the prepared statements of a connection answer with, by name. */
const known = new WeakMap<pg.Connection, Map<string, readonly Column[]>>();

type Done = (error: Error | null, rows: Row[][]) => void;

/** Takes part in the driver's queue as a query does, and gets from it the messages that come back. */
class Batch {
  /** Of the statement whose answer arrives: the driver notes under them that it is prepared now. */
  name: string | undefined;
  text = '';
  /** The driver puts its time-out around it. */
  callback: Done;
  readonly #statements: readonly pg.QueryConfig[];
  readonly #values: readonly (string | Buffer | null)[][];
  readonly #rows: Row[][] = [];
  #columns: readonly Column[] | undefined;
  #remembered = new Map<string, readonly Column[]>();
  #isOver = false;

  constructor(statements: readonly pg.QueryConfig[], callback: Done) {
    this.#statements = statements;
    this.#values = statements.map(({ values = [] }) => values.map(toWire));
    this.callback = callback;
  }

  submit(connection: pg.Connection): null {
    const { stream, parsedStatements } = connection as pg.Connection & {
      parsedStatements: Record<string, string>;
    };
    this.#remembered = known.get(connection) ?? new Map();
    known.set(connection, this.#remembered);
    this.#expect();
    const parsed = new Set<string>();
    stream.cork();
    for (const [index, { name = '', text }] of this.#statements.entries()) {
      const isPrepared = parsedStatements[name] !== undefined || parsed.has(name);
      if (name === '' || !isPrepared) connection.parse({ name, text, types: [] }, true);
      parsed.add(name);
      connection.bind({ statement: name, values: this.#values[index] } as pg.BindConfig, true);
      if (!this.#remembered.has(name)) connection.describe({ type: 'P', name: '' }, true);
      connection.execute({}, true);
    }
    connection.sync();
    stream.uncork();
    return null;
  }

  handleRowDescription({ fields }: { fields: { name: string; dataTypeID: number }[] }): void {
    this.#columns = fields.map(({ name, dataTypeID }) => ({
      name,
      parse: types.getTypeParser(dataTypeID, 'text') as unknown as Column['parse'],
    }));
  }

  handleDataRow({ fields }: { fields: (string | null)[] }): void {
    const row: Row = {};
    const columns = this.#columns ?? [];
    for (let index = 0; index < columns.length; index += 1) {
      const { name, parse } = columns[index] as Column;
      const text = fields[index] as string | null;
      row[name] = text === null ? null : parse(text);
    }
    this.#rows.at(-1)?.push(row);
  }

  handleCommandComplete(): void {
    if (this.name !== undefined) this.#remembered.set(this.name, this.#columns ?? []);
    this.#expect();
  }

  handleReadyForQuery(): void {
    this.#end(null);
  }

  handleError(error: Error): void {
    this.#end(error);
  }

  /** The next statement's answer comes now. */
  #expect(): void {
    const next = this.#statements[this.#rows.length];
    if (next === undefined) return;
    this.name = next.name;
    this.text = next.text;
    this.#columns = next.name === undefined ? undefined : this.#remembered.get(next.name);
    this.#rows.push([]);
  }

  #end(error: Error | null): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.callback(error, this.#rows);
  }
}

// The driver's queue takes its own queries only. What their constructor makes is for answers that are read in its way.
Object.setPrototypeOf(Batch.prototype, pg.Query.prototype);

/** A value as the protocol carries it, in text. */
function toWire(value: unknown): string | Buffer | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string' || Buffer.isBuffer(value)) return value;
  if (Array.isArray(value)) return `{${value.map(quoted).join()}}`;
  if (['number', 'boolean'].includes(typeof value)) return String(value);
  throw new TypeError('a statement was given a value that it cannot carry');
}

const quoted = (item: unknown) => `"${String(item).replace(/["\\]/g, '\\$&')}"`;
