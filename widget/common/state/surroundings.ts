/** What the shared components and actions need of the store they work in: each application's store is one of these. */
import type { ReadonlySignal, Signal } from '@preact/signals';
import type { I18n } from '../i18n/words.ts';

/** A question that has to be answered before something is lost. */
export interface Question {
  title: string;
  text: string;
  confirm: string;
  /** Nothing is lost by it: no red button. */
  isHarmless?: boolean;
  answer: (isConfirmed: boolean) => void;
}

export interface Surroundings {
  deps: { now: () => number };
  i18n: ReadonlySignal<I18n>;
  /** The time that relative times refer to, in milliseconds of the epoch. */
  clock: ReadonlySignal<number>;
  /** What the live region says. */
  said: Signal<string>;
  /** The server asked for a pause until then, in milliseconds of the epoch. */
  pausedUntil: ReadonlySignal<number>;
  question: Signal<Question | null>;
}

/** Lets the live region say something; the same words twice are said twice. */
export function announce({ said }: Pick<Surroundings, 'said'>, text: string): void {
  said.value = said.peek() === text ? `${text}\u00a0` : text;
}
