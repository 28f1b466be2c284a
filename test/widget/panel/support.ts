/** A panel over a fake server: state without a document, screens without a network. */
import { type Mock, vi } from 'vitest';
import type { ErrorCode, FieldProblem } from '../../../shared/errors.ts';
import type {
  Announcement,
  Comment,
  Customer,
  Incident,
  IncidentListed,
  IncidentPage,
  PanelBoot,
  PanelCompany,
} from '../../../shared/types.ts';
import { type FailureCode, failed, type Result } from '../../../widget/common/api/result.ts';
import { createKeeper, type Keeper } from '../../../widget/common/state/keeper.ts';
import type { Api } from '../../../widget/panel/api/portal.ts';
import * as account from '../../../widget/panel/screens/account.ts';
import * as challenge from '../../../widget/panel/screens/challenge.ts';
import * as enter from '../../../widget/panel/screens/enter.ts';
import * as home from '../../../widget/panel/screens/home.ts';
import * as news from '../../../widget/panel/screens/news.ts';
import * as select from '../../../widget/panel/screens/select.ts';
import * as work from '../../../widget/panel/screens/work.ts';
import { startInside } from '../../../widget/panel/state/inside.ts';
import { createPanel, type Panel, type PanelDeps } from '../../../widget/panel/state/panel.ts';

export const NOW = Date.parse('2026-11-22T12:00:00.000Z');

export const company: PanelCompany = {
  id: '0199d0c5-0000-7000-8000-000000000001',
  name: 'Nordlicht Energie',
  slug: 'nordlicht',
  accent: '#0b7285',
  greeting: null,
  categories: ['System', 'Others'],
};

export const customer: Customer = {
  id: '0199d0c5-0000-7000-8000-000000000002',
  email: 'juergen@weiss.example',
  name: 'Jürgen Weiß',
  companyId: company.id,
  company: { id: company.id, name: company.name, slug: company.slug },
  mailUpdates: true,
  hasPassword: true,
};

export function ok<T>(data: T, rest: { isUnchanged?: boolean; total?: number } = {}): Result<T> {
  const { total = 0, isUnchanged = false } = rest;
  return { ok: true, data, isUnchanged, meta: { total, page: 1, limit: 30, totalPages: 1 } };
}

export function refused<T>(
  code: FailureCode | ErrorCode,
  rest: { message?: string; problems?: FieldProblem[]; waitMs?: number } = {},
): Result<T> {
  return { ok: false, error: { ...failed(code).error, ...rest } };
}

let made = 0;

export function buildIncident(overrides: Partial<Incident> = {}): Incident {
  made += 1;
  const createdAt = new Date(NOW - made * 60_000).toISOString();
  return {
    id: `0199d0c5-0000-7000-9000-${String(made).padStart(12, '0')}`,
    ticketNumber: `INC-20261122-${String(made).padStart(4, '0')}`,
    shortDescription: `Problem ${made}`,
    description: 'It does not work.',
    priority: 'MEDIUM',
    category: 'System',
    status: 'OPEN',
    companyId: company.id,
    customerId: customer.id,
    createdAt,
    updatedAt: createdAt,
    resolvedAt: null,
    closedAt: null,
    isUnread: false,
    comments: [],
    history: [{ status: 'OPEN', at: createdAt }],
    attachments: [],
    ...overrides,
  };
}

export function buildComment(overrides: Partial<Comment> = {}): Comment {
  made += 1;
  const createdAt = new Date(NOW).toISOString();
  return {
    id: `comment-${made}`,
    content: 'We are looking into it.',
    authorType: 'USER',
    authorName: 'Nordlicht team',
    isInternal: false,
    createdAt,
    updatedAt: createdAt,
    ...overrides,
  };
}

export function buildAnnouncement(overrides: Partial<Announcement> = {}): Announcement {
  made += 1;
  const createdAt = new Date(NOW - made * 60_000).toISOString();
  return {
    id: `0199d0c5-0000-7000-a000-${String(made).padStart(12, '0')}`,
    ticketNumber: `INC-20261122-${String(made).padStart(4, '0')}`,
    shortDescription: 'Meter readings are delayed',
    description: 'The import from the meters stands still.',
    priority: 'HIGH',
    status: 'INVESTIGATION',
    createdAt,
    updatedAt: createdAt,
    resolvedAt: null,
    isAffected: false,
    updates: [],
    history: [{ status: 'OPEN', at: createdAt }],
    ...overrides,
  };
}

export function listed(incident: Incident): IncidentListed {
  const { comments, history: _history, attachments: _attachments, ...rest } = incident;
  return { ...rest, commentCount: comments.length };
}

export function pageOf(incidents: Incident[], rest: Partial<IncidentPage> = {}): IncidentPage {
  return {
    incidents: incidents.map(listed),
    total: incidents.length,
    page: 1,
    totalPages: 1,
    nextCursor: null,
    counts: {
      OPEN: incidents.length,
      ACKNOWLEDGED: 0,
      INVESTIGATION: 0,
      MITIGATED: 0,
      RESOLVED: 0,
      CLOSED: 0,
    },
    unread: incidents.filter((one) => one.isUnread).length,
    ...rest,
  };
}

export const bootIn: PanelBoot = {
  areCookiesKept: true,
  company,
  me: { customer, expiresAt: '2026-12-01T00:00:00.000Z' },
  announcements: [],
  isMailOn: false,
};
export const bootOut: PanelBoot = { ...bootIn, me: null };
export const bootNowhere: PanelBoot = { ...bootOut, company: null };

type Mocked = { [Name in keyof Api]: Mock<Api[Name]> };

/** A server where everything works and nothing is stored. */
export function fakeApi(overrides: Partial<Api> = {}): Mocked {
  const session = ok({ customer, expiresAt: '2026-12-01T00:00:00.000Z' });
  const api: Mocked = {
    boot: vi.fn<Api['boot']>(async () => ok(bootIn)),
    companies: vi.fn<Api['companies']>(async () => ok([customer.company], { total: 1 })),
    register: vi.fn<Api['register']>(async () => session),
    login: vi.fn<Api['login']>(async () => session),
    challenge: vi.fn<Api['challenge']>(async () => refused('not_found')),
    forgotPassword: vi.fn<Api['forgotPassword']>(async () => ok(null)),
    redeemLink: vi.fn<Api['redeemLink']>(async () => session),
    changePassword: vi.fn<Api['changePassword']>(async () => session),
    identify: vi.fn<Api['identify']>(async () => session),
    logout: vi.fn<Api['logout']>(async () => ok(null)),
    incidents: vi.fn<Api['incidents']>(async () => ok(pageOf([]))),
    incident: vi.fn<Api['incident']>(async () => refused('not_found')),
    createIncident: vi.fn<Api['createIncident']>(async ({ shortDescription }) =>
      ok(buildIncident({ shortDescription })),
    ),
    comment: vi.fn<Api['comment']>(async (_id, content) =>
      ok(buildComment({ content, authorType: 'CUSTOMER' })),
    ),
    markSeen: vi.fn<Api['markSeen']>(async () => ok(null)),
    announcements: vi.fn<Api['announcements']>(async () => ok([])),
    setAffected: vi.fn<Api['setAffected']>(async (id, isAffected) =>
      ok(buildAnnouncement({ id, isAffected })),
    ),
    dismissAnnouncement: vi.fn<Api['dismissAnnouncement']>(async () => ok(null)),
    changeSettings: vi.fn<Api['changeSettings']>(async ({ mailUpdates = true }) =>
      ok({ customer: { ...customer, mailUpdates }, expiresAt: '2026-12-01T00:00:00.000Z' }),
    ),
    // Nothing ever comes, and the line stands: a test that wants events brings its own.
    events: vi.fn<Api['events']>(() => new Promise(() => {})),
    startGeneration: vi.fn(),
  };
  for (const [name, answer] of Object.entries(overrides)) {
    const isMock = vi.isMockFunction(answer);
    Object.assign(api, { [name]: isMock ? answer : vi.fn(answer as Api['logout']) });
  }
  return api;
}

/** A Web Storage in memory; `isFull` makes it refuse. */
export function fakeStorage(isFull = false): Storage {
  const kept: Record<string, string> = {};
  const methods = {
    getItem: (key: string) => kept[key] ?? null,
    setItem: (key: string, value: string) => {
      if (isFull) throw new DOMException('full', 'QuotaExceededError');
      kept[key] = value;
    },
    removeItem: (key: string) => {
      delete kept[key];
    },
  };
  return new Proxy(methods as unknown as Storage, {
    ownKeys: () => Object.keys(kept),
    getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }),
  });
}

export interface Setup {
  panel: Panel;
  api: ReturnType<typeof fakeApi>;
  device: Keeper;
  told: unknown[];
}

/** A panel with its surroundings. */
export function setUp(overrides: Partial<Api> = {}, deps: Partial<PanelDeps> = {}): Setup {
  const api = fakeApi(overrides);
  const storage = fakeStorage();
  const device = deps.device ?? createKeeper(() => storage);
  const told: unknown[] = [];
  let keys = 0;
  const panel = createPanel({
    api,
    device,
    tab: createKeeper(() => fakeStorage(true)),
    now: () => Date.now(),
    newKey: () => {
      keys += 1;
      return `key-${keys}`;
    },
    withLock: (_name, work) => work(),
    tell: (message) => told.push(message),
    linkedCompany: 'nordlicht',
    imports: {
      select: async () => select,
      enter: async () => enter,
      home: async () => home,
      work: async () => work,
      news: async () => news,
      account: async () => account,
      challenge: async () => challenge,
    },
    isFramed: true,
    options: {},
    ...deps,
  });
  return { panel, api, device, told };
}

/** The same, with what runs while somebody is logged in: on screen, the App starts it. */
export function setUpInside(overrides: Partial<Api> = {}, deps: Partial<PanelDeps> = {}): Setup {
  const setup = setUp(overrides, deps);
  startInside(setup.panel);
  return setup;
}

export const report = {
  shortDescription: 'No meter reading',
  description: 'Since 6:00 nothing arrives.',
  priority: 'MEDIUM',
  category: 'System',
};
