/** What a part of the benchmark is given, and what it tells. */
import type { Databases } from './databases.ts';

/** One figure, beside its target where it has one. */
export interface Row {
  /** What was measured, in the words of the targets: `list, ratio to A`. */
  what: string;
  /** The figure with its unit and spread: `0.63 (0.60 to 0.66)`. */
  reached: string;
  /** `>= 0.50`; left out where the figure is only told. */
  target?: string;
  /** Whether the target is reached; left out where there is none. */
  isMet?: boolean;
  /** What else somebody needs to read the figure: rates, processor time, what a peer has. */
  note?: string;
}

export interface Bench {
  databases: Databases;
  /** Fewer rounds, shorter ones: everything together within three minutes. */
  isShort: boolean;
  /** Progress, on a line of its own; never a result. */
  say(line: string): void;
  /** To be called when the part is over, the last first, however it ends. */
  defer(end: () => unknown): void;
}

export interface Part {
  /** What it is called on the command line. */
  name: string;
  /** One line for the list of parts. */
  says: string;
  /** Only where it is asked for by name: always, or in a short run. */
  isAside?: 'always' | 'when short';
  /** Throws where something cannot be measured: that is a fault, not a missed target. */
  run(bench: Bench): Promise<Row[]>;
}

/** A figure that should be at least (or at most) so much; `reached` is written with `digits` and the spread. */
export function judged(
  what: string,
  value: Figure,
  target: { atLeast: number } | { atMost: number },
  { digits = 2, unit = '', note }: { digits?: number; unit?: string; note?: string } = {},
): Row {
  const isMet =
    'atLeast' in target ? value.median >= target.atLeast : value.median <= target.atMost;
  const bound = 'atLeast' in target ? `>= ${target.atLeast}` : `<= ${target.atMost}`;
  return {
    what,
    reached: spelled(value, digits, unit),
    target: `${bound}${unit}`,
    isMet,
    ...(note === undefined ? {} : { note }),
  };
}

/** The middle of several measurements, and how far they lay apart. */
export interface Figure {
  median: number;
  lowest: number;
  highest: number;
}

export function figure(all: readonly number[]): Figure {
  const sorted = all.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  const upper = sorted[half] ?? Number.NaN;
  const median = sorted.length % 2 === 0 ? ((sorted[half - 1] ?? upper) + upper) / 2 : upper;
  return { median, lowest: sorted[0] ?? Number.NaN, highest: sorted.at(-1) ?? Number.NaN };
}

/** `0.63 (0.60 to 0.66)`, or one number where all are the same. */
export function spelled({ median, lowest, highest }: Figure, digits = 2, unit = ''): string {
  const write = (value: number) => value.toFixed(digits);
  const spread = lowest === highest ? '' : ` (${write(lowest)} to ${write(highest)})`;
  return `${write(median)}${unit}${spread}`;
}
