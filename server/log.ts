/** The log: one JSON object a line, and nobody's words in it. */
import { type Logger, pino } from 'pino';
import type { Config } from './config.ts';

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
 * How a production's lines are written: together, and never waited for, since a reader that is slow or stuck must not hold
 * requests up. All of them are out when the process ends by itself; one that is killed loses the last tenth of a second, and
 * a reader that takes none for long loses what is more than 16 MiB.
 */
const TOGETHER = { sync: false, minLength: 4_096, periodicFlush: 100, maxLength: 16 * 1024 * 1024 };

/** Lines go to standard output; one by one, as they come, but in production. */
export function createLog({ logLevel: level, isProduction }: LogSettings): Logger {
  const options = { level, base: null, serializers: { err: plainError } };
  return pino(options, pino.destination({ dest: 1, ...(isProduction ? TOGETHER : {}) }));
}

type LogSettings = Pick<Config, 'logLevel' | 'isProduction'>;
