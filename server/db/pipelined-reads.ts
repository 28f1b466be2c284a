/**
 * What customers read, many requests on few connections: each sends its batch behind the others' without waiting for their
 * answers (pipelining). A connection with something to do costs the machine far less than several that go to sleep and are
 * woken for every request. For reads alone: they wait for nobody's locks, so none holds up those behind it for long.
 */
import type pg from 'pg';
import { inOneBatch, isConnectionGood, type Row, sendBatch } from './batch.ts';

/** So many connections are in use before any is shared, */
const SPREAD = 3;
/** and so many batches are on their way on each of those before there are more: then it is the database that is slow. */
const DEPTH = 12;
/** Of the pool, for writes and for everything else. */
const KEPT_FREE = 3;

interface Line {
  client: Promise<pg.PoolClient>;
  /** Batches without an answer yet. */
  open: number;
}

export class PipelinedReads {
  readonly #pool: pg.Pool;
  readonly #most: number;
  /** Those that may be joined. */
  readonly #lines = new Set<Line>();

  /** With a pool of less than four connections nothing is shared. */
  constructor(pool: pg.Pool, poolSize: number) {
    this.#pool = pool;
    this.#most = poolSize - KEPT_FREE;
  }

  /** As `inOneBatch`. */
  async inOneBatch(statements: readonly pg.QueryConfig[]): Promise<Row[][]> {
    if (this.#most < 1) return inOneBatch(this.#pool, statements);
    const line = this.#shortest();
    line.open += 1;
    let isGood = true;
    try {
      return await sendBatch(await line.client, statements);
    } catch (error) {
      isGood = isConnectionGood(error);
      if (!isGood) this.#lines.delete(line);
      throw error;
    } finally {
      line.open -= 1;
      if (line.open === 0) {
        const isJoinable = this.#lines.delete(line);
        // One that could not be had has thrown above.
        line.client.then((client) => client.release(!isJoinable)).catch(() => {});
      }
    }
  }

  #shortest(): Line {
    let shortest: Line | undefined;
    for (const line of this.#lines) {
      if (shortest === undefined || line.open < shortest.open) shortest = line;
    }
    const count = this.#lines.size;
    const isEnough = count >= this.#most || (count >= SPREAD && (shortest?.open ?? 0) < DEPTH);
    if (shortest !== undefined && isEnough) return shortest;
    const line = { client: this.#pool.connect(), open: 0 };
    this.#lines.add(line);
    return line;
  }
}
