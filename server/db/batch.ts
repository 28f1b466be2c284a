/**
 * Several statements in one round trip and one transaction. They go out together with a single Sync behind them: PostgreSQL
 * runs what stands before it as one transaction, which ends with it, committed or (after the first error) undone. So there
 * is no BEGIN and no COMMIT to be sent, parsed and answered. What a prepared statement answers with is asked for once for
 * each connection.
 */
import pg from 'pg';
import { UnpreparedClient, withoutName } from './unprepared-client.ts';
import { types } from './wire-time.ts';

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
  try {
    const rows = await sendBatch(client, statements);
    client.release();
    return rows;
  } catch (error) {
    client.release(!isConnectionGood(error));
    throw error;
  }
}

/** As `inOneBatch`, on a connection that may have batches on their way already: they are answered in their order. */
export function sendBatch(
  client: pg.PoolClient,
  statements: readonly pg.QueryConfig[],
): Promise<Row[][]> {
  const sent = client instanceof UnpreparedClient ? statements.map(withoutName) : statements;
  return new Promise((resolve, reject) => {
    const batch = new Batch(sent, (error, rows) => {
      if (error !== null) return reject(error);
      // In a transaction that somebody has left open nothing of it would be committed.
      if (client.getTransactionStatus() === 'I') return resolve(rows);
      reject(new Error('a transaction was left open'));
    });
    client.query(batch as unknown as pg.Query);
  });
}

/**
 * Whether the connection is as good as before: an error that a statement brings ends with its transaction, at the Sync. One
 * that ends the connection is told as an error too, and so is a transaction that somebody left open and that has failed.
 */
export const isConnectionGood = (error: unknown) =>
  error instanceof pg.DatabaseError && !ENDS_CONNECTION.test(error.code ?? '');

/** Classes "connection exception" and "operator intervention" (but a query's own time-out), and "in failed transaction". */
const ENDS_CONNECTION = /^(?:08|57P|25P02)/;

interface Column {
  name: string;
  parse(text: string): unknown;
}

/** What the prepared statements of a connection answer with, by name. */
const known = new WeakMap<pg.Connection, Map<string, readonly Column[]>>();

type Done = (error: Error | null, rows: Row[][]) => void;

/** The driver's connection, with what it keeps of prepared statements: a text for each name. */
type Connection = pg.Connection & {
  /** Those that PostgreSQL has said it has. */
  parsedStatements: Record<string, string>;
  /** Those that are on their way. */
  submittedNamedStatements: Record<string, string>;
};

/** Takes part in the driver's queue as a query does, and gets from it the messages that come back. */
class Batch {
  /** Of the statement whose answer arrives: the driver notes under them that it is prepared now. */
  name: string | undefined;
  text = '';
  callback: Done;
  readonly #statements: readonly pg.QueryConfig[];
  readonly #values: readonly (string | Buffer | null)[][];
  readonly #rows: Row[][] = [];
  #connection: Connection | undefined;
  /** Under which name each is sent; empty where it is sent without. */
  readonly #names: string[] = [];
  /** Those that are prepared by this batch, if it gets that far. */
  readonly #submitted: string[] = [];
  #columns: readonly Column[] | undefined;
  #remembered = new Map<string, readonly Column[]>();
  #isOver = false;
  /** A value that could not be read: the answer is waited for to its end all the same. */
  #failure: Error | null = null;

  constructor(statements: readonly pg.QueryConfig[], callback: Done) {
    this.#statements = statements;
    this.#values = statements.map(({ values = [] }) => values.map(toWire));
    this.callback = callback;
  }

  submit(connection: Connection): null {
    this.#connection = connection;
    this.#remembered = known.get(connection) ?? new Map();
    known.set(connection, this.#remembered);
    sendTogether(connection.stream);
    for (const [index, statement] of this.#statements.entries()) {
      const { name, isPrepared } = this.#prepare(statement);
      if (!isPrepared) connection.parse({ name, text: statement.text, types: [] }, true);
      connection.bind({ statement: name, values: this.#values[index] } as pg.BindConfig, true);
      if (!this.#remembered.has(name)) connection.describe({ type: 'P', name: '' }, true);
      connection.execute({}, true);
      this.#names.push(name);
    }
    connection.sync();
    this.#expect();
    return null;
  }

  #prepare({ name = '', text }: pg.QueryConfig): { name: string; isPrepared: boolean } {
    const { parsedStatements, submittedNamedStatements } = this.#connection as Connection;
    if (name === '') return { name, isPrepared: false };
    if (parsedStatements[name] !== undefined || this.#submitted.includes(name))
      return { name, isPrepared: true };
    // A batch that is still on its way prepares it, unless it fails before it gets there. Twice under one name is an error.
    if (submittedNamedStatements[name] !== undefined) return { name: '', isPrepared: false };
    submittedNamedStatements[name] = text;
    this.#submitted.push(name);
    return { name, isPrepared: false };
  }

  handleRowDescription({ fields }: { fields: { name: string; dataTypeID: number }[] }): void {
    this.#columns = fields.map(({ name, dataTypeID }) => ({
      name,
      parse: types.getTypeParser(dataTypeID, 'text') as unknown as Column['parse'],
    }));
  }

  handleDataRow({ fields }: { fields: (string | null)[] }): void {
    try {
      this.#rows.at(-1)?.push(readRow(fields, this.#columns ?? []));
    } catch (error) {
      // Thrown from here it would end the process.
      this.#failure ??= error as Error;
    }
  }

  handleCommandComplete(): void {
    if (this.name !== undefined) this.#remembered.set(this.name, this.#columns ?? []);
    this.#expect();
  }

  handleReadyForQuery(): void {
    this.#end(this.#failure);
  }

  handleError(error: Error): void {
    this.#end(error);
  }

  /** The next statement's answer comes now. */
  #expect(): void {
    const next = this.#statements[this.#rows.length];
    if (next === undefined) return;
    this.name = this.#names[this.#rows.length] || undefined;
    this.text = next.text;
    this.#columns = this.name === undefined ? undefined : this.#remembered.get(this.name);
    this.#rows.push([]);
  }

  #end(error: Error | null): void {
    if (this.#isOver) return;
    this.#isOver = true;
    for (const name of this.#submitted) delete this.#connection?.submittedNamedStatements[name];
    this.callback(error, this.#rows);
  }
}

// The driver's queue takes its own queries only. What their constructor makes is for answers that are read in its way.
Object.setPrototypeOf(Batch.prototype, pg.Query.prototype);

function readRow(fields: (string | null)[], columns: readonly Column[]): Row {
  const row: Row = {};
  for (let index = 0; index < columns.length; index += 1) {
    const { name, parse } = columns[index] as Column;
    const text = fields[index] as string | null;
    row[name] = text === null ? null : parse(text);
  }
  return row;
}

const together = new WeakSet<pg.Connection['stream']>();

/** What is written until the end of the event loop's turn goes out in one piece, whichever requests it belongs to. */
function sendTogether(stream: pg.Connection['stream']): void {
  if (together.has(stream)) return;
  together.add(stream);
  stream.cork();
  setImmediate(() => {
    together.delete(stream);
    stream.uncork();
  });
}

/** A value as the protocol carries it, in text. */
function toWire(value: unknown): string | Buffer | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string' || Buffer.isBuffer(value)) return value;
  if (Array.isArray(value)) return `{${value.map(quoted).join()}}`;
  if (['number', 'boolean'].includes(typeof value)) return String(value);
  throw new TypeError('a statement was given a value that it cannot carry');
}

const quoted = (item: unknown) => `"${String(item).replace(/["\\]/g, '\\$&')}"`;
