/** Incidents and comments as the team sees and writes them: what is internal stands here and nowhere else (DESIGN §4). */
import { z } from 'zod';
import { STATUSES, type Status } from '../incident.ts';
import { LIMITS } from '../limits.ts';
import { email, line, optionalText, priority, status, text, time, uuid } from './fields.ts';
import {
  comment,
  commentBody,
  incidentFields,
  statusChange,
  statusFilter,
  statusName,
} from './incident.ts';
import { pageRequest } from './page.ts';

export const teamCommentBody = commentBody.extend({
  isInternal: z
    .boolean({ error: 'isInternal must be true or false.' })
    .default(false)
    .meta({ description: 'True makes it a responder note, which no customer ever sees.' }),
});

export const teamComment = comment.extend({ isInternal: z.boolean() }).meta({ id: 'TeamComment' });

export const teamStatusChange = statusChange
  .extend({
    by: z
      .string()
      .nullable()
      .meta({ description: 'Who of the team moved it; null where the customer did.' }),
  })
  .meta({ id: 'TeamStatusChange' });

const internalFields = {
  techDescription: optionalText('techDescription', LIMITS.description).nullable(),
  impactSummary: optionalText('impactSummary', LIMITS.description).nullable(),
  blastRadius: optionalText('blastRadius', LIMITS.description).nullable(),
  serviceArea: optionalText('serviceArea', 200).nullable(),
  environment: optionalText('environment', 200).nullable(),
  region: optionalText('region', 200).nullable(),
  assignedToEmail: email('assignedToEmail').nullable(),
};

export const teamIncidentUpdate = z
  .object({
    summary: line('summary', LIMITS.shortDescription),
    description: text('description', LIMITS.description),
    priority,
    category: line('category', LIMITS.category),
    status,
    ...internalFields,
  })
  .partial();

const companyId = uuid('companyId').optional().meta({
  description: "For admin keys; a company's key means its own, and naming another is refused.",
});

/** Beside an incident in a path. */
export const namedIncidentQuery = z.object({ companyId });

export const teamIncidentCreate = z.object({
  summary: line('summary', LIMITS.shortDescription),
  priority,
  description: optionalText('description', LIMITS.description).default(''),
  category: line('category', LIMITS.category).default('Others'),
  status: status.default('OPEN'),
  source: text('source', LIMITS.source).default('TEAM'),
  customerId: uuid('customerId').nullable().default(null).meta({
    description:
      'The customer whose incident it is; without one it is an announcement to the whole company.',
  }),
  companyId,
  ticketNumber: z
    .string({ error: 'ticketNumber must be text.' })
    .regex(/^INC-\d{8}-\d{4,9}$/i, 'ticketNumber must read like INC-20261122-0004.')
    .toUpperCase()
    .optional()
    .meta({ description: 'One that generate-id has reserved in the last 24 hours.' }),
  ...z.object(internalFields).partial().shape,
});

export const ticketReservationQuery = z.object({ companyId });

export const ticketReservation = z
  .object({ ticketNumber: z.string() })
  .meta({ id: 'TicketReservation' });

export const resolveBody = z.object({
  note: text('note', LIMITS.comment)
    .optional()
    .meta({ description: 'A last public comment, sent with the resolution.' }),
});

export const resolutionNoteBody = z.object({
  title: line('title', LIMITS.shortDescription)
    .optional()
    .meta({ description: 'Becomes the first line of the comment.' }),
  content: text('content', LIMITS.comment),
});

const incidentCustomer = z.object({ id: z.uuid(), name: z.string(), email: z.string() });

const teamIncidentFields = {
  ...incidentFields,
  customerId: incidentFields.customerId.meta({ description: 'Null: an announcement.' }),
  summary: z.string().meta({ description: 'The same text as shortDescription.' }),
  source: z.string(),
  techDescription: z.string().nullable(),
  impactSummary: z.string().nullable(),
  blastRadius: z.string().nullable(),
  serviceArea: z.string().nullable(),
  environment: z.string().nullable(),
  region: z.string().nullable(),
  assignedToEmail: z.string().nullable(),
  waitingSince: time.nullable().meta({
    description: "Since when the customer waits for the team's next word or move; null: not.",
  }),
  affectedCount: z
    .int()
    .meta({ description: 'How many customers have said that an announcement affects them.' }),
  allowedMoves: z.array(statusName),
};

export const teamIncidentListed = z
  .object({
    ...teamIncidentFields,
    customer: incidentCustomer.nullable(),
    commentCount: z.int(),
  })
  .meta({ id: 'TeamIncidentListed' });

export const teamIncident = z
  .object({
    ...teamIncidentFields,
    customer: incidentCustomer
      .extend({
        isDisabled: z.boolean(),
        incidentCount: z.int().meta({ description: 'All that they have, this one included.' }),
      })
      .nullable(),
    comments: z.array(teamComment),
    history: z.array(teamStatusChange),
  })
  .meta({ id: 'TeamIncident' });

export const teamIncidentsQuery = z.object({
  ...pageRequest,
  status: statusFilter,
  priority: priority.optional(),
  search: optionalText('search', LIMITS.search).default('').meta({
    description:
      'A ticket number, or beginnings of words of short description and description, or of the name and e-mail address of the customer; all must match, whatever their case and accents.',
  }),
  customerId: uuid('customerId').optional(),
  waiting: z
    .literal('true', { error: 'waiting may only be true.' })
    .transform(() => true as const)
    .optional()
    .meta({ description: 'Only where a customer waits for the team, the longest waiting first.' }),
  announcements: z
    .enum(['true', 'false'], { error: 'announcements must be true or false.' })
    .transform((value) => value === 'true')
    .optional()
    .meta({ description: 'True: only announcements; false: none. Both when left out.' }),
  companyId,
});

const teamCounts = z
  .object({
    ...Object.fromEntries(STATUSES.map((one) => [one, z.int()] as const)),
    waiting: z.int().meta({ description: 'Incidents whose customer waits for the team.' }),
    announcements: z.int().meta({ description: 'Announcements that are not resolved.' }),
  } as Record<Status | 'waiting' | 'announcements', z.ZodInt>)
  .meta({
    id: 'TeamCounts',
    description: "Whatever the filter; the statuses count customers' incidents only.",
  });

export const teamIncidentPage = z
  .object({
    incidents: z.array(teamIncidentListed),
    total: z.int(),
    page: z.int(),
    totalPages: z.int(),
    counts: teamCounts,
  })
  .meta({ id: 'TeamIncidentPage' });

export const affectedQuery = namedIncidentQuery.extend({
  ...pageRequest,
});

export const affectedPage = z
  .object({
    customers: z.array(incidentCustomer.extend({ at: time })),
    total: z.int(),
    page: z.int(),
    totalPages: z.int(),
  })
  .meta({ id: 'AffectedPage' });
