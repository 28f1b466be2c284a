/** Writing to all customers of a company at once. */
import type { FieldProblem } from '../../../shared/errors.ts';
import { LIMITS } from '../../../shared/limits.ts';
import type { Failure } from '../../common/api/result.ts';
import { ask } from '../../common/state/ask.ts';
import { isEmpty, lengthOf } from '../../common/state/forms.ts';
import { announce } from '../../common/state/surroundings.ts';
import { showCase } from './case.ts';
import { takeNote } from './connection.ts';
import { chosenCompany, type Desk, openBeside, refOf } from './desk.ts';
import { announcementKey } from './kept.ts';
import { readQueue } from './queue.ts';

/** What is wrong with an announcement, before it is sent. */
export function checkAnnouncement(values: Partial<Record<string, string>>): FieldProblem[] {
  const { summary = '', description = '' } = values;
  const problems: FieldProblem[] = [];
  const add = (field: string, problem: FieldProblem['problem']) =>
    problems.push({ field, problem, message: '' });
  if (isEmpty(summary)) add('summary', 'missing');
  if (lengthOf(summary) > LIMITS.shortDescription) add('summary', 'too_long');
  if (lengthOf(description) > LIMITS.description) add('description', 'too_long');
  return problems;
}

/** Publishes the announcement that is being written, after asking. Returns what went wrong, for the form. */
export async function publish(desk: Desk): Promise<Failure | null> {
  const { t } = desk.i18n.peek();
  const key = announcementKey(desk);
  const { summary = '', description = '', priority } = desk.drafts.open(key).values.peek();
  const isSure = await ask(desk, {
    title: t('announce.sureTitle'),
    text: t('announce.sureText', { title: summary.trim() }),
    confirm: t('announce.publish'),
    isHarmless: true,
  });
  if (!isSure) return null;
  const companyId = chosenCompany(desk);
  const result = await desk.deps.api.announce({
    summary,
    description,
    priority: priority ?? 'HIGH',
    ...(companyId && { companyId }),
  });
  takeNote(desk, result);
  if (!result.ok) return result.error;
  desk.drafts.clear(key);
  openBeside(desk, refOf(desk, result.data));
  showCase(desk, result.data);
  announce(desk, t('announce.done'));
  void readQueue(desk);
  return null;
}
