/** The question before something is lost. Apart from what every first screen needs. */
import type { Question, Surroundings } from './surroundings.ts';

/** Asks before something is lost. Resolves to whether it was confirmed. */
export function ask(
  { question }: Pick<Surroundings, 'question'>,
  asked: Omit<Question, 'answer'>,
): Promise<boolean> {
  return new Promise((resolve) => {
    question.value = {
      ...asked,
      answer(isConfirmed) {
        question.value = null;
        resolve(isConfirmed);
      },
    };
  });
}
