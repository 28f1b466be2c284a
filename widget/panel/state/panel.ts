/** The panel's one store: what it holds, and who is handed in. What happens to it stands in the files beside. */
import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { PanelOptions, Prefill, ToLoader } from '../../../shared/bridge.ts';
import type { Announcement, Customer, PanelCompany } from '../../../shared/types.ts';
import type { Failure } from '../../common/api/result.ts';
import type { StreamState } from '../../common/live/event-stream.ts';
import type { Refresher } from '../../common/live/refresh.ts';
import type { Drafts } from '../../common/state/drafts.ts';
import type { Keeper } from '../../common/state/keeper.ts';
import type { WithLock } from '../../common/state/lock.ts';
import type { Question } from '../../common/state/surroundings.ts';
import type { Api } from '../api/portal.ts';
import { createI18n, type I18n } from '../i18n/index.ts';
import type { FieldName } from './drafts.ts';
import { createFiles, type Files, type Imports } from './files.ts';
import { createIncidents, type Incidents } from './incidents.ts';
import { createOutbox, type Outbox } from './outbox.ts';

export interface PanelDeps {
  api: Api;
  /** Kept on the device (localStorage). */
  device: Keeper;
  /** Kept as long as the tab (sessionStorage). */
  tab: Keeper;
  now: () => number;
  /** A new Idempotency-Key. */
  newKey: () => string;
  withLock: WithLock;
  /** Says something to the loader, when there is one. */
  tell: (message: ToLoader) => void;
  /** Company that the host page fixed: its slug or id. */
  linkedCompany: string | null;
  /** The files that screens come in. */
  imports: Imports;
  /** Whether a host page embeds the panel; otherwise it is a page of its own, always open. */
  isFramed: boolean;
  options: PanelOptions;
}

/** Where the panel is: nobody known yet, or which door it stands at. */
export type Phase = 'booting' | 'failed' | 'select' | 'enter' | 'in';

export type Route =
  | { name: 'home' }
  | { name: 'report' }
  | { name: 'sent'; id: string | null; ticketNumber: string | null }
  | { name: 'incident'; id: string }
  | { name: 'password' };

/** What stands in the door instead of the form: who waits for a mail with a link, or asks for one. */
export type Door = { name: 'forgot' } | ({ name: 'mailed' } & Mailed);

export interface Mailed {
  /** What the link is for: to finish a sign-up, to confirm an address, to set a new password. */
  purpose: 'signup' | 'confirm' | 'password';
  email: string;
  /** When it was asked for, in milliseconds of the epoch. */
  at: number;
  /** Asks for another mail. Returns what went wrong. */
  sendAgain: () => Promise<Failure | null>;
}

/** A challenge that is being solved. */
export interface Check {
  /** Where a service draws what the customer has to do; empty where there is nothing to do but wait. */
  place: HTMLElement;
  stop: () => void;
}

/** Why somebody stands at a door: shown there in a sentence. */
export type Notice =
  | 'expired'
  | 'company_unknown'
  | 'logout_failed'
  | 'tab_only'
  | 'draft_kept'
  | null;

export interface Panel {
  deps: PanelDeps;
  i18n: Signal<I18n>;
  options: Signal<PanelOptions>;
  phase: Signal<Phase>;
  bootFailure: Signal<Failure | null>;
  company: Signal<PanelCompany | null>;
  customer: Signal<Customer | null>;
  areCookiesKept: Signal<boolean>;
  /** Whether this server sends mail: only then may it be promised. */
  isMailOn: Signal<boolean>;
  /** What the company has announced, newest first; last the solved ones that affected this customer. */
  announcements: Signal<Announcement[]>;
  notice: Signal<Notice>;
  entryMode: Signal<'signup' | 'login'>;
  door: Signal<Door | null>;
  /** The token of a mailed link that was followed: its screen stands over every other. Kept nowhere else. */
  link: Signal<string | null>;
  /** Whether a person asks is being found out. */
  check: Signal<Check | null>;
  /** Whom the host page has named is being found out, and that takes long enough to be shown. */
  isNaming: Signal<boolean>;
  prefill: Signal<Prefill>;
  route: Signal<Route>;
  question: Signal<Question | null>;
  /** Grows when the screen on display should take the focus. */
  focusTick: Signal<number>;
  /** The time that relative times refer to, in milliseconds of the epoch. */
  clock: Signal<number>;
  /** What the live region says. */
  said: Signal<string>;
  isOpen: Signal<boolean>;
  /** Whether it was closed after it had been open: the launcher goes on telling what is unread. */
  wasOpened: Signal<boolean>;
  isVisible: Signal<boolean>;
  isOnline: Signal<boolean>;
  /** Whether the last request got through to the server. */
  isReached: Signal<boolean>;
  /** The server asked for a pause until then, in milliseconds of the epoch. */
  pausedUntil: Signal<number>;
  /** On screen, with somebody logged in. */
  isActive: ReadonlySignal<boolean>;
  /** News are wanted: the same, and also while the panel is closed after it was open once. */
  isWatching: ReadonlySignal<boolean>;
  /** How the live line does. */
  line: Signal<StreamState>;
  /** What else to read with the next look for news, beside what is on screen. */
  due: Set<'list' | 'announcements'>;
  /** What is being typed, once a form was there: `draftsOf`. */
  drafts: Drafts<FieldName> | null;
  files: Files;
  /** Replaced as a whole when somebody else logs in: what was read belonged to the one before. */
  incidents: Signal<Incidents>;
  outbox: Outbox;
  /** Looks for news while somebody is logged in. */
  refresher: Refresher | null;
  /** Settles when it is known whom the host page has named. */
  identified: Promise<void> | undefined;
  bootTimer: ReturnType<typeof setTimeout> | undefined;
  /** Whom the screens on display belong to, also after the session ended. */
  owner: string | null;
  /** Whether the route comes from a link that was followed while nobody was logged in: it holds for whoever logs in. */
  isLinked: boolean;
}

/** Makes the store. Nothing is asked of the server before `boot`. */
export function createPanel(deps: PanelDeps): Panel {
  const phase = signal<Phase>('booting');
  const isOpen = signal(!deps.isFramed);
  const isVisible = signal(true);
  const wasOpened = signal(false);
  const isHere = computed(() => isVisible.value && phase.value === 'in');
  const isActive = computed(() => isHere.value && isOpen.value);
  const isWatching = computed(() => isHere.value && (isOpen.value || wasOpened.value));
  return {
    deps,
    i18n: signal(createI18n(deps.options.locale)),
    options: signal(deps.options),
    phase,
    bootFailure: signal(null),
    company: signal(null),
    customer: signal(null),
    areCookiesKept: signal(false),
    isMailOn: signal(false),
    announcements: signal([]),
    notice: signal(null),
    entryMode: signal('signup'),
    door: signal(null),
    link: signal(null),
    check: signal(null),
    isNaming: signal(false),
    prefill: signal({}),
    route: signal({ name: 'home' }),
    question: signal(null),
    focusTick: signal(0),
    clock: signal(deps.now()),
    said: signal(''),
    isOpen,
    wasOpened,
    isVisible,
    isOnline: signal(true),
    isReached: signal(true),
    pausedUntil: signal(0),
    isActive,
    isWatching,
    line: signal('off'),
    due: new Set(),
    drafts: null,
    files: createFiles(deps.imports),
    incidents: signal(createIncidents()),
    outbox: createOutbox(),
    refresher: null,
    identified: undefined,
    bootTimer: undefined,
    owner: null,
    isLinked: false,
  };
}

/** Whether this customer hears of news by mail, too: only then may it be promised. */
export function isMailed({ isMailOn, customer }: Panel): boolean {
  return isMailOn.value && Boolean(customer.value?.mailUpdates);
}
