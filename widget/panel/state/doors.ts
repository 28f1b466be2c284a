/** The way in: signing up, logging in, whoever has shown who they are. Choosing a company: companies.ts. */

import { batch } from '@preact/signals';
import type { ChallengedAction, SessionOpened } from '../../../shared/types.ts';
import { type Failure, failed, type Result } from '../../common/api/result.ts';
import { takeNote } from './connection.ts';
import { draftsOf } from './drafts.ts';
import { entryKey, LINK_KEY, proofKey } from './kept.ts';
import type { Mailed, Panel } from './panel.ts';
import { boot, COMPANY_KEY, enter, TOKEN_KEY } from './session.ts';

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

/**
 * Opens a session, for a new customer or a known one; or waits for a mailed link, where the company wants the address
 * confirmed. Returns what went wrong, for the form.
 */
export async function openSession(panel: Panel, values: EntryValues): Promise<Failure | null> {
  const { api, device } = panel.deps;
  const company = panel.company.peek();
  if (!company) return null;
  const isNew = panel.entryMode.peek() === 'signup';
  const { name, ...known } = values;
  const body = { ...known, companyId: company.id, ...sessionAsked(panel) };
  const waitForMail = (purpose: Mailed['purpose']) =>
    mailed(panel, purpose, values.email, () => openSession(panel, values));
  const result = isNew
    ? await attempt(panel, 'register', { ...body, name }, api.register)
    : await attempt(panel, 'login', body, api.login);
  if (!result.ok) {
    if (result.error.code !== 'email_unverified') return result.error;
    waitForMail('confirm');
  } else if ('isMailSent' in result.data) {
    device.set(proofKey(company.id), result.data.proof);
    waitForMail('signup');
  } else {
    await takeIn(panel, result.data);
    draftsOf(panel).clear(entryKey(company.id));
  }
  return null;
}

/** The door waits for a mailed link from now on. */
export function mailed(
  panel: Panel,
  purpose: Mailed['purpose'],
  email: string,
  sendAgain: Mailed['sendAgain'],
): void {
  const at = panel.deps.now();
  panel.door.value = { name: 'mailed', purpose, email: email.trim(), at, sendAgain };
}

/**
 * Sends what many may try. Where the server wants to know first that a person asks, that is found out, and the same is
 * sent again with the solution.
 */
export async function attempt<Body extends { email: string }, T>(
  panel: Panel,
  action: ChallengedAction,
  body: Body,
  send: (body: Body & { challenge?: string }) => Promise<Result<T>>,
): Promise<Result<T>> {
  let result = await send(body);
  if (!result.ok && result.error.code === 'challenge_required') {
    const file = await panel.files.challenge.load();
    result = file ? await file.meet(panel, action, body, send, result) : failed('network');
  }
  takeNote(panel, result);
  return result;
}

/**
 * Takes in whoever has shown who they are. Who is here already notices nothing; of anybody else who was here nothing
 * stays.
 */
export async function takeIn(panel: Panel, { token, customer }: SessionOpened): Promise<void> {
  const { deps } = panel;
  const isHere = panel.customer.peek()?.id === customer.id;
  if (token) deps.tab.set(TOKEN_KEY, token);
  panel.customer.value = isHere ? customer : null;
  if (isHere) return;
  // On its own, before the next: so the live line of who was here before is let go of.
  const company = panel.company.peek();
  panel.phase.value = company ? 'enter' : 'select';
  if (company?.id === customer.companyId) {
    batch(() => {
      panel.notice.value = token ? 'tab_only' : null;
      panel.door.value = null;
      enter(panel, customer);
    });
  } else {
    // Where the page names another company, its panel leaves this session alone.
    deps.device.set(COMPANY_KEY, customer.company.slug);
    await boot(panel);
  }
  if (panel.customer.peek()) deps.tell({ type: 'login', customerId: customer.id });
}

/** How the panel wants its session: out of reach of scripts, where cookies are kept; with the language for mails. */
export function sessionAsked(panel: Panel): { session: 'cookie' | 'bearer'; locale?: string } {
  const session = panel.areCookiesKept.peek() ? 'cookie' : 'bearer';
  try {
    const [locale] = Intl.getCanonicalLocales(panel.options.peek().locale ?? []);
    return { session, ...(locale && { locale }) };
  } catch {
    return { session };
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
