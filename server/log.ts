/** The log: one JSON object a line, and nobody's words in it. */
import { type Logger, pino } from 'pino';

/**
 * What went wrong, and where: no property beside these. PostgreSQL repeats rows in `detail` and `where`, and a parser its
 * input; Knex puts the statement before the message, whose values are placeholders.
 */
function plainError(error: unknown): unknown {
  if (!(error instanceof Error)) return { type: typeof error };
  const { name: type, message, stack } = error;
  const { code } = error as NodeJS.ErrnoException;
  const cause = error.cause instanceof Error ? plainError(error.cause) : undefined;
  return {
    type,
    message,
    ...(code !== undefined && { code }),
    stack,
    ...(cause !== undefined && { cause }),
  };
}

/**
 * Lines are written together, and never waited for: a reader that is slow or stuck must not hold requests up. All of them are
 * out when the process ends by itself; one that is killed loses the last tenth of a second.
 */
const TOGETHER = { dest: 1, sync: false, minLength: 4_096, periodicFlush: 100 };

/** `write` takes each line; without it they go to standard output. */
export function createLog(level: string, write?: (line: string) => void): Logger {
  const options = { level, base: null, serializers: { err: plainError } };
  return pino(options, write === undefined ? pino.destination(TOGETHER) : { write });
}
