/** The live streams: a customer's and the team's. What they carry is in shared/events. */
import { z } from 'zod';
import { readable, uuid } from '../../shared/schemas/fields.ts';
import { checkSession } from '../db/live-credentials.ts';
import { ApiError } from '../errors.ts';
import { companyScope } from '../http/company-scope.ts';
import { streamRoute } from '../http/route.ts';

const after = z
  .string({ error: 'after may be given once.' })
  .refine(...readable('after'))
  .optional()
  .meta({ description: 'The last id that was read, where Last-Event-ID cannot be sent.' });

const headers = z.object({
  'last-event-id': z
    .string()
    .optional()
    .meta({ description: 'The last id that was read: what came since follows.' }),
});

const PRODUCES = ['text/event-stream'] as const;
const FRAMES =
  '`event: ready` comes first; an event is `id`, `event` (its kind) and `data`: `incidentId`, `isAnnouncement`, `at`, and `status` or `commentId`. `resync`: the place sent is unknown or more than a day old, read everything again. `bye`: come back at once, with the last id. A comment every 15 seconds is a sign of life. A stream is no use of a session: it ends with it, and does not keep it.';

const customerEvents = streamRoute({
  path: '/customer/events',
  access: 'customer',
  tag: 'Live',
  summary: 'What happens to your incidents, as it happens',
  description: `${FRAMES} At most four at a time: a fifth ends the oldest, unless all are younger than a minute.`,
  headers,
  query: z.object({ after }),
  produces: PRODUCES,
  errors: ['rate_limited'],
  async handle({ input, actor, deps, context }) {
    const isOpen = await checkSession(deps.db, actor, deps.config.sessionIdleSeconds);
    if (!isOpen) throw new ApiError('unauthorized');
    const { companyId, customerId, sessionId } = actor;
    const listener = { side: 'customer', companyId, customerId, sessionId } as const;
    return deps.live.open(context, listener, cursorOf(input));
  },
});

const teamEvents = streamRoute({
  path: '/incident-ticket/events',
  access: 'team',
  tag: 'Live',
  isUse: false,
  summary: 'What happens to the incidents of the company, as it happens',
  description: `${FRAMES} The team's data has \`companyId\`, \`customerId\` and \`isInternal\` too.`,
  headers,
  query: z.object({
    after,
    companyId: uuid('companyId').optional().meta({
      description:
        "For admin keys: of one company. A company's key hears of its own, and naming another is refused.",
    }),
  }),
  produces: PRODUCES,
  errors: ['rate_limited'],
  async handle({ input, actor, deps, context }) {
    const companyId = companyScope(actor, input.query.companyId);
    const { keyId, deskSession } = actor;
    const listener = { side: 'team', companyId, keyId, deskSession } as const;
    return deps.live.open(context, listener, cursorOf(input));
  },
});

/** The header is the newer one: a browser that comes back by itself repeats its first address. */
function cursorOf(input: {
  headers: { 'last-event-id'?: string | undefined };
  query: { after?: string | undefined };
}): string | undefined {
  return input.headers['last-event-id'] || input.query.after || undefined;
}

export const eventRoutes = [customerEvents, teamEvents];
