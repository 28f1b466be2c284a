/** The parts of the benchmark, in the order in which they run. */
import type { Part } from './part.ts';
import { arrival } from './parts/arrival.ts';
import { widget } from './parts/widget.ts';

export const PARTS: readonly Part[] = [arrival, widget];
