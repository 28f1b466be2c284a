/** Who is at the desk: boot, the log-in with a key, the log-out, and a session that ends by itself. */
import { batch } from '@preact/signals';
import type { DeskSession } from '../../../shared/types.ts';
import type { Failure } from '../../common/api/result.ts';
import { ask } from '../../common/state/surroundings.ts';
import { forgetCase } from './case.ts';
import { takeNote } from './connection.ts';
import type { Desk } from './desk.ts';
import { DRAFTS, isDrafting } from './kept.ts';
import { emptyQueue } from './queue.ts';
import { HOME } from './route.ts';

const FIRST_RETRY_MS = 2_000;
const SLOWEST_RETRY_MS = 60_000;
const COMPANY_PAGES = 5;

/** The desk's first call. A key from the address logs in at once. Retries by itself until the server answers. */
export async function boot(
  desk: Desk,
  key: string | null = null,
  retryMs = FIRST_RETRY_MS,
): Promise<void> {
  const { api } = desk.deps;
  const result = key === null ? await api.session() : await api.logIn(key);
  if (result.ok) return enter(desk, result.data);
  if (key !== null && result.error.code === 'unauthorized') {
    // A link with a wrong key does not end a session that works.
    const known = await api.session();
    if (known.ok) return enter(desk, known.data);
  }
  const { code, waitMs } = result.error;
  batch(() => {
    desk.bootFailure.value = result.error;
    if (code === 'unauthorized' && key === null) desk.bootFailure.value = null;
    const isRefused = ['unauthorized', 'forbidden', 'invalid', 'cross_site'].includes(code);
    desk.phase.value = isRefused ? 'enter' : 'failed';
  });
  if (desk.phase.peek() === 'enter') return;
  desk.bootTimer = setTimeout(
    () => void boot(desk, key, Math.min(retryMs * 2, SLOWEST_RETRY_MS)),
    waitMs ?? retryMs,
  );
}

/** Tries to boot at once, after it failed. */
export function bootAgain(desk: Desk): void {
  if (desk.phase.peek() !== 'failed') return;
  clearTimeout(desk.bootTimer);
  desk.phase.value = 'booting';
  void boot(desk);
}

/** Opens a session with a key. Returns what went wrong, for the form. */
export async function logIn(desk: Desk, key: string): Promise<Failure | null> {
  const result = await desk.deps.api.logIn(key);
  // A refused key is no end of a session: there was none.
  if (result.ok || result.error.code !== 'unauthorized') takeNote(desk, result);
  if (!result.ok) return result.error;
  enter(desk, result.data);
  return null;
}

function enter(desk: Desk, session: DeskSession): void {
  desk.deps.api.startGeneration();
  batch(() => {
    if (!isSameTeam(desk.session.peek(), session)) forgetWhatWasRead(desk);
    desk.session.value = session;
    desk.bootFailure.value = null;
    desk.isExpired.value = false;
    desk.case.refusal.value = null;
    desk.phase.value = 'in';
  });
  if (!session.company) void readCompanies(desk);
}

const isSameTeam = (one: DeskSession | null, other: DeskSession) =>
  one?.company?.id === other.company?.id && one?.keyName === other.keyName;

function forgetWhatWasRead(desk: Desk): void {
  emptyQueue(desk.queue);
  forgetCase(desk.case);
  desk.companies.value = null;
  desk.companyId.value = null;
}

async function readCompanies(desk: Desk): Promise<void> {
  for (let page = 1; page <= COMPANY_PAGES; page += 1) {
    const result = await desk.deps.api.companies(page);
    takeNote(desk, result);
    if (!result.ok) return;
    const before = page === 1 ? [] : (desk.companies.peek() ?? []);
    desk.companies.value = [...before, ...result.data];
    if (page >= (result.meta?.totalPages ?? 1)) return;
  }
}

/** The session ended elsewhere or ran out: everything stays, and the door asks for the key again. */
export function expire(desk: Desk): void {
  if (desk.phase.peek() !== 'in') return;
  desk.drafts.saveAll();
  desk.deps.api.startGeneration();
  batch(() => {
    desk.question.value = null;
    desk.case.erasing.value = null;
    desk.isHelpOpen.value = false;
    desk.isExpired.value = true;
    desk.phase.value = 'enter';
  });
}

/** Logs out, after asking where drafts would be lost. Nothing stays on the device. */
export async function logOut(desk: Desk): Promise<void> {
  const { t } = desk.i18n.peek();
  desk.drafts.saveAll();
  const isSure =
    !isDrafting(desk) ||
    (await ask(desk, {
      title: t('logout.title'),
      text: t('logout.text'),
      confirm: t('logout.confirm'),
    }));
  if (!isSure) return;
  const result = await desk.deps.api.logOut();
  if (!result.ok && result.error.code !== 'unauthorized') {
    takeNote(desk, result);
    desk.said.value = t('logout.failed');
    return;
  }
  desk.drafts.forget(DRAFTS);
  desk.deps.api.startGeneration();
  batch(() => {
    forgetWhatWasRead(desk);
    desk.session.value = null;
    desk.isExpired.value = false;
    desk.phase.value = 'enter';
    desk.route.value = HOME;
  });
  desk.deps.goTo(HOME, true);
}
