/** The wire's types, inferred from the schemas. The widget imports these and never the schemas: zod stays out of its bundle. */
import type { z } from 'zod';
import type * as account from './schemas/account.ts';
import type * as announcement from './schemas/announcement.ts';
import type * as audit from './schemas/audit.ts';
import type * as company from './schemas/company.ts';
import type * as customer from './schemas/customer.ts';
import type * as delivery from './schemas/delivery.ts';
import type * as incident from './schemas/incident.ts';
import type * as key from './schemas/key.ts';
import type * as page from './schemas/page.ts';
import type * as teamIncident from './schemas/team-incident.ts';
import type * as webhook from './schemas/webhook.ts';

export type CompanySummary = z.output<typeof company.companySummary>;
export type PanelCompany = z.output<typeof company.panelCompany>;
export type Company = z.output<typeof company.company>;
export type CompanyCreate = z.output<typeof company.companyCreate>;
export type CompanyUpdate = z.output<typeof company.companyUpdate>;
export type PageMeta = z.output<typeof page.pageMeta>;

export type ApiKey = z.output<typeof key.apiKey>;
export type ApiKeyCreate = z.output<typeof key.apiKeyCreate>;
export type ApiKeyCreated = z.output<typeof key.apiKeyCreated>;
export type IdentityKey = z.output<typeof key.identityKey>;
export type DeskSession = z.output<typeof key.deskSession>;
export type AuditEntry = z.output<typeof audit.auditEntry>;
export type AuditPage = z.output<typeof audit.auditPage>;
export type AuditQuery = z.output<typeof audit.auditQuery>;
export type AuditExportQuery = z.output<typeof audit.auditExportQuery>;

export type TeamCustomer = z.output<typeof customer.teamCustomer>;
export type CustomerErased = z.output<typeof customer.customerErased>;
export type CustomerExport = z.output<typeof customer.customerExport>;

export type Customer = z.output<typeof account.customer>;
export type Me = z.output<typeof account.me>;
export type SessionOpened = z.output<typeof account.sessionOpened>;
export type PanelBoot = z.output<typeof account.boot>;
export type MailSent = z.output<typeof account.mailSent>;
export type ChallengeOffer = z.output<typeof account.challengeOffer>;
export type ChallengeBody = z.input<typeof account.challengeBody>;
export type ChallengedAction = z.output<typeof account.challengeBody>['action'];
export type ForgotBody = z.input<typeof account.forgotBody>;
export type RedeemBody = z.input<typeof account.redeemBody>;
export type PasswordBody = z.input<typeof account.passwordBody>;
export type IdentifyBody = z.input<typeof account.identifyBody>;
export type RegisterBody = z.input<typeof account.registerBody>;
export type LoginBody = z.input<typeof account.loginBody>;
export type CustomerSettings = z.input<typeof account.settingsBody>;

export type Incident = z.output<typeof incident.incident>;
export type IncidentListed = z.output<typeof incident.incidentListed>;
export type IncidentPage = z.output<typeof incident.incidentPage>;
export type Comment = z.output<typeof incident.comment>;
export type StatusChange = z.output<typeof incident.statusChange>;
export type CreateIncidentBody = z.input<typeof incident.createIncidentBody>;
export type TeamComment = z.output<typeof teamIncident.teamComment>;
export type TeamIncident = z.output<typeof teamIncident.teamIncident>;
export type TeamIncidentListed = z.output<typeof teamIncident.teamIncidentListed>;
export type TeamIncidentPage = z.output<typeof teamIncident.teamIncidentPage>;
export type TeamIncidentUpdate = z.output<typeof teamIncident.teamIncidentUpdate>;
export type TeamIncidentCreate = z.output<typeof teamIncident.teamIncidentCreate>;
export type TeamIncidentsQuery = z.output<typeof teamIncident.teamIncidentsQuery>;
export type TeamCounts = TeamIncidentPage['counts'];
export type AffectedPage = z.output<typeof teamIncident.affectedPage>;
export type Announcement = z.output<typeof announcement.announcement>;

export type WebhookEvent = z.output<typeof webhook.webhookEvent>;
export type Webhook = z.output<typeof webhook.webhook>;
export type WebhookCreated = z.output<typeof webhook.webhookCreated>;
export type WebhookCreate = z.output<typeof webhook.webhookCreate>;
export type WebhookUpdate = z.output<typeof webhook.webhookUpdate>;

export type DeliveryStatus = z.output<typeof delivery.deliveryStatus>;
export type Delivery = z.output<typeof delivery.delivery>;
export type DeliveryAttempt = z.output<typeof delivery.deliveryAttempt>;
export type DeliveryDetail = z.output<typeof delivery.deliveryDetail>;
export type DeliveryPage = z.output<typeof delivery.deliveryPage>;

/** The envelope of every success. */
export interface SuccessBody<T> {
  success: true;
  message: string;
  data: T;
  meta?: PageMeta;
}
