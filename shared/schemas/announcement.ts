/** Announcements as a customer sees them: incidents that the team opened for the whole company (DESIGN §1). */
import { z } from 'zod';
import { uuid } from './fields.ts';
import { incidentFields, statusChange } from './incident.ts';

export const announcementParams = z.object({ id: uuid('id') });

const { id, ticketNumber, shortDescription, description, priority, status } = incidentFields;
const { createdAt, updatedAt, resolvedAt } = incidentFields;

const announcementUpdate = z
  .object({ id: z.uuid(), content: z.string(), authorName: z.string(), createdAt })
  .meta({ id: 'AnnouncementUpdate' });

export const announcement = z
  .object({
    ...{ id, ticketNumber, shortDescription, description, priority, status },
    ...{ createdAt, updatedAt, resolvedAt },
    isAffected: z
      .boolean()
      .meta({ description: 'This customer has said that it affects them too.' }),
    updates: z.array(announcementUpdate).meta({
      description: 'The newest 20 of what the team has written since, in the order of its writing.',
    }),
    history: z.array(statusChange),
  })
  .meta({ id: 'Announcement' });
