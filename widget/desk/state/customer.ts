/** What the team does with the customer of an incident: shut out, handed their data, erased. */
import { batch } from '@preact/signals';
import type { CustomerErased } from '../../../shared/types.ts';
import { failed, type Result } from '../../common/api/result.ts';
import { announce, ask } from '../../common/state/surroundings.ts';
import { type CaseCustomer, readCase } from './case.ts';
import { takeNote } from './connection.ts';
import { type Desk, go } from './desk.ts';
import { readQueue } from './queue.ts';
import { HOME } from './route.ts';

/** Shuts them out, after asking, or lets them in again. */
export async function setDisabled(
  desk: Desk,
  { id, name }: CaseCustomer,
  isDisabled: boolean,
): Promise<void> {
  const { t } = desk.i18n.peek();
  if (isDisabled) {
    const isSure = await ask(desk, {
      title: t('customer.disableTitle', { name }),
      text: t('customer.disableText'),
      confirm: t('customer.disableConfirm'),
      isHarmless: true,
    });
    if (!isSure) return;
  }
  desk.case.refusal.value = null;
  const result = await desk.deps.api.setDisabled(id, isDisabled);
  takeNote(desk, result);
  await readCase(desk);
  if (result.ok) {
    announce(desk, t(isDisabled ? 'customer.wasDisabled' : 'customer.wasEnabled', { name }));
  } else if (result.error.code !== 'aborted') desk.case.refusal.value = result.error;
}

/** Hands all that is kept of them to the browser as a file. */
export async function download(desk: Desk, { id }: CaseCustomer): Promise<void> {
  const { refusal } = desk.case;
  refusal.value = null;
  try {
    const response = await desk.deps.api.exportCustomer(id);
    if (!response.ok) throw new Error('no file');
    desk.deps.saveFile(`customer-${id}.json`, await response.blob());
    announce(desk, desk.i18n.peek().t('customer.downloaded'));
  } catch {
    // Also where it broke off in the middle: half a file is none.
    refusal.value = failed('network').error;
  }
}

/** Erases them. What was on screen of theirs goes with them; the dialog stays and says what happened. */
export async function erase(
  desk: Desk,
  { id }: CaseCustomer,
  email: string,
): Promise<Result<CustomerErased>> {
  const result = await desk.deps.api.eraseCustomer(id, email);
  // A message that is on its way is no reason for the desk to pause.
  if (result.ok || result.error.code !== 'unavailable') takeNote(desk, result);
  if (result.ok) forget(desk, id);
  return result;
}

function forget(desk: Desk, customerId: string): void {
  const { known, incident } = desk.case;
  for (const [ref, one] of known) if (one.customerId === customerId) known.delete(ref);
  const route = desk.route.peek();
  if (incident.peek()?.customerId === customerId && route.page === 'queue') {
    batch(() => {
      incident.value = null;
      go(desk, route.view === 'customer' ? HOME : { ...route, open: null }, { isReplacing: true });
    });
  }
  void readQueue(desk);
}
