/**
 * What customers read, many requests on few connections: each sends its batch behind the others' without waiting for their
 * answers (pipelining). A connection with something to do costs the machine far less than several that go to sleep and are
 * woken for every request. For reads alone: they wait for nobody's locks, so none holds up those behind it for long.
 */
import type pg from 'pg';
import { isConnectionGood, type Row, sendBatch } from './batch.ts';

/** So many connections are in use before any is shared, */
const SPREAD = 3;
/** and so many batches are on their way on each of those before there are more: then it is the database that is slow. */
const DEPTH = 12;

/** One connection, for as long as there are reads for it. */
interface Line {
  client: Promise<pg.PoolClient>;
  /** It still waits for its connection. */
  isPending: boolean;
  /** Batches without an answer yet. */
  open: number;
}

export class PipelinedReads {
  readonly #pool: pg.Pool;
  readonly #most: number;
  /** Those that may be joined. */
  readonly #lines = new Set<Line>();

  constructor(pool: pg.Pool, poolSize: number) {
    this.#pool = pool;
    this.#most = poolSize;
  }

  /** As `inOneBatch`. */
  async inOneBatch(statements: readonly pg.QueryConfig[]): Promise<Row[][]> {
    const line = this.#lineToJoin() ?? this.#newLine();
    line.open += 1;
    try {
      return await sendBatch(await line.client, statements);
    } catch (error) {
      if (!isConnectionGood(error)) this.#lines.delete(line);
      throw error;
    } finally {
      line.open -= 1;
      if (line.open === 0) {
        const isGood = this.#lines.delete(line);
        // One that could not be had has thrown above.
        line.client.then((client) => client.release(!isGood)).catch(() => {});
      }
    }
  }

  #lineToJoin(): Line | undefined {
    const { waitingCount, idleCount } = this.#pool;
    // Then lines in use come to their end, and reads take their turn with all others: those that never cease take no two.
    const isWaitedFor = waitingCount > 0 && idleCount === 0;
    let shortest: Line | undefined;
    for (const line of this.#lines) {
      if (isWaitedFor && !line.isPending) continue;
      if (shortest === undefined || line.open < shortest.open) shortest = line;
    }
    if (isWaitedFor || shortest === undefined) return shortest;
    const count = this.#lines.size;
    const isEnough = count >= this.#most || (count >= SPREAD && shortest.open < DEPTH);
    return isEnough ? shortest : undefined;
  }

  #newLine(): Line {
    const client = this.#pool.connect();
    const line = { client, isPending: true, open: 0 };
    const noLonger = () => {
      line.isPending = false;
    };
    client.then(noLonger, noLonger);
    this.#lines.add(line);
    return line;
  }
}
