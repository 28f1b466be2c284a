/** A desk over a fake server: state without a document, screens without a network. */
import { type Mock, vi } from 'vitest';
import type { Status } from '../../../shared/incident.ts';
import { allowedMoves } from '../../../shared/incident.ts';
import type {
  DeskSession,
  TeamComment,
  TeamCounts,
  TeamIncident,
  TeamIncidentListed,
  TeamIncidentPage,
  Webhook,
} from '../../../shared/types.ts';
import { createKeeper, type Keeper } from '../../../widget/common/state/keeper.ts';
import type { Api } from '../../../widget/desk/api/desk.ts';
import { createDesk, type Desk, type DeskDeps } from '../../../widget/desk/state/desk.ts';
import { startLive } from '../../../widget/desk/state/live.ts';
import { readRoute, writeRoute } from '../../../widget/desk/state/route.ts';
import { boot } from '../../../widget/desk/state/session.ts';
import { fakeStorage, ok, refused } from '../panel/support.ts';

export { ok, refused };

export const NOW = Date.parse('2026-11-22T12:00:00.000Z');

export const session: DeskSession = {
  keyName: 'Billing team',
  scopes: ['read', 'write', 'manage'],
  company: {
    id: '0199d0c5-0000-7000-8000-000000000001',
    name: 'Nordlicht',
    slug: 'nordlicht',
    accent: '#4353d6',
  },
  expiresAt: '2026-11-23T00:00:00.000Z',
};

let made = 0;

export function buildIncident(overrides: Partial<TeamIncident> = {}): TeamIncident {
  made += 1;
  const createdAt = new Date(NOW - made * 60_000).toISOString();
  const status: Status = overrides.status ?? 'OPEN';
  const shortDescription = overrides.shortDescription ?? `Problem ${made}`;
  return {
    id: `0199d0c5-0000-7000-9000-${String(made).padStart(12, '0')}`,
    ticketNumber: `INC-20261122-${String(made).padStart(4, '0')}`,
    shortDescription,
    summary: shortDescription,
    description: 'It does not work.',
    priority: 'MEDIUM',
    category: 'System',
    status,
    source: 'PANEL',
    companyId: session.company?.id ?? '',
    customerId: '0199d0c5-0000-7000-8000-000000000002',
    customer: {
      id: '0199d0c5-0000-7000-8000-000000000002',
      name: 'Jürgen Weiß',
      email: 'juergen@weiss.example',
      isDisabled: false,
      incidentCount: 1,
    },
    createdAt,
    updatedAt: createdAt,
    resolvedAt: null,
    closedAt: null,
    techDescription: null,
    impactSummary: null,
    blastRadius: null,
    serviceArea: null,
    environment: null,
    region: null,
    assignedToEmail: null,
    waitingSince: createdAt,
    affectedCount: 0,
    allowedMoves: [...allowedMoves(status)],
    comments: [],
    history: [{ status: 'OPEN', at: createdAt, by: null }],
    ...overrides,
  };
}

export function buildComment(overrides: Partial<TeamComment> = {}): TeamComment {
  made += 1;
  const createdAt = new Date(NOW).toISOString();
  return {
    id: `0199d0c5-0000-7000-a000-${String(made).padStart(12, '0')}`,
    content: 'We are looking into it.',
    authorType: 'USER',
    authorName: 'Billing team',
    isInternal: false,
    createdAt,
    updatedAt: createdAt,
    ...overrides,
  };
}

export function listed(incident: TeamIncident): TeamIncidentListed {
  const { comments, history: _history, customer, ...rest } = incident;
  const { incidentCount: _count, ...who } = customer ?? { incidentCount: 0 };
  return {
    ...rest,
    customer: customer ? (who as TeamIncidentListed['customer']) : null,
    commentCount: comments.length,
  };
}

const NO_COUNTS: TeamCounts = {
  OPEN: 0,
  ACKNOWLEDGED: 0,
  INVESTIGATION: 0,
  MITIGATED: 0,
  RESOLVED: 0,
  CLOSED: 0,
  waiting: 0,
  announcements: 0,
};

export function pageOf(
  incidents: TeamIncident[],
  rest: { total?: number; counts?: Partial<TeamCounts> } = {},
): TeamIncidentPage {
  return {
    incidents: incidents.map(listed),
    total: rest.total ?? incidents.length,
    page: 1,
    totalPages: 1,
    counts: { ...NO_COUNTS, waiting: incidents.length, ...rest.counts },
  };
}

export const webhook: Webhook = {
  id: '0199d0c5-0000-7000-b000-000000000001',
  companyId: session.company?.id ?? '',
  url: 'https://hooks.example.com/porthole',
  events: ['incident.created'],
  format: 'standard',
  description: 'Operations',
  isPaused: false,
  pausedAt: null,
  pausedReason: null,
  failingSince: null,
  lastSuccessAt: null,
  lastError: null,
  isRotating: false,
  createdAt: new Date(NOW).toISOString(),
  updatedAt: new Date(NOW).toISOString(),
};

type Mocked = { [Name in keyof Api]: Mock<Api[Name]> };

/** A server that holds these incidents, and where everything works. */
export function fakeApi(incidents: TeamIncident[], overrides: Partial<Api> = {}): Mocked {
  const stored = new Map(incidents.map((one) => [one.id, one]));
  const all = () => [...stored.values()];
  const find = (ref: string) =>
    all().find((one) => one.id === ref || one.ticketNumber === ref) ?? null;
  const put = (incident: TeamIncident) => {
    stored.set(incident.id, incident);
    return incident;
  };
  const change = (id: string, changed: Partial<TeamIncident>) => {
    const before = find(id);
    return before ? ok(put({ ...before, ...changed })) : refused<TeamIncident>('not_found');
  };
  const moveTo = (status: Status) => ({
    status,
    allowedMoves: [...allowedMoves(status)],
    waitingSince: null,
  });
  let webhooks = [webhook];
  const api: Mocked = {
    session: vi.fn<Api['session']>(async () => ok(session)),
    logIn: vi.fn<Api['logIn']>(async () => ok(session)),
    logOut: vi.fn<Api['logOut']>(async () => ok(null)),
    companies: vi.fn<Api['companies']>(async () => ok([])),
    incidents: vi.fn<Api['incidents']>(async () => ok(pageOf(all()))),
    incident: vi.fn<Api['incident']>(async (ref) => {
      const incident = find(ref);
      return incident ? ok(incident) : refused('not_found');
    }),
    update: vi.fn<Api['update']>(async (id, { status, ...rest }) =>
      change(id, { ...(rest as Partial<TeamIncident>), ...(status && moveTo(status)) }),
    ),
    comment: vi.fn<Api['comment']>(async (id, content, isInternal) => {
      const comment = buildComment({ content, isInternal });
      const before = find(id);
      if (before) put({ ...before, comments: [...before.comments, comment] });
      return ok(comment);
    }),
    resolve: vi.fn<Api['resolve']>(async (id) => change(id, moveTo('RESOLVED'))),
    announce: vi.fn<Api['announce']>(async ({ summary, description }) =>
      ok(
        put(
          buildIncident({
            shortDescription: summary,
            description,
            customer: null,
            customerId: null,
          }),
        ),
      ),
    ),
    affected: vi.fn<Api['affected']>(async () =>
      ok({ customers: [], total: 0, page: 1, totalPages: 1 }),
    ),
    setDisabled: vi.fn<Api['setDisabled']>(async (customerId, isDisabled) => {
      for (const one of all()) {
        if (one.customerId === customerId && one.customer) {
          put({ ...one, customer: { ...one.customer, isDisabled } });
        }
      }
      return ok(null);
    }),
    exportCustomer: vi.fn<Api['exportCustomer']>(async () => new Response('{}')),
    eraseCustomer: vi.fn<Api['eraseCustomer']>(async (id) => {
      for (const one of all()) if (one.customerId === id) stored.delete(one.id);
      return ok({
        ...{ id, incidents: 1, comments: 12, notes: 0, deliveries: 3, sessions: 1, auditRows: 9 },
      });
    }),
    webhooks: vi.fn<Api['webhooks']>(async () => ok(webhooks)),
    webhook: vi.fn<Api['webhook']>(async () => ok(webhook)),
    createWebhook: vi.fn<Api['createWebhook']>(async ({ url = '' }) => {
      const created = { ...webhook, id: `${webhook.id}2`, url };
      webhooks = [...webhooks, created];
      return ok({ ...created, secret: 'whsec_secret' });
    }),
    updateWebhook: vi.fn<Api['updateWebhook']>(async (_id, changed) =>
      ok({ ...webhook, ...(changed as Partial<Webhook>) }),
    ),
    deleteWebhook: vi.fn<Api['deleteWebhook']>(async (id) => {
      webhooks = webhooks.filter((one) => one.id !== id);
      return ok(null);
    }),
    testWebhook: vi.fn<Api['testWebhook']>(async () => refused('unavailable')),
    rotateSecret: vi.fn<Api['rotateSecret']>(async () =>
      ok({ secret: 'whsec_new', oldSecretUntil: '2026-11-23T12:00:00.000Z' }),
    ),
    deliveries: vi.fn<Api['deliveries']>(async () =>
      ok({ deliveries: [], total: 0, page: 1, totalPages: 1 }),
    ),
    delivery: vi.fn<Api['delivery']>(async () => refused('not_found')),
    redeliver: vi.fn<Api['redeliver']>(async () => ok(null)),
    audit: vi.fn<Api['audit']>(async () => ok({ entries: [], nextCursor: null })),
    exportAudit: vi.fn<Api['exportAudit']>(async () => new Response('a,b')),
    events: vi.fn<Api['events']>(() => new Promise(() => {})),
    startGeneration: vi.fn(),
  };
  for (const [name, answer] of Object.entries(overrides)) {
    const isMock = vi.isMockFunction(answer);
    Object.assign(api, { [name]: isMock ? answer : vi.fn(answer as Api['logOut']) });
  }
  return api;
}

export interface Setup {
  desk: Desk;
  api: Mocked;
  device: Keeper;
  /** The addresses that the desk has gone to. */
  addresses: string[];
}

/** A desk with its surroundings, nobody logged in. */
export function setUp(
  incidents: TeamIncident[] = [],
  overrides: Partial<Api> = {},
  deps: Partial<DeskDeps> = {},
): Setup {
  const api = fakeApi(incidents, overrides);
  const storage = fakeStorage();
  const device = createKeeper(() => storage);
  const addresses: string[] = [];
  const desk = createDesk({
    api,
    device,
    now: () => NOW,
    goTo: (route) => addresses.push(writeRoute(route)),
    saveFile: vi.fn(),
    locale: 'en',
    ...deps,
  });
  return { desk, api, device, addresses };
}

/** The same at work, at an address: on screen, the App starts what runs. */
export async function setUpInside(
  incidents: TeamIncident[] = [],
  overrides: Partial<Api> = {},
  address = '#waiting',
): Promise<Setup & { stop: () => void }> {
  const setup = setUp(incidents, overrides);
  setup.desk.route.value = readRoute(address);
  await boot(setup.desk);
  const stop = startLive(setup.desk);
  await vi.waitFor(() => {
    if (!setup.desk.queue.items.peek() && !setup.desk.queue.failure.peek()) throw new Error('wait');
  }, 4_000);
  return { ...setup, stop };
}
