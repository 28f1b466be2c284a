/** Webhooks: where the team's own systems are told of what happens (DESIGN §4 and §7). */
import { z } from 'zod';
import { LIMITS } from '../limits.ts';
import { optionalText, text, time, uuid } from './fields.ts';

export const WEBHOOK_EVENTS = [
  'incident.created',
  'incident.updated',
  'incident.resolved',
  'comment.created',
] as const;

export const webhookEvent = z
  .enum(WEBHOOK_EVENTS, { error: `events must be made of ${WEBHOOK_EVENTS.join(', ')}.` })
  .meta({ id: 'WebhookEvent' });

const events = z
  .array(webhookEvent, 'events must be a list.')
  .min(1, 'events must hold one at least.')
  .max(20, 'events must hold 20 at most.')
  .transform((all) => [...new Set(all)])
  .meta({ description: `Some of ${WEBHOOK_EVENTS.join(', ')}.` });

/** Shape only; whether it is https and public is looked up when it is saved and again whenever something is sent. */
const url = text('url', LIMITS.url).meta({
  description: 'Public and https.',
  examples: ['https://hooks.example.com/porthole'],
});

const format = z.enum(['standard', 'slack'], { error: 'format must be standard or slack.' }).meta({
  description:
    '`standard`: signed as standardwebhooks.com says. `slack`: text and blocks, as Slack, Mattermost and others take them.',
});

const description = optionalText('description', LIMITS.webhookDescription);

/** For admin keys, which must say whose it is; a company's key always means its own. */
export const ofCompany = uuid('companyId').optional().meta({
  description:
    "The company it is about: needed with an admin key. A company's key means its own, and naming another is refused.",
});

export const webhookCreate = z.object({
  url,
  events: events.default([...WEBHOOK_EVENTS]),
  format: format.default('standard'),
  description: description.default(''),
  companyId: ofCompany,
});

export const webhookUpdate = z
  .object({
    url,
    events,
    format,
    description,
    isPaused: z
      .boolean('isPaused must be true or false.')
      .meta({ description: 'False takes a paused one up again: what has waited is sent.' }),
  })
  .partial();

export const webhook = z
  .object({
    id: z.uuid(),
    companyId: z.uuid(),
    url: z.string(),
    events: z.array(webhookEvent),
    format: z.enum(['standard', 'slack']),
    description: z.string(),
    isPaused: z.boolean(),
    pausedAt: time.nullable(),
    pausedReason: z.enum(['by_team', 'gone', 'failing']).nullable().meta({
      description:
        '`gone`: the receiver answered 410. `failing`: nothing but failures for three days.',
    }),
    failingSince: time.nullable().meta({ description: 'Null: the newest answer was a good one.' }),
    lastSuccessAt: time.nullable(),
    lastError: z.string().nullable(),
    isRotating: z.boolean().meta({ description: 'The secret before the newest signs as well.' }),
    createdAt: time,
    updatedAt: time,
  })
  .meta({ id: 'Webhook' });

const secret = z.string().meta({
  description: 'Verifies the signatures; shown this once.',
  examples: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
});

export const webhookCreated = webhook.extend({ secret }).meta({ id: 'WebhookCreated' });

export const webhookSecret = z
  .object({ secret, oldSecretUntil: time })
  .meta({ id: 'WebhookSecret' });
