/** The way out: an explicit log-out asks before it loses something, and leaves nothing behind on the device. */

import { batch } from '@preact/signals';
import { SOLVED } from '../../../shared/incident.ts';
import type { Customer } from '../../../shared/types.ts';
import { ask } from '../../common/state/ask.ts';
import { announce } from '../../common/state/surroundings.ts';
import { draftsOf } from './drafts.ts';
import { createIncidents } from './incidents.ts';
import { customerPrefix, entryKey, LINK_KEY, proofKey } from './kept.ts';
import type { Panel } from './panel.ts';
import { emptyOutbox } from './parcels.ts';
import { COMPANY_KEY, TOKEN_KEY } from './session.ts';

/** Logs out, after asking when that loses something, and leaves nothing behind on the device. */
export async function logOut(panel: Panel, isAsking = true): Promise<void> {
  // Who is just being let in leaves again.
  if (!isAsking) await panel.identified;
  const customer = panel.customer.peek();
  if (!customer || (isAsking && !(await mayLose(panel, customer)))) return;
  const result = await panel.deps.api.logout();
  const isCookie = panel.deps.tab.get(TOKEN_KEY) === null;
  if (!result.ok && result.error.code !== 'unauthorized' && isCookie) {
    panel.notice.value = 'logout_failed';
    return;
  }
  leave(panel, customer);
}

function leave(panel: Panel, customer: Customer): void {
  draftsOf(panel).forget(customerPrefix(customer.companyId, customer.id));
  draftsOf(panel).clear(entryKey(customer.companyId));
  emptyOutbox(panel);
  panel.deps.device.remove(COMPANY_KEY);
  panel.deps.device.remove(proofKey(customer.companyId));
  panel.deps.tab.remove(TOKEN_KEY);
  panel.deps.tab.remove(LINK_KEY);
  panel.deps.api.startGeneration();
  panel.incidents.value = createIncidents();
  panel.owner = null;
  batch(() => {
    panel.customer.value = null;
    panel.notice.value = null;
    panel.prefill.value = {};
    panel.announcements.value = panel.announcements
      .peek()
      .filter((one) => !SOLVED.includes(one.status))
      .map((one) => ({ ...one, isAffected: false }));
    panel.route.value = { name: 'home' };
    panel.entryMode.value = 'login';
    panel.phase.value = 'enter';
  });
  announce(panel, panel.i18n.peek().t('logout.done'));
  panel.deps.tell({ type: 'logout' });
}

function mayLose(panel: Panel, customer: Customer): Promise<boolean> {
  draftsOf(panel).saveAll();
  const prefix = `${customerPrefix(customer.companyId, customer.id)}draft/`;
  const drafts = panel.deps.device.keys(prefix).length;
  const waiting = panel.outbox.parcels.peek().length;
  if (drafts + waiting === 0) return Promise.resolve(true);
  const { t } = panel.i18n.peek();
  const what = [
    ...(waiting ? [t('logout.waiting', { count: waiting })] : []),
    ...(drafts ? [t('logout.drafts', { count: drafts })] : []),
  ];
  return ask(panel, {
    title: t('logout.title'),
    text: t('logout.text', { what: what.join(t('list.and')) }),
    confirm: t('logout.confirm'),
  });
}
