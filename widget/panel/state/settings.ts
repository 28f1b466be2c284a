/** What a customer decides about their account. */
import type { Failure } from '../../common/api/result.ts';
import { announce } from '../../common/state/surroundings.ts';
import { takeNote } from './connection.ts';
import type { Panel } from './panel.ts';

/** Turns mail about their reports on or off. Returns what went wrong. */
export async function setMailUpdates(panel: Panel, mailUpdates: boolean): Promise<Failure | null> {
  const result = await panel.deps.api.changeSettings({ mailUpdates });
  takeNote(panel, result);
  if (!result.ok) return result.error.code === 'unauthorized' ? null : result.error;
  panel.customer.value = result.data.customer;
  announce(panel, panel.i18n.peek().t(mailUpdates ? 'menu.mailOn' : 'menu.mailOff'));
  return null;
}
