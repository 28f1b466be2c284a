/** The driver's client with one timer for each connection, where the driver would start one for each query. */
import pg from 'pg';

/**
 * Fails the queries of a connection that owes an answer and has given none for `query_timeout` milliseconds, and hangs up
 * on it: what it said later would be taken for the answer to another query. 0 waits for ever.
 *
 * The driver's own time-out makes a timer for each query, and through those V8 takes whatever a query answered with for
 * long-lived: a node that reads lists spent its time collecting them.
 */
export class WatchedClient extends pg.Client {
  readonly #timer: NodeJS.Timeout | undefined;

  constructor({ query_timeout: timeoutMs = 0, ...config }: pg.ClientConfig = {}) {
    super(config);
    if (timeoutMs === 0) return;
    const { stream } = this.connection;
    this.#timer = setTimeout(() => {
      if (!this.#isIdle()) stream.destroy(new Error('Query read timeout'));
    }, timeoutMs).unref();
    this.connection.on('readyForQuery', () => this.#timer?.refresh());
    this.once('end', () => clearTimeout(this.#timer));
  }

  // biome-ignore lint/suspicious/noExplicitAny: the driver's eight overloads, all of which begin with the statement.
  override query(statement: any, ...rest: any[]): any {
    if (this.#isIdle()) this.#timer?.refresh();
    const query: (this: pg.Client, ...all: unknown[]) => unknown = super.query;
    return query.call(this, statement, ...rest);
  }

  /** The driver's own word for it: every query ends with this message of PostgreSQL's, also one that failed. */
  #isIdle(): boolean {
    return (this as unknown as { readyForQuery: boolean }).readyForQuery;
  }
}
