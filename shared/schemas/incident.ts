/** Incidents and comments as their customer sees them: an explicit list of fields (DESIGN §4). The team's: team-incident.ts. */
import { z } from 'zod';
import { IN_PROGRESS, PRIORITIES, STATUSES } from '../incident.ts';
import { LIMITS } from '../limits.ts';
import { incidentRef, line, moment, priority, text, time } from './fields.ts';
import { pageRequest } from './page.ts';

export const incidentParams = z.object({ id: incidentRef });
export const commentParams = z.object({ incidentId: incidentRef });

export const createIncidentBody = z.object({
  shortDescription: line('shortDescription', LIMITS.shortDescription),
  description: text('description', LIMITS.description),
  priority,
  category: line('category', LIMITS.category),
});

export const commentBody = z.object({ content: text('content', LIMITS.comment) });

export const seenBody = z.object({
  updatedAt: moment('updatedAt').optional().meta({
    description:
      'That of the incident as it was shown: what the team has done since then stays unread.',
  }),
});

const statusMessage = `status must be made of ${[...STATUSES, 'IN_PROGRESS'].join(', ')}.`;

/** One status or several: repeated, or separated by commas. `IN_PROGRESS` is opened into the three it stands for. */
export const statusFilter = z
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
  ...pageRequest,
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

export const statusName = z.enum(STATUSES).meta({ id: 'Status' });
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

export const incidentFields = {
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

export const counts = z
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
