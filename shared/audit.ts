/** What the audit log knows of: the actions of the team, and the events that matter for security. */

export const AUDIT_ACTIONS = [
  'incident.created',
  'incident.updated',
  'incident.moved',
  'comment.created',
  'note.created',
  'announcement.created',
  'company.created',
  'company.updated',
  'key.created',
  'key.rotated',
  'key.revoked',
  'key.refused',
  'desk.login',
  'desk.login_failed',
  'desk.logout',
  'webhook.created',
  'webhook.updated',
  'webhook.deleted',
  'webhook.tested',
  'webhook.secret_rotated',
  'webhook.paused',
  'delivery.redelivered',
  'customer.registered',
  'customer.login',
  'customer.login_failed',
  'customer.logout',
  'customer.settings_changed',
  'customer.identified',
  'customer.link_sent',
  'customer.verified',
  'customer.password_changed',
  'identity_key.created',
  'identity_key.deleted',
  'customer.disabled',
  'customer.enabled',
  'customer.exported',
  'customer.erased',
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

/** Who acted: the team under its key's name, a customer, or the server by itself. */
export const AUDIT_ACTORS = ['key', 'customer', 'system'] as const;
export type AuditActorType = (typeof AUDIT_ACTORS)[number];

export const AUDIT_SUBJECTS = [
  'incident',
  'comment',
  'company',
  'key',
  'webhook',
  'delivery',
  'session',
  'customer',
  'identity_key',
] as const;
export type AuditSubjectType = (typeof AUDIT_SUBJECTS)[number];
