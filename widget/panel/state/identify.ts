/** Whom the host page names: its company's backend has signed it, the server looks at it, and the panel shows theirs. */
import { takeNote } from './connection.ts';
import { sessionAsked, takeIn } from './doors.ts';
import type { Panel } from './panel.ts';

/** Sooner than that the form at the door stays as it is; and so long at most it makes way. */
const SHOWN_MS = { from: 150, to: 4_000 } as const;

/** One after the other: what the page said last holds. */
export async function identify(panel: Panel, token: string): Promise<void> {
  const before = panel.identified;
  panel.identified = (async () => {
    await before;
    await phaseKnown(panel);
    const show = (isShown: boolean) => () => {
      panel.isNaming.value = isShown;
    };
    const timers = [setTimeout(show(true), SHOWN_MS.from), setTimeout(show(false), SHOWN_MS.to)];
    await find(panel, token);
    for (const timer of timers) clearTimeout(timer);
    show(false)();
  })();
  await panel.identified;
}

async function find(panel: Panel, token: string): Promise<void> {
  const result = await panel.deps.api.identify({ token, ...sessionAsked(panel) });
  takeNote(panel, result);
  if (result.ok) return takeIn(panel, result.data);
  const customer = panel.customer.peek();
  if (result.error.code !== 'identity_refused' || !customer) return;
  // The page says that somebody else is here, though it cannot show it: they are not to see this customer's reports.
  if (emailIn(token) !== customer.email.toLowerCase()) {
    const work = await panel.files.work.load();
    // Not waited for: it begins when this is over.
    void work?.logOut(panel, false);
  }
}

/** Until the server has been reached: who is named now is still the one then. */
function phaseKnown(panel: Panel): Promise<void> {
  const isKnown = () => !/booting|failed/.test(panel.phase.value);
  return new Promise((resolve) => {
    const stop = panel.phase.subscribe(() => {
      if (!isKnown()) return;
      resolve();
      queueMicrotask(() => stop());
    });
  });
}

/** Whom a token names, unverified: good enough to end a session by, and for nothing else. */
function emailIn(token: string): string | null {
  try {
    const payload = (token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/');
    const { email } = JSON.parse(atob(payload)) as { email?: unknown };
    return typeof email === 'string' ? email.trim().toLowerCase() : null;
  } catch {
    return null;
  }
}
