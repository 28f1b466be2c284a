/** Customers as the team sees them: listed, disabled, exported, erased. */
import { z } from 'zod';
import { AUDIT_ACTORS } from '../audit.ts';
import { LIMITS } from '../limits.ts';
import { deliveryStatus } from './delivery.ts';
import { email, optionalText, time, uuid } from './fields.ts';
import { comment, incidentFields, statusChange } from './incident.ts';
import { pageRequest } from './page.ts';

export const customerParams = z.object({ id: uuid('id') });

export const customersQuery = z.object({
  companyId: uuid('companyId').optional().meta({
    description: "Only of this company; for a company's own key always its own.",
  }),
  search: optionalText('search', LIMITS.search).default('').meta({
    description:
      'Beginnings of words of name and e-mail address; all must match, whatever their case and accents.',
  }),
  ...pageRequest,
});

const profile = {
  id: z.uuid(),
  companyId: z.uuid(),
  name: z.string(),
  email: z.string(),
  locale: z.string().nullable().meta({ description: 'The language of their mails.' }),
  mailUpdates: z.boolean(),
  createdAt: time,
  updatedAt: time,
};

export const teamCustomer = z
  .object({
    ...profile,
    isDisabled: z.boolean().meta({ description: 'Can neither log in nor go on.' }),
    disabledAt: time.nullable(),
    incidentCount: z.int(),
    externalId: z.string().nullable().meta({
      description: 'What the company calls them, where it signs them in.',
    }),
    isVerified: z.boolean().meta({ description: 'Whether the address is known to be theirs.' }),
  })
  .meta({ id: 'TeamCustomer' });

export const customerUpdate = z
  .object({
    isDisabled: z.boolean('isDisabled must be true or false.'),
    externalId: z
      .null(
        'externalId can only be set to null: the company names its customers when it signs them in.',
      )
      .meta({
        description:
          'Null takes the account away from the log-in of the company, and ends its sessions: the next signed token with its address finds it as any other account.',
      }),
  })
  .partial();

export const customerErase = z.object({
  email: email('email').meta({
    description: "The customer's address, as a confirmation: nothing can be undone.",
  }),
});

export const customerErased = z
  .object({
    id: z.uuid(),
    incidents: z.int(),
    comments: z.int().meta({ description: "Theirs and the team's." }),
    notes: z.int(),
    deliveries: z.int(),
    sessions: z.int(),
    auditRows: z.int().meta({ description: 'Rows of the audit log that no longer tell of whom.' }),
  })
  .meta({ id: 'CustomerErased' });

/** A report as its customer sees it. */
const exportedIncident = z.object({
  id: incidentFields.id,
  ticketNumber: incidentFields.ticketNumber,
  shortDescription: incidentFields.shortDescription,
  description: incidentFields.description,
  priority: incidentFields.priority,
  category: incidentFields.category,
  status: incidentFields.status,
  createdAt: time,
  updatedAt: time,
  resolvedAt: time.nullable(),
  closedAt: time.nullable(),
  comments: z.array(comment.omit({ isInternal: true })),
  history: z.array(statusChange),
});

export const customerExport = z
  .object({
    exportedAt: time,
    company: z.object({ id: z.uuid(), name: z.string(), slug: z.string() }),
    customer: z.object({
      ...profile,
      disabledAt: time.nullable(),
      verifiedAt: time.nullable(),
      externalId: z.string().nullable(),
    }),
    sessions: z.array(
      z.object({
        createdAt: time,
        lastSeenAt: time,
        expiresAt: time,
        endedAt: time.nullable().meta({ description: 'When it was ended, if it was.' }),
      }),
    ),
    announcements: z
      .array(
        z.object({
          id: z.uuid(),
          ticketNumber: z.string(),
          shortDescription: z.string(),
          affectedAt: time,
          seenAt: time.nullable(),
        }),
      )
      .meta({ description: 'Those that they said affect them.' }),
    incidents: z.array(exportedIncident),
    deliveries: z
      .array(
        z.object({
          id: z.uuid(),
          event: z.string(),
          incidentId: z.uuid().nullable(),
          recipient: z.string(),
          status: deliveryStatus,
          createdAt: time,
          doneAt: time.nullable(),
        }),
      )
      .meta({ description: 'Mails to them, of the last 30 days.' }),
    log: z
      .array(
        z.object({
          at: time,
          action: z.string(),
          by: z.enum(AUDIT_ACTORS),
          ip: z.string().nullable().meta({ description: 'Theirs; never one of the team.' }),
        }),
      )
      .meta({ description: 'Rows of the audit log that they left or that are about them.' }),
  })
  .meta({ id: 'CustomerExport' });
