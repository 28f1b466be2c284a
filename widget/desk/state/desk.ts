/** The desk's one store: what it holds, and who is handed in. What happens to it stands in the files beside. */
import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { Company, DeskSession } from '../../../shared/types.ts';
import type { Failure } from '../../common/api/result.ts';
import type { StreamState } from '../../common/live/event-stream.ts';
import { createDrafts, type Drafts } from '../../common/state/drafts.ts';
import type { Keeper } from '../../common/state/keeper.ts';
import type { Question } from '../../common/state/surroundings.ts';
import type { Api } from '../api/desk.ts';
import { createI18n, type I18n } from '../i18n/index.ts';
import { type Case, createCase } from './case.ts';
import type { Live } from './live.ts';
import { createQueue, type Queue } from './queue.ts';
import { HOME, type Route } from './route.ts';
import { createSetUp, type SetUp } from './set-up.ts';

export interface DeskDeps {
  api: Api;
  /** Kept on the device (localStorage). */
  device: Keeper;
  now: () => number;
  /** Shows a place of the desk in the browser's address. */
  goTo: (route: Route, isReplacing: boolean) => void;
  /** Hands a file to the browser, to be kept. */
  saveFile: (name: string, content: Blob) => void;
  locale: string | undefined;
}

/** Where the desk is: nobody known yet, the server away, at the door, or at work. */
export type Phase = 'booting' | 'failed' | 'enter' | 'in';

export interface Desk {
  deps: DeskDeps;
  i18n: Signal<I18n>;
  phase: Signal<Phase>;
  bootFailure: Signal<Failure | null>;
  session: Signal<DeskSession | null>;
  /** Why somebody stands at the door again. */
  isExpired: Signal<boolean>;
  /** For keys over all companies: those to choose from, and the one chosen. */
  companies: Signal<Company[] | null>;
  companyId: Signal<string | null>;
  route: Signal<Route>;
  question: Signal<Question | null>;
  isHelpOpen: Signal<boolean>;
  clock: Signal<number>;
  said: Signal<string>;
  isVisible: Signal<boolean>;
  isOnline: Signal<boolean>;
  /** Whether the last request got through to the server. */
  isReached: Signal<boolean>;
  pausedUntil: Signal<number>;
  isActive: ReadonlySignal<boolean>;
  stream: Signal<StreamState>;
  drafts: Drafts;
  queue: Queue;
  case: Case;
  setUp: SetUp;
  live: Live | null;
  bootTimer: ReturnType<typeof setTimeout> | undefined;
}

/** Makes the store. Nothing is asked of the server before `boot`. */
export function createDesk(deps: DeskDeps): Desk {
  const phase = signal<Phase>('booting');
  const isVisible = signal(true);
  return {
    deps,
    i18n: signal(createI18n(deps.locale)),
    phase,
    bootFailure: signal(null),
    session: signal(null),
    isExpired: signal(false),
    companies: signal(null),
    companyId: signal(null),
    route: signal(HOME),
    question: signal(null),
    isHelpOpen: signal(false),
    clock: signal(deps.now()),
    said: signal(''),
    isVisible,
    isOnline: signal(true),
    isReached: signal(true),
    pausedUntil: signal(0),
    isActive: computed(() => isVisible.value && phase.value === 'in'),
    stream: signal('off'),
    drafts: createDrafts(deps.device, ['priority']),
    queue: createQueue(),
    case: createCase(),
    setUp: createSetUp(),
    live: null,
    bootTimer: undefined,
  };
}

/** Goes to another place of the desk. */
export function go(desk: Desk, route: Route, { isReplacing = false } = {}): void {
  desk.route.value = route;
  desk.deps.goTo(route, isReplacing);
}

/** Shows an incident beside the queue as it is; null shows none. */
export function openBeside(desk: Desk, open: string | null): void {
  const route = desk.route.peek();
  go(desk, route.page === 'queue' ? { ...route, open } : { ...HOME, open });
}

/** How addresses name it. Ticket numbers are unique within a company only: a key over all companies goes by the id. */
export function refOf(desk: Desk, incident: { id: string; ticketNumber: string }): string {
  return desk.session.value?.company ? incident.ticketNumber : incident.id;
}

/** Which company things are about: the key's own, else the one chosen; undefined is all of them. */
export function scopeOf(desk: Desk): string | undefined {
  return desk.session.value?.company?.id ?? desk.companyId.value ?? undefined;
}

/** What admin keys have to say with a request and company keys need not. */
export function chosenCompany(desk: Desk): string | undefined {
  return desk.companyId.peek() ?? undefined;
}

/** Whether the key may do more than read. */
export function mayWrite(desk: Desk): boolean {
  return desk.session.value?.scopes.includes('write') ?? false;
}

/** Whether the key may set things up. */
export function mayManage(desk: Desk): boolean {
  return desk.session.value?.scopes.includes('manage') ?? false;
}
