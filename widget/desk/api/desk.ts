/** The calls that the desk makes, each by its name in the contract (DESIGN §4). */
import type {
  AffectedPage,
  AuditPage,
  Company,
  CustomerErased,
  Delivery,
  DeliveryDetail,
  DeliveryPage,
  DeskSession,
  TeamComment,
  TeamIncident,
  TeamIncidentPage,
  TeamIncidentUpdate,
  Webhook,
  WebhookCreate,
  WebhookCreated,
  WebhookUpdate,
} from '../../../shared/types.ts';
import type { Client } from '../../common/api/client.ts';
import type { Result } from '../../common/api/result.ts';

export interface IncidentsQuery {
  page: number;
  limit: number;
  status?: string | undefined;
  priority?: string | undefined;
  search?: string | undefined;
  customerId?: string | undefined;
  waiting?: 'true' | undefined;
  announcements?: 'true' | 'false' | undefined;
  companyId?: string | undefined;
}

export interface NewAnnouncement {
  summary: string;
  description: string;
  priority: string;
  companyId?: string | undefined;
}

export interface AuditQuery {
  companyId?: string | undefined;
  before?: string | undefined;
  limit: number;
}

/** A webhook's secret, shown this once. */
export interface NewSecret {
  secret: string;
  oldSecretUntil: string;
}

export type ExportFormat = 'csv' | 'ndjson';

export interface Api {
  session(): Promise<Result<DeskSession>>;
  logIn(key: string): Promise<Result<DeskSession>>;
  logOut(): Promise<Result<unknown>>;
  /** All companies, for keys that work for every one of them. */
  companies(page: number): Promise<Result<Company[]>>;
  incidents(query: IncidentsQuery): Promise<Result<TeamIncidentPage>>;
  incident(ref: string): Promise<Result<TeamIncident>>;
  update(id: string, change: Partial<TeamIncidentUpdate>): Promise<Result<TeamIncident>>;
  comment(id: string, content: string, isInternal: boolean): Promise<Result<TeamComment>>;
  resolve(id: string, note: string | undefined): Promise<Result<TeamIncident>>;
  announce(body: NewAnnouncement): Promise<Result<TeamIncident>>;
  affected(id: string, page: number): Promise<Result<AffectedPage>>;
  setDisabled(customerId: string, isDisabled: boolean): Promise<Result<unknown>>;
  /** All that is kept of a customer, as a file. */
  exportCustomer(customerId: string): Promise<Response>;
  /** `email` is theirs, as a confirmation. */
  eraseCustomer(customerId: string, email: string): Promise<Result<CustomerErased>>;
  webhooks(companyId: string | undefined): Promise<Result<Webhook[]>>;
  webhook(id: string): Promise<Result<Webhook>>;
  createWebhook(body: Partial<WebhookCreate>): Promise<Result<WebhookCreated>>;
  updateWebhook(id: string, change: WebhookUpdate): Promise<Result<Webhook>>;
  deleteWebhook(id: string): Promise<Result<unknown>>;
  testWebhook(id: string): Promise<Result<Delivery>>;
  rotateSecret(id: string): Promise<Result<NewSecret>>;
  deliveries(webhookId: string, page: number): Promise<Result<DeliveryPage>>;
  delivery(id: string): Promise<Result<DeliveryDetail>>;
  redeliver(id: string): Promise<Result<unknown>>;
  audit(query: AuditQuery): Promise<Result<AuditPage>>;
  /** The whole log as a file, for whoever opens it elsewhere. */
  exportAudit(format: ExportFormat, companyId: string | undefined): Promise<Response>;
  /** The live line: events from behind `after` on. */
  events(
    companyId: string | undefined,
    after: string | null,
    signal: AbortSignal,
  ): Promise<Response>;
  /** Drops the answers still under way: they belong to a session that is over. */
  startGeneration(): void;
}

const PAGE = 100;
const SMALL_PAGE = 20;
/** What belongs to a customer may be very much, and a message about them may just be on its way. */
const ERASE_MS = 120_000;

/** The contract's calls over a client. */
export function createApi({ request, stream, startGeneration }: Client): Api {
  const tickets = '/incident-ticket';
  const at = encodeURIComponent;
  return {
    startGeneration,
    session: () => request('GET', '/desk/session'),
    logIn: (key) => request('POST', '/desk/session', { body: { key } }),
    logOut: () => request('DELETE', '/desk/session'),
    companies: (page) => request('GET', '/companies', { query: { page, limit: PAGE } }),
    incidents: (query) => request('GET', tickets, { query: { ...query }, isConditional: true }),
    incident: (ref) => request('GET', `${tickets}/${at(ref)}`, { isConditional: true }),
    update: (id, body) => request('PUT', `${tickets}/${at(id)}`, { body }),
    comment: (id, content, isInternal) =>
      request('POST', `${tickets}/${at(id)}/comments`, { body: { content, isInternal } }),
    resolve: (id, note) =>
      request('POST', `${tickets}/resolve/${at(id)}`, { body: note ? { note } : {} }),
    announce: (body) => request('POST', tickets, { body }),
    affected: (id, page) =>
      request('GET', `${tickets}/${at(id)}/affected`, { query: { page, limit: SMALL_PAGE } }),
    setDisabled: (id, isDisabled) =>
      request('PUT', `/customers/${at(id)}`, { body: { isDisabled } }),
    exportCustomer: (id) => stream(`/customers/${at(id)}/export`, { accept: '*/*' }),
    eraseCustomer: (id, email) =>
      request('POST', `/customers/${at(id)}/erase`, { body: { email }, timeoutMs: ERASE_MS }),
    webhooks: (companyId) => request('GET', '/webhooks', { query: { companyId } }),
    webhook: (id) => request('GET', `/webhooks/${at(id)}`),
    createWebhook: (body) => request('POST', '/webhooks', { body }),
    updateWebhook: (id, body) => request('PUT', `/webhooks/${at(id)}`, { body }),
    deleteWebhook: (id) => request('DELETE', `/webhooks/${at(id)}`),
    testWebhook: (id) => request('POST', `/webhooks/${at(id)}/test`),
    rotateSecret: (id) => request('POST', `/webhooks/${at(id)}/rotate-secret`),
    deliveries: (id, page) =>
      request('GET', `/webhooks/${at(id)}/deliveries`, { query: { page, limit: SMALL_PAGE } }),
    delivery: (id) => request('GET', `/deliveries/${at(id)}`),
    redeliver: (id) => request('POST', `/deliveries/${at(id)}/redeliver`),
    audit: (query) => request('GET', '/audit', { query: { ...query } }),
    exportAudit: (format, companyId) =>
      stream('/audit/export', { query: { format, companyId }, accept: '*/*' }),
    events: (companyId, after, signal) =>
      stream(`${tickets}/events`, { query: { companyId }, after, signal }),
  };
}
