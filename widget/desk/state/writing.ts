/** What the team writes at an incident: to the customer, or for itself. Kept on the device until the server has it. */
import { type Signal, signal } from '@preact/signals';
import type { TeamComment, TeamIncident } from '../../../shared/types.ts';
import type { Failure } from '../../common/api/result.ts';
import { announce } from '../../common/state/surroundings.ts';
import { readCase, resolve, showCase } from './case.ts';
import { takeNote } from './connection.ts';
import type { Desk } from './desk.ts';
import { draftKey, type Pad } from './kept.ts';
import { readQueue } from './queue.ts';

/** What is on its way or was refused, by the key of its draft. */
const states = new WeakMap<Desk, Map<string, Signal<Sending>>>();

export interface Sending {
  isBusy: boolean;
  failure: Failure | null;
}

const IDLE: Sending = { isBusy: false, failure: null };

/** How the sending of one draft goes. */
export function sendingOf(desk: Desk, key: string): Signal<Sending> {
  const all = states.get(desk) ?? new Map<string, Signal<Sending>>();
  states.set(desk, all);
  const state = all.get(key) ?? signal(IDLE);
  all.set(key, state);
  return state;
}

/** Sends what is written on a pad; it leaves the pad once the server has it. */
export async function sendPad(
  desk: Desk,
  incident: TeamIncident,
  pad: Extract<Pad, 'reply' | 'note'>,
): Promise<void> {
  const { t } = desk.i18n.peek();
  const key = draftKey(desk, incident.id, pad);
  const content = (desk.drafts.open(key).values.peek().content ?? '').trim();
  const sending = sendingOf(desk, key);
  if (!content || sending.peek().isBusy) return;
  sending.value = { isBusy: true, failure: null };
  const isInternal = pad === 'note';
  const result = await desk.deps.api.comment(incident.id, content, isInternal);
  takeNote(desk, result);
  const comment = result.ok ? result.data : await findSent(desk, incident, content, isInternal);
  sending.value = { isBusy: false, failure: result.ok || comment ? null : toTell(result.error) };
  if (!comment) return;
  takeOffPad(desk, key, content);
  addComment(desk, incident, comment);
  announce(desk, t(isInternal ? 'write.kept' : 'write.sent'));
  void readCase(desk);
  void readQueue(desk);
}

/** Sends a reply as the last word: the incident is resolved with it. */
export async function sendAndResolve(desk: Desk, incident: TeamIncident): Promise<void> {
  const key = draftKey(desk, incident.id, 'reply');
  const content = (desk.drafts.open(key).values.peek().content ?? '').trim();
  const sending = sendingOf(desk, key);
  if (!content || sending.peek().isBusy) return;
  sending.value = { isBusy: true, failure: null };
  const isDone = await resolve(desk, incident, content);
  const refusal = desk.case.refusal.peek();
  desk.case.refusal.value = null;
  sending.value = { isBusy: false, failure: isDone ? null : toTell(refusal) };
  if (isDone) takeOffPad(desk, key, content);
}

/** A session that has ended is told at the door; behind it the text waits to be sent as before. */
function toTell(failure: Failure | null): Failure | null {
  return failure?.code === 'unauthorized' ? null : failure;
}

/** What was typed on while the rest was under way stays. */
function takeOffPad(desk: Desk, key: string, sent: string): void {
  const now = (desk.drafts.open(key).values.peek().content ?? '').trimStart();
  if (now.trim() === sent) desk.drafts.clear(key);
  // The word at its end may still be typed: what stands behind it is not trimmed.
  else if (now.startsWith(sent)) {
    desk.drafts.write(key, { content: now.slice(sent.length).trimStart() });
  }
}

/** An answer that got lost on its way back: the comment may have arrived all the same, and must not be sent twice. */
async function findSent(
  desk: Desk,
  before: TeamIncident,
  content: string,
  isInternal: boolean,
): Promise<TeamComment | null> {
  if (desk.isReached.peek()) return null;
  const result = await desk.deps.api.incident(before.id);
  takeNote(desk, result);
  if (!result.ok) return null;
  const known = new Set(before.comments.map((one) => one.id));
  const sent = result.data.comments.find(
    (one) =>
      !known.has(one.id) &&
      one.authorType === 'USER' &&
      one.isInternal === isInternal &&
      one.content === content.normalize('NFC'),
  );
  return sent ?? null;
}

/** Shows a comment that was just sent, before the next reading brings it. */
function addComment(desk: Desk, incident: TeamIncident, comment: TeamComment): void {
  const now = desk.case.incident.peek();
  const base = now?.id === incident.id ? now : incident;
  if (base.comments.some((one) => one.id === comment.id)) return;
  showCase(desk, { ...base, comments: [...base.comments, comment] });
}
