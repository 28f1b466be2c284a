/** Incidents and comments: the customer's view and the team's, as two explicit lists of fields (DESIGN §4). */
import { z } from 'zod';
import { IN_PROGRESS, PRIORITIES, STATUSES } from '../incident.ts';
import { LIMITS } from '../limits.ts';
import {
  email,
  incidentRef,
  optionalText,
  priority,
  queryNumber,
  status,
  text,
  time,
} from './fields.ts';

export const incidentParams = z.object({ id: incidentRef });
export const commentParams = z.object({ incidentId: incidentRef });

export const createIncidentBody = z.object({
  shortDescription: text('shortDescription', LIMITS.shortDescription),
  description: text('description', LIMITS.description),
  priority,
  category: text('category', LIMITS.category),
});

export const commentBody = z.object({ content: text('content', LIMITS.comment) });

const statusMessage = `status must be made of ${[...STATUSES, 'IN_PROGRESS'].join(', ')}.`;

/** One status or several: repeated, or separated by commas. `IN_PROGRESS` is opened into the three it stands for. */
const statusFilter = z
  .union([z.string(), z.array(z.string()).max(20)], statusMessage)
  .transform((given) => [given].flat().flatMap((part) => part.toUpperCase().split(',')))
  .pipe(z.array(z.enum([...STATUSES, 'IN_PROGRESS'], { error: statusMessage })))
  .transform((wanted) => {
    const statuses = wanted.flatMap((one) => (one === 'IN_PROGRESS' ? IN_PROGRESS : [one]));
    return [...new Set(statuses)];
  })
  .optional()
  .meta({ description: `One or several of ${[...STATUSES, 'IN_PROGRESS'].join(', ')}.` });

export const incidentsQuery = z.object({
  page: queryNumber('page', 1, LIMITS.page, 1),
  limit: queryNumber('limit', 1, LIMITS.pageSize, LIMITS.defaultPageSize),
  status: statusFilter,
  cursor: z
    .string({ error: 'cursor may be given once.' })
    .regex(/^\d{1,9}$/, 'cursor must be a nextCursor of an earlier answer.')
    .transform(Number)
    .optional()
    .meta({
      description:
        'The `nextCursor` of the answer before: continues there, whatever has arrived since.',
    }),
});

const statusName = z.enum(STATUSES).meta({ id: 'Status' });
const priorityName = z.enum(PRIORITIES).meta({ id: 'Priority' });

export const comment = z
  .object({
    id: z.uuid(),
    content: z.string(),
    authorType: z.enum(['CUSTOMER', 'USER']),
    authorName: z.string(),
    isInternal: z.literal(false),
    createdAt: time,
    updatedAt: time,
  })
  .meta({ id: 'Comment' });

export const statusChange = z.object({ status: statusName, at: time }).meta({ id: 'StatusChange' });

const incidentFields = {
  id: z.uuid(),
  ticketNumber: z.string(),
  shortDescription: z.string(),
  description: z.string(),
  priority: priorityName,
  category: z.string(),
  status: statusName,
  companyId: z.uuid(),
  customerId: z.uuid().nullable(),
  createdAt: time,
  updatedAt: time,
  resolvedAt: time.nullable(),
  closedAt: time.nullable(),
};

const isUnread = z.boolean().meta({
  description: 'The team wrote or moved the status, and the customer has not looked since.',
});

export const incidentListed = z
  .object({ ...incidentFields, commentCount: z.int(), isUnread })
  .meta({ id: 'IncidentListed' });

export const incident = z
  .object({
    ...incidentFields,
    isUnread,
    comments: z.array(comment),
    history: z.array(statusChange),
    attachments: z.array(z.never()).meta({ description: 'Reserved: always empty for now.' }),
  })
  .meta({ id: 'Incident' });

const counts = z
  .record(statusName, z.int())
  .meta({ description: 'How many of the incidents are in each status, whatever the filter.' });

export const incidentPage = z
  .object({
    incidents: z.array(incidentListed),
    total: z.int(),
    page: z.int().nullable().meta({ description: 'Null when the list was continued by cursor.' }),
    totalPages: z.int(),
    nextCursor: z.string().nullable().meta({ description: 'Null at the end of the list.' }),
    counts,
    unread: z.int(),
  })
  .meta({ id: 'IncidentPage' });

// The team's side

export const teamCommentBody = commentBody.extend({
  isInternal: z
    .boolean({ error: 'isInternal must be true or false.' })
    .default(false)
    .meta({ description: 'True makes it a responder note, which no customer ever sees.' }),
});

export const teamComment = comment.extend({ isInternal: z.boolean() }).meta({ id: 'TeamComment' });

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
    summary: text('summary', LIMITS.shortDescription),
    description: text('description', LIMITS.description),
    priority,
    category: text('category', LIMITS.category),
    status,
    ...internalFields,
  })
  .partial();

export const resolveBody = z.object({
  note: text('note', LIMITS.comment)
    .optional()
    .meta({ description: 'A last public comment, sent with the resolution.' }),
});

const teamIncidentFields = {
  ...incidentFields,
  summary: z.string().meta({ description: 'The same text as shortDescription.' }),
  source: z.string(),
  customer: z.object({ id: z.uuid(), name: z.string(), email: z.string() }).nullable(),
  techDescription: z.string().nullable(),
  impactSummary: z.string().nullable(),
  blastRadius: z.string().nullable(),
  serviceArea: z.string().nullable(),
  environment: z.string().nullable(),
  region: z.string().nullable(),
  assignedToEmail: z.string().nullable(),
  allowedMoves: z.array(statusName),
};

export const teamIncidentListed = z
  .object({ ...teamIncidentFields, commentCount: z.int() })
  .meta({ id: 'TeamIncidentListed' });

export const teamIncident = z
  .object({
    ...teamIncidentFields,
    comments: z.array(teamComment),
    history: z.array(statusChange),
  })
  .meta({ id: 'TeamIncident' });

export const teamIncidentsQuery = z.object({
  page: queryNumber('page', 1, LIMITS.page, 1),
  limit: queryNumber('limit', 1, LIMITS.pageSize, LIMITS.defaultPageSize),
  status: statusFilter,
  priority: priority.optional(),
});

export const teamIncidentPage = z
  .object({
    incidents: z.array(teamIncidentListed),
    total: z.int(),
    page: z.int(),
    totalPages: z.int(),
  })
  .meta({ id: 'TeamIncidentPage' });
