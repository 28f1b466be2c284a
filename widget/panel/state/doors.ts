/** The way in: signing up, logging in. Choosing a company: companies.ts. */

import { batch } from '@preact/signals';
import type { SessionOpened } from '../../../shared/types.ts';
import type { Failure, Result } from '../../common/api/result.ts';
import { takeNote } from './connection.ts';
import { draftsOf } from './drafts.ts';
import { entryKey, LINK_KEY } from './kept.ts';
import type { Panel } from './panel.ts';
import { COMPANY_KEY, enter, TOKEN_KEY } from './session.ts';

export interface EntryValues {
  email: string;
  password: string;
  name: string;
}

/**
 * Keeps the incident that a link led to until somebody has opened it, also when the page is loaded again. Who comes by
 * a mail's link has an account: they are asked to log in.
 */
export function keepLink(panel: Panel): void {
  const { tab } = panel.deps;
  const route = panel.route.peek();
  const kept = tab.get(LINK_KEY);
  if (panel.isLinked && route.name === 'incident') tab.set(LINK_KEY, route.id);
  else if (kept && route.name === 'home') {
    panel.isLinked = true;
    panel.route.value = { name: 'incident', id: kept };
  } else return;
  panel.entryMode.value = 'login';
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
    ...localeOf(panel),
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
  draftsOf(panel).clear(entryKey(company.id));
  panel.deps.tell({ type: 'login', customerId: customer.id });
  return null;
}

/** The language for mails: the one that the page or the browser asks for, where it is one. */
function localeOf(panel: Panel): { locale?: string } {
  try {
    const [locale] = Intl.getCanonicalLocales(panel.options.peek().locale ?? []);
    return locale ? { locale } : {};
  } catch {
    return {};
  }
}

/** Fills what is empty in the form with what the host page suggests, once for each suggestion. */
export function prefillEntry(panel: Panel): void {
  const { email, name, ...others } = panel.prefill.peek();
  const company = panel.company.peek();
  if (!company || !(email || name)) return;
  panel.prefill.value = others;
  draftsOf(panel).fill(entryKey(company.id), { ...(email && { email }), ...(name && { name }) });
}
