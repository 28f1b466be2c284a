/** Reasons not to start, and how a command ends for them. */

/** A reason that the operator can mend: printed as one line, without a stack. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

/** Prints what went wrong and ends the process with code 1. */
export function endWith(error: unknown): never {
  const text =
    error instanceof StartError ? error.message : error instanceof Error ? error.stack : error;
  process.stderr.write(`${text}\n`);
  process.exit(1);
}
