/** What went wrong, for people. Pure. */
import type { Failure } from '../api/result.ts';
import type { I18n } from '../i18n/words.ts';

/** A failure in one sentence that says what to do. */
export function explain(i18n: I18n, failure: Failure): string {
  return i18n.find(`failure.${failure.code}`) ?? (failure.message || i18n.t('failure.unknown'));
}
