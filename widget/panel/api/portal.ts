/** The calls that the panel makes, each by its name in the contract (DESIGN §4). */
import type {
  Announcement,
  ChallengeBody,
  ChallengeOffer,
  Comment,
  CompanySummary,
  CreateIncidentBody,
  CustomerSettings,
  ForgotBody,
  IdentifyBody,
  Incident,
  IncidentPage,
  LoginBody,
  MailSent,
  Me,
  PanelBoot,
  PasswordBody,
  RedeemBody,
  RegisterBody,
  SessionOpened,
} from '../../../shared/types.ts';
import type { Client, RequestOptions } from '../../common/api/client.ts';
import type { Result } from '../../common/api/result.ts';

export type CompaniesQuery = {
  search: string;
  page: number;
  limit: number;
};

export type IncidentsQuery = {
  limit: number;
  status?: string | undefined;
  cursor?: string | undefined;
};

export interface Api {
  boot(company: string | null): Promise<Result<PanelBoot>>;
  companies(query: CompaniesQuery, signal?: AbortSignal): Promise<Result<CompanySummary[]>>;
  register(body: RegisterBody): Promise<Result<SessionOpened | MailSent>>;
  login(body: LoginBody): Promise<Result<SessionOpened>>;
  challenge(body: ChallengeBody): Promise<Result<ChallengeOffer>>;
  forgotPassword(body: ForgotBody): Promise<Result<null>>;
  redeemLink(body: RedeemBody): Promise<Result<SessionOpened>>;
  changePassword(body: PasswordBody): Promise<Result<SessionOpened>>;
  identify(body: IdentifyBody): Promise<Result<SessionOpened>>;
  logout(): Promise<Result<unknown>>;
  incidents(query: IncidentsQuery): Promise<Result<IncidentPage>>;
  incident(id: string): Promise<Result<Incident>>;
  createIncident(body: CreateIncidentBody, idempotencyKey: string): Promise<Result<Incident>>;
  comment(id: string, content: string, idempotencyKey: string): Promise<Result<Comment>>;
  /** All that was there at `updatedAt` of the incident was on screen. */
  markSeen(id: string, updatedAt: string): Promise<Result<unknown>>;
  announcements(): Promise<Result<Announcement[]>>;
  setAffected(id: string, isAffected: boolean): Promise<Result<Announcement>>;
  dismissAnnouncement(id: string): Promise<Result<unknown>>;
  changeSettings(body: CustomerSettings): Promise<Result<Me>>;
  /** The live line, from behind the place `after` on. Rejects when there is no way through. */
  events(after: string | null, signal: AbortSignal): Promise<Response>;
  /** Drops the answers still under way: they belong to a session that is over. */
  startGeneration(): void;
}

/** The contract's calls over a client. */
export function createApi({ request, stream, startGeneration }: Client): Api {
  const at = encodeURIComponent;
  /** What is read again and again. */
  const get = <T>(name: string, query?: RequestOptions['query']): Promise<Result<T>> =>
    request('GET', `/customer/${name}`, { query, isConditional: true });
  const post =
    (name: string) =>
    <T>(body?: unknown, idempotencyKey?: string): Promise<Result<T>> =>
      request('POST', `/customer/${name}`, { body, idempotencyKey });
  return {
    startGeneration,
    boot: (company) => request('GET', '/panel/boot', { query: { company: company ?? undefined } }),
    companies: (query, signal) => request('GET', '/customer/companies', { query, signal }),
    register: post('register'),
    login: post('login'),
    challenge: post('challenge'),
    forgotPassword: post('forgot-password'),
    redeemLink: post('redeem-link'),
    identify: post('identify'),
    changePassword: (body) => request('PUT', '/customer/password', { body }),
    logout: post('logout'),
    incidents: (query) => get('get-incidents', query),
    incident: (id) => get(`get-incident/${at(id)}`),
    createIncident: post('create-incident'),
    comment: (id, content, idempotencyKey) =>
      post(`${at(id)}/comments`)({ content }, idempotencyKey),
    markSeen: (id, updatedAt) => post(`${at(id)}/seen`)({ updatedAt }),
    announcements: () => get('announcements'),
    setAffected: (id, isAffected) =>
      request(isAffected ? 'PUT' : 'DELETE', `/customer/announcements/${at(id)}/affected`),
    dismissAnnouncement: (id) => post(`announcements/${at(id)}/seen`)(),
    changeSettings: (body) => request('PUT', '/customer/me', { body }),
    events: (after, signal) => stream('/customer/events', { after, signal }),
  };
}
