/** Who is here: boot, choosing a company, signing up, logging in and out, and what happens when a session ends. */
import { batch } from '@preact/signals';
import { PRIORITIES } from '../../../shared/incident.ts';
import type { Customer, PanelBoot, SessionOpened } from '../../../shared/types.ts';
import type { Failure, Result } from '../api/result.ts';
import { takeNote } from './connection.ts';
import { forgetIncidents } from './incidents.ts';
import { customerPrefix, entryKey } from './keeper.ts';
import { emptyOutbox, flush, loadOutbox } from './outbox.ts';
import { announce, ask, type Panel } from './panel.ts';

export const TOKEN_KEY = 'porthole/token';
const COMPANY_KEY = 'porthole/company';
const FIRST_RETRY_MS = 2_000;
const SLOWEST_RETRY_MS = 60_000;

export interface EntryValues {
  email: string;
  password: string;
  name: string;
}

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
  if (code === 'company_not_found' || code === 'invalid') return selectInstead(panel, remembered);
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

/** The company is not known: the customer chooses another, and a page that fixed it hears why. */
async function selectInstead(panel: Panel, company: string | null): Promise<void> {
  const { deps } = panel;
  const isLinked = company !== null && company === deps.linkedCompany;
  deps.device.remove(COMPANY_KEY);
  const result = await deps.api.boot(null);
  batch(() => {
    panel.areCookiesKept.value = result.ok && result.data.areCookiesKept;
    panel.notice.value = isLinked ? 'company_unknown' : null;
    panel.phase.value = 'select';
  });
}

function welcome(panel: Panel, { areCookiesKept, company, me }: PanelBoot): void {
  batch(() => {
    panel.bootFailure.value = null;
    panel.areCookiesKept.value = areCookiesKept;
    panel.company.value = company;
    if (company) applyPrefill(panel);
    // A session of another company is left alone: it is not this one's.
    if (me && company?.id === me.customer.companyId) enter(panel, me.customer);
    else panel.phase.value = company ? 'enter' : 'select';
  });
}

/** Goes on with the company that was chosen from the list. */
export async function chooseCompany(panel: Panel, slug: string): Promise<Failure | null> {
  const result = await panel.deps.api.boot(slug);
  takeNote(panel, result);
  if (!result.ok) return result.error;
  panel.deps.device.set(COMPANY_KEY, slug);
  panel.notice.value = null;
  welcome(panel, result.data);
  return null;
}

/** Back to the list of companies. */
export function chooseAgain(panel: Panel): void {
  panel.deps.device.remove(COMPANY_KEY);
  batch(() => {
    panel.notice.value = null;
    panel.company.value = null;
    panel.phase.value = 'select';
  });
}

/** Opens a session, for a new customer or a known one. Returns what went wrong, for the form. */
export async function openSession(panel: Panel, values: EntryValues): Promise<Failure | null> {
  const { api } = panel.deps;
  const company = panel.company.peek();
  if (!company) return null;
  const { name, ...known } = values;
  const body = {
    ...known,
    companyId: company.id,
    session: panel.areCookiesKept.peek() ? ('cookie' as const) : ('bearer' as const),
  };
  const result: Result<SessionOpened> =
    panel.entryMode.peek() === 'signup'
      ? await api.register({ ...body, name })
      : await api.login(body);
  takeNote(panel, result);
  if (!result.ok) return result.error;
  const { token, customer } = result.data;
  if (token) panel.deps.tab.set(TOKEN_KEY, token);
  batch(() => {
    panel.notice.value = token ? 'tab_only' : null;
    enter(panel, customer);
  });
  panel.drafts.clear(entryKey(company.id));
  panel.deps.tell({ type: 'login', customerId: customer.id });
  return null;
}

/** Shows a customer their things: where they were, when it is the same one as before. */
function enter(panel: Panel, customer: Customer): void {
  panel.deps.api.startGeneration();
  if (panel.owner !== customer.id) {
    if (panel.owner) panel.route.value = { name: 'home' };
    forgetIncidents(panel);
  }
  panel.owner = customer.id;
  panel.customer.value = customer;
  panel.phase.value = 'in';
  loadOutbox(panel);
  applyPrefill(panel);
  void flush(panel);
}

/** The session ended elsewhere or ran out: everything stays, and the door asks for the password again. */
export function expire(panel: Panel): void {
  const customer = panel.customer.peek();
  if (!customer) return;
  panel.drafts.saveAll();
  panel.drafts.fill(entryKey(customer.companyId), { email: customer.email });
  panel.deps.tab.remove(TOKEN_KEY);
  panel.deps.api.startGeneration();
  batch(() => {
    panel.question.value = null;
    panel.customer.value = null;
    panel.notice.value = 'expired';
    panel.entryMode.value = 'login';
    panel.phase.value = 'enter';
  });
  panel.deps.tell({ type: 'logout' });
}

/** Logs out, after asking when that loses something, and leaves nothing behind on the device. */
export async function logOut(panel: Panel, isAsking = true): Promise<void> {
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
  panel.drafts.forget(customerPrefix(customer.companyId, customer.id));
  panel.drafts.clear(entryKey(customer.companyId));
  emptyOutbox(panel);
  panel.deps.device.remove(COMPANY_KEY);
  panel.deps.tab.remove(TOKEN_KEY);
  panel.deps.api.startGeneration();
  forgetIncidents(panel);
  panel.owner = null;
  batch(() => {
    panel.customer.value = null;
    panel.notice.value = null;
    panel.prefill.value = {};
    panel.route.value = { name: 'home' };
    panel.entryMode.value = 'login';
    panel.phase.value = 'enter';
  });
  announce(panel, panel.i18n.peek().t('logout.done'));
  panel.deps.tell({ type: 'logout' });
}

function mayLose(panel: Panel, customer: Customer): Promise<boolean> {
  panel.drafts.saveAll();
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

/** Puts what the host page suggested into fields that are still empty. */
export function applyPrefill(panel: Panel): void {
  const company = panel.company.peek();
  const customer = panel.customer.peek();
  if (!company) return;
  const { email, name, ...report } = panel.prefill.peek();
  if (!customer) {
    panel.drafts.fill(entryKey(company.id), { ...(email && { email }), ...(name && { name }) });
    return;
  }
  const { category, priority, ...texts } = report;
  const isPriority = PRIORITIES.some((one) => one === priority?.toUpperCase());
  panel.drafts.fill(reportKey(customer), {
    ...texts,
    ...(category && company.categories.includes(category) && { category }),
    ...(priority && isPriority && { priority: priority.toUpperCase() }),
  });
}

/** Key of the report form's draft. */
export function reportKey(customer: Customer): string {
  return `${customerPrefix(customer.companyId, customer.id)}draft/report`;
}

/** Key of the draft of a reply. */
export function replyKey(customer: Customer, incidentId: string): string {
  return `${customerPrefix(customer.companyId, customer.id)}draft/reply/${incidentId}`;
}
