/**
 * What customers read, many requests on few connections: each sends its batch behind the others' without waiting for their
 * answers (pipelining). A connection with something to do costs the machine far less than several that go to sleep and are
 * woken for every request. For reads alone: they wait for nobody's row locks, so none holds up those behind it for long.
 */
import type pg from 'pg';
import { isConnectionGood, type Row, sendBatch } from './batch.ts';

/** So many connections are in use before any is shared, */
const SPREAD = 4;
/** and so many batches are on their way on each of those before there are more: then it is the database that is slow. */
const DEPTH = 8;
/** No line gets longer: who comes then waits for a connection, as everybody else does, and not for long. */
const MOST_OPEN = 64;
/** After so many a line ends, so that a pooler behind it can give its connection to another node. */
const MOST_IN_ALL = 500;
/** A line that has not answered for so long is not joined while there is another way. */
const STALLED_MS = 100;

/** One connection, for as long as there are reads for it. */
interface Line {
  client: Promise<pg.PoolClient>;
  /** It still waits for its connection. */
  isPending: boolean;
  isBroken: boolean;
  /** Batches without an answer yet. */
  open: number;
  /** Batches that it was ever given. */
  inAll: number;
  /** When it last answered, by the process's clock. */
  answeredAt: number;
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
    line.inAll += 1;
    if (line.inAll >= MOST_IN_ALL) this.#lines.delete(line);
    try {
      return await sendBatch(await line.client, statements);
    } catch (error) {
      line.isBroken ||= !isConnectionGood(error);
      throw error;
    } finally {
      line.open -= 1;
      line.answeredAt = performance.now();
      if (line.open === 0 || line.isBroken) this.#lines.delete(line);
      // One that could not be had has thrown above.
      if (line.open === 0) line.client.then((had) => had.release(line.isBroken)).catch(() => {});
    }
  }

  #lineToJoin(): Line | undefined {
    const { waitingCount, idleCount } = this.#pool;
    // Then lines in use come to their end, and reads take their turn with all others: those that never cease take no two.
    const isWaitedFor = waitingCount > 0 && idleCount === 0;
    const stalledBefore = performance.now() - STALLED_MS;
    let running: Line | undefined;
    let pending: Line | undefined;
    for (const line of this.#lines) {
      if (line.open >= MOST_OPEN) continue;
      if (line.isPending) pending = shorter(line, pending);
      else if (!isWaitedFor && line.answeredAt > stalledBefore) running = shorter(line, running);
    }
    // One more is on its way already: nobody else need wait until it is there, or find that it cannot be had.
    if (running !== undefined && pending !== undefined) return running;
    const shortest = running ?? pending;
    if (shortest === undefined || isWaitedFor) return shortest;
    const count = this.#lines.size;
    const isEnough = count >= this.#most || (count >= SPREAD && shortest.open < DEPTH);
    return isEnough ? shortest : undefined;
  }

  #newLine(): Line {
    const client = this.#pool.connect();
    const line = {
      ...{ client, isPending: true, isBroken: false },
      ...{ open: 0, inAll: 0, answeredAt: 0 },
    };
    const decided = () => {
      line.isPending = false;
      line.answeredAt = performance.now();
    };
    client.then(decided, decided);
    this.#lines.add(line);
    return line;
  }
}

const shorter = (one: Line, other: Line | undefined) =>
  other === undefined || one.open < other.open ? one : other;
