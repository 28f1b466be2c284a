/** Who is here: boot, the company, the customer, and what happens when a session ends. Logging in: doors.ts; out: leaving.ts. */
import { batch } from '@preact/signals';
import type { Customer, PanelBoot } from '../../../shared/types.ts';
import { takeNote } from './connection.ts';
import { createIncidents } from './incidents.ts';
import { flush } from './outbox.ts';
import type { Panel } from './panel.ts';

export const TOKEN_KEY = 'porthole/token';
export const COMPANY_KEY = 'porthole/company';
const FIRST_RETRY_MS = 2_000;
const SLOWEST_RETRY_MS = 60_000;

/** The panel's first call: what may be shown, to whom. Retries by itself until the server answers. */
export async function boot(panel: Panel, retryMs = FIRST_RETRY_MS): Promise<void> {
  const { deps } = panel;
  const remembered = deps.linkedCompany ?? deps.device.get(COMPANY_KEY);
  const result = await deps.api.boot(remembered);
  takeNote(panel, result);
  if (result.ok) return welcome(panel, result.data);
  const { code, waitMs } = result.error;
  if (code === 'unauthorized' && deps.tab.get(TOKEN_KEY)) {
    deps.tab.remove(TOKEN_KEY);
    return boot(panel, retryMs);
  }
  if (code === 'company_not_found' || code === 'invalid') {
    panel.phase.value = 'select';
    return void (await panel.files.select.load())?.selectInstead(panel, remembered);
  }
  batch(() => {
    panel.bootFailure.value = result.error;
    panel.phase.value = 'failed';
  });
  panel.bootTimer = setTimeout(
    () => void boot(panel, Math.min(retryMs * 2, SLOWEST_RETRY_MS)),
    waitMs ?? retryMs,
  );
}

/** Tries to boot at once, after it failed. */
export function bootAgain(panel: Panel): void {
  if (panel.phase.peek() !== 'failed') return;
  clearTimeout(panel.bootTimer);
  panel.phase.value = 'booting';
  panel.bootFailure.value = null;
  void boot(panel);
}

/** Takes in what the server said about company and customer. */
export function welcome(panel: Panel, boot: PanelBoot): void {
  const { areCookiesKept, company, me, announcements, isMailOn } = boot;
  if (announcements.length > 0) void panel.files.news.load();
  batch(() => {
    panel.bootFailure.value = null;
    panel.areCookiesKept.value = areCookiesKept;
    panel.announcements.value = announcements;
    panel.isMailOn.value = isMailOn;
    panel.company.value = company;
    // A session of another company is left alone: it is not this one's.
    if (me && company?.id === me.customer.companyId) enter(panel, me.customer);
    else panel.phase.value = company ? 'enter' : 'select';
  });
}

/** Shows a customer their things: where they were, when it is the same one as before. */
export function enter(panel: Panel, customer: Customer): void {
  panel.deps.api.startGeneration();
  if (panel.owner !== customer.id) {
    if (panel.owner && !panel.isLinked) panel.route.value = { name: 'home' };
    if (panel.owner) panel.announcements.value = [];
    panel.due.add('announcements');
    panel.incidents.value = createIncidents();
    panel.outbox.parcels.value = [];
  }
  panel.owner = customer.id;
  panel.isLinked = false;
  panel.customer.value = customer;
  panel.phase.value = 'in';
  void flush(panel);
}

/** The session ended elsewhere or ran out: everything stays, and the door asks for the password again. */
export function expire(panel: Panel): void {
  const customer = panel.customer.peek();
  if (!customer) return;
  panel.drafts?.saveAll();
  panel.deps.tab.remove(TOKEN_KEY);
  panel.deps.api.startGeneration();
  batch(() => {
    panel.question.value = null;
    panel.prefill.value = { ...panel.prefill.peek(), email: customer.email };
    panel.customer.value = null;
    panel.notice.value = 'expired';
    panel.entryMode.value = 'login';
    panel.phase.value = 'enter';
  });
  panel.deps.tell({ type: 'logout' });
}
