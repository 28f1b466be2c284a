/** The incident on screen: read, followed, moved, changed. What is written to it: writing.ts. */
import { batch, type Signal, signal } from '@preact/signals';
import type { Priority, Status } from '../../../shared/incident.ts';
import type { AffectedPage, TeamIncident, TeamIncidentUpdate } from '../../../shared/types.ts';
import type { Failure, Result } from '../../common/api/result.ts';
import type { Due } from '../../common/live/refresh.ts';
import { ask } from '../../common/state/ask.ts';
import { announce } from '../../common/state/surroundings.ts';
import { takeNote } from './connection.ts';
import { type Desk, go, refOf } from './desk.ts';
import { draftKey } from './kept.ts';
import { readQueue, seen } from './queue.ts';
import { NEW } from './route.ts';

/** Incidents remembered, so that going back and forth shows them at once. */
const REMEMBERED = 50;

export type CaseCustomer = NonNullable<TeamIncident['customer']>;

export interface Case {
  /** By id, and by ticket number where that is unique, as they were last read. */
  known: Map<string, TeamIncident>;
  incident: Signal<TeamIncident | null>;
  failure: Signal<Failure | null>;
  /** What was refused of a move or a change, until the next one. */
  refusal: Signal<Failure | null>;
  /** Where the incident is being moved to. */
  moving: Signal<Status | null>;
  isResolving: Signal<boolean>;
  /** The customer who is being erased, from the question to the last word on it. */
  erasing: Signal<CaseCustomer | null>;
  affected: Signal<AffectedPage | null>;
  /** Which tab of the reply box is in front, and a count that grows when it should take the focus. */
  pad: Signal<'reply' | 'note'>;
  writeTick: Signal<number>;
}

export function createCase(): Case {
  return {
    known: new Map(),
    incident: signal(null),
    failure: signal(null),
    refusal: signal(null),
    moving: signal(null),
    isResolving: signal(false),
    erasing: signal(null),
    affected: signal(null),
    pad: signal('reply'),
    writeTick: signal(0),
  };
}

/** Forgets what was read, for another team. */
export function forgetCase(state: Case): void {
  state.known.clear();
  batch(() => {
    state.incident.value = null;
    state.failure.value = null;
    state.refusal.value = null;
    state.isResolving.value = false;
    state.erasing.value = null;
    state.affected.value = null;
  });
}

/** Which incident the route shows, by ticket number or id. */
export function openRef(desk: Desk): string | null {
  const route = desk.route.value;
  return route.page === 'queue' && route.open !== NEW ? route.open : null;
}

const isIt = (incident: TeamIncident | null, ref: string) =>
  incident !== null && (incident.id === ref || incident.ticketNumber === ref.toUpperCase());

/** Shows what is known of the incident in the route, and reads it. */
export function openCase(desk: Desk, ref: string | null): void {
  const { known, incident, failure, refusal, isResolving, affected, pad } = desk.case;
  if (ref !== null && isIt(incident.peek(), ref)) return;
  batch(() => {
    incident.value = ref === null ? null : (known.get(ref.toUpperCase()) ?? null);
    failure.value = null;
    refusal.value = null;
    isResolving.value = false;
    affected.value = null;
    pad.value = 'reply';
  });
  if (ref !== null) void readCase(desk);
}

/** Reads the incident on screen again. */
export async function readCase(desk: Desk): Promise<Due> {
  const ref = openRef(desk);
  if (ref === null) return 'same';
  const result = await desk.deps.api.incident(ref);
  takeNote(desk, result);
  if (openRef(desk) !== ref) {
    // The next answer may be that nothing has changed since.
    if (result.ok) showCase(desk, result.data);
    return 'same';
  }
  const { incident, failure } = desk.case;
  if (!result.ok) {
    if (result.error.code !== 'aborted') failure.value = result.error;
    return result.error.waitMs ?? 'same';
  }
  failure.value = null;
  if (result.isUnchanged && isIt(incident.peek(), ref)) return 'same';
  tellWhatChanged(desk, incident.peek(), result.data);
  showCase(desk, result.data);
  if (result.data.customerId === null) void readAffected(desk, result.data.id);
  return 'changed';
}

/** Shows an incident as the server just gave it. */
export function showCase(desk: Desk, incident: TeamIncident): void {
  const { known } = desk.case;
  for (const name of new Set([incident.id, refOf(desk, incident)])) {
    known.delete(name.toUpperCase());
    known.set(name.toUpperCase(), incident);
  }
  const oldest = known.keys().next();
  if (known.size > REMEMBERED * 2 && !oldest.done) known.delete(oldest.value);
  const ref = openRef(desk);
  if (ref !== null && isIt(incident, ref)) {
    desk.case.incident.value = incident;
    seen(desk.queue, incident.id);
  }
}

function tellWhatChanged(desk: Desk, before: TeamIncident | null, now: TeamIncident): void {
  if (before?.id !== now.id) return;
  const { t } = desk.i18n.peek();
  const known = new Set(before.comments.map((comment) => comment.id));
  const written = now.comments.find((one) => !known.has(one.id));
  if (written) {
    announce(desk, t('news.wrote', { name: written.authorName, text: written.content }));
  } else if (before.status !== now.status) {
    announce(desk, t('news.status', { status: t(`status.${now.status}`) }));
  }
}

/** Moves the incident on. What cannot be undone asks first; a resolution asks for the last word. */
export async function move(desk: Desk, incident: TeamIncident, to: Status): Promise<void> {
  if (desk.case.moving.peek()) return;
  const { t } = desk.i18n.peek();
  if (to === 'RESOLVED') {
    desk.case.isResolving.value = true;
    return;
  }
  if (to === 'CLOSED') {
    const isSure = await ask(desk, {
      title: t('close.title', { ticket: incident.ticketNumber }),
      text: t(incident.customer ? 'close.text' : 'close.textAll'),
      confirm: t('close.confirm'),
    });
    if (!isSure) return;
  }
  desk.case.moving.value = to;
  const isDone = await change(desk, incident, { status: to });
  desk.case.moving.value = null;
  if (isDone) announce(desk, t('news.status', { status: t(`status.${to}`) }));
}

/** Changes fields of an incident; whether that worked. */
export async function change(
  desk: Desk,
  incident: TeamIncident,
  changed: Partial<TeamIncidentUpdate>,
): Promise<boolean> {
  desk.case.refusal.value = null;
  const result = await desk.deps.api.update(incident.id, changed);
  takeNote(desk, result);
  return settle(desk, incident, result);
}

/** Resolves with the last word to the customer, if there is one; whether that worked. */
export async function resolve(desk: Desk, incident: TeamIncident, note: string): Promise<boolean> {
  desk.case.refusal.value = null;
  const result = await desk.deps.api.resolve(incident.id, note.trim() || undefined);
  takeNote(desk, result);
  if (!settle(desk, incident, result)) return false;
  desk.drafts.clear(draftKey(desk, incident.id, 'resolve'));
  desk.case.isResolving.value = false;
  announce(
    desk,
    desk.i18n.peek().t('news.status', { status: desk.i18n.peek().t('status.RESOLVED') }),
  );
  return true;
}

/** Takes in what became of a change; a refused one shows why, and what the incident looks like by now. */
function settle(desk: Desk, incident: TeamIncident, result: Result<TeamIncident>): boolean {
  if (result.ok) showCase(desk, { ...incident, ...result.data });
  else if (result.error.code !== 'aborted') desk.case.refusal.value = result.error;
  void readCase(desk);
  void readQueue(desk);
  return result.ok;
}

/** Shows other priorities at once, and takes it back when the server refuses. */
export async function setPriority(
  desk: Desk,
  incident: TeamIncident,
  priority: Priority,
): Promise<void> {
  showCase(desk, { ...incident, priority });
  if (!(await change(desk, incident, { priority }))) showCase(desk, incident);
}

/** Reads who said that an announcement affects them; further pages come below. */
export async function readAffected(desk: Desk, id: string, page = 1): Promise<void> {
  const result = await desk.deps.api.affected(id, page);
  takeNote(desk, result);
  const { affected, incident } = desk.case;
  if (!result.ok || incident.peek()?.id !== id) return;
  const before = page === 1 ? [] : (affected.peek()?.customers ?? []);
  affected.value = { ...result.data, customers: [...before, ...result.data.customers] };
}

/** Shows what else the customer has reported. */
export function showOthers(desk: Desk, incident: TeamIncident): void {
  go(desk, {
    page: 'queue',
    view: 'customer',
    customerId: incident.customerId,
    open: refOf(desk, incident),
  });
}
