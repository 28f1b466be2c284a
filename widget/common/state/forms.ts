/** What every form needs to judge its fields. Pure. */
import type { FieldProblem } from '../../../shared/errors.ts';
import type { I18n } from '../i18n/words.ts';

/** Characters as the server counts them: code points, so that an emoji is one. */
export const lengthOf = (text: string) => [...text].length;

export const isEmpty = (text: string | undefined) => !text?.trim();

/** The problems that the server named, in our words where we have them; the first one of each field counts. */
export function problemsInWords<Field extends string = string>(
  i18n: Pick<I18n, 'find'>,
  problems: readonly FieldProblem[],
): Partial<Record<Field, string>> {
  const words: Partial<Record<string, string>> = {};
  for (const { field, problem, message } of problems) {
    words[field] ??= i18n.find(`problem.${field}.${problem}`) ?? message;
  }
  return words as Partial<Record<Field, string>>;
}
