/** What is wrong with a form, in words for each field, before it is sent. Pure. */

import type { Problem } from '../../../shared/errors.ts';
import { TYPED, utf8Bytes } from '../../../shared/limits.ts';
import { isEmpty, lengthOf, problemsInWords } from '../../common/state/forms.ts';
import type { I18n } from '../i18n/index.ts';
import type { FieldName, Values } from './drafts.ts';

/** Sentences by field. */
export type Problems = Partial<Record<FieldName | 'password' | 'currentPassword', string>>;

type Check = readonly [field: string, problem: Problem, isWrong: boolean];

/** What can be said of the log-in fields without asking the server. */
export function checkEntry(
  i18n: I18n,
  values: Values & { password: string },
  isNew: boolean,
): Problems {
  const { password } = values;
  return inWords(i18n, [
    ['name', 'missing', isNew && isEmpty(values.name)],
    ['email', 'missing', isEmpty(values.email)],
    ...passwordChecks(password, isNew),
  ]);
}

/** What can be said of a password; of one that is there already only whether it was typed. */
export function passwordChecks(password: string, isNew = true): Check[] {
  return [
    ['password', 'missing', password === ''],
    ['password', 'too_short', isNew && lengthOf(password) < TYPED.passwordMinCharacters],
    ['password', 'too_long', isNew && utf8Bytes(password) > TYPED.passwordMaxBytes],
  ];
}

/** The checks that failed, in words. */
export function inWords(i18n: I18n, checks: readonly Check[]): Problems {
  const wrong = checks.filter(([, , isWrong]) => isWrong);
  return problemsInWords(
    i18n,
    wrong.map(([field, problem]) => ({ field, problem, message: '' })),
  );
}
