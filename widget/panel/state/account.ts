/** What a customer does about their account: a mailed link, a forgotten password, a new one. */
import type { Failure } from '../../common/api/result.ts';
import { takeNote } from './connection.ts';
import { attempt, mailed, sessionAsked, takeIn } from './doors.ts';
import { proofKey } from './kept.ts';
import type { Panel } from './panel.ts';
import { enter, TOKEN_KEY } from './session.ts';

/** Has a link mailed that sets a new password, if there is such an account. Returns what went wrong. */
export async function askForLink(panel: Panel, email: string): Promise<Failure | null> {
  const company = panel.company.peek();
  if (!company) return null;
  const body = { email, companyId: company.id };
  const result = await attempt(panel, 'forgot-password', body, panel.deps.api.forgotPassword);
  if (!result.ok) return result.error;
  mailed(panel, 'password', email, () => askForLink(panel, email));
  return null;
}

/**
 * Opens a mailed link, with a password where one has to be chosen. Whoever else is logged in here makes way. Returns what
 * went wrong.
 */
export async function openLink(
  panel: Panel,
  token: string,
  password?: string,
): Promise<Failure | null> {
  const { api, device } = panel.deps;
  // Of whichever company the link is, its slug led here.
  const key = proofKey(panel.company.peek()?.id ?? '');
  const proof = device.get(key);
  const result = await api.redeemLink({
    token,
    ...(proof && { proof }),
    ...(password && { password }),
    ...sessionAsked(panel),
  });
  takeNote(panel, result);
  if (!result.ok) return result.error;
  device.remove(key);
  await takeIn(panel, result.data);
  return null;
}

/** Whether a failure says that the link waits for a password. */
export function wantsPassword({ code, problems }: Failure): boolean {
  return (
    code === 'invalid' &&
    problems.some(({ field, problem }) => field === 'password' && problem === 'missing')
  );
}

/** Changes the password. The server ends every session, and opens a new one here. Returns what went wrong. */
export async function changePassword(
  panel: Panel,
  currentPassword: string,
  password: string,
): Promise<Failure | null> {
  const { session } = sessionAsked(panel);
  const result = await panel.deps.api.changePassword({ currentPassword, password, session });
  takeNote(panel, result);
  if (!result.ok) return result.error.code === 'unauthorized' ? null : result.error;
  const { token, customer } = result.data;
  if (token) panel.deps.tab.set(TOKEN_KEY, token);
  // Also where an answer to the old session has shown the door meanwhile.
  enter(panel, customer);
  return null;
}
