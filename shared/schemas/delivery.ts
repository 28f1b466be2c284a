/** Deliveries: every message that leaves, with its attempts, as the team can look at them and send them again. */
import { z } from 'zod';
import { incidentRef, time } from './fields.ts';
import { pageRequest } from './page.ts';
import { ofCompany } from './webhook.ts';

const STATUSES = ['pending', 'delivered', 'failed', 'skipped'] as const;
const KINDS = ['webhook', 'email'] as const;

export const deliveryStatus = z.enum(STATUSES).meta({ id: 'DeliveryStatus' });

const page = {
  ...pageRequest,
  status: z.enum(STATUSES, { error: `status must be one of ${STATUSES.join(', ')}.` }).optional(),
};

export const webhookDeliveriesQuery = z.object(page);

export const deliveriesQuery = z.object({
  ...page,
  kind: z.enum(KINDS, { error: `kind must be one of ${KINDS.join(', ')}.` }).optional(),
  incidentId: incidentRef.optional(),
  companyId: ofCompany,
});

export const delivery = z
  .object({
    id: z.uuid().meta({ description: 'What the receiver sees as webhook-id, or in Message-ID.' }),
    companyId: z.uuid(),
    kind: z.enum(KINDS),
    event: z.string(),
    webhookId: z.uuid().nullable(),
    incidentId: z.uuid().nullable(),
    recipient: z.string().meta({ description: 'The address it goes to, or went to.' }),
    status: deliveryStatus,
    attempts: z.int(),
    nextAttemptAt: time.nullable(),
    lastStatus: z.int().nullable().meta({ description: "The receiver's newest status code." }),
    lastError: z.string().nullable().meta({
      description: 'Why it has not arrived so far; of a skipped one, why it was not sent.',
    }),
    createdAt: time,
    doneAt: time.nullable(),
  })
  .meta({ id: 'Delivery' });

export const deliveryAttempt = z
  .object({
    number: z.int(),
    startedAt: time,
    durationMs: z.int().nullable().meta({
      description: 'Null: under way, or its server ended before the outcome was known.',
    }),
    status: z.int().nullable(),
    error: z.string().nullable(),
    answer: z.string().nullable().meta({ description: 'The beginning of what was answered.' }),
  })
  .meta({ id: 'DeliveryAttempt' });

export const deliveryDetail = delivery
  .extend({ attemptLog: z.array(deliveryAttempt) })
  .meta({ id: 'DeliveryDetail' });

export const deliveryPage = z
  .object({
    deliveries: z.array(delivery),
    total: z.int().meta({ description: 'Counted up to 10,000.' }),
    page: z.int(),
    totalPages: z.int(),
  })
  .meta({ id: 'DeliveryPage' });
