/** Companies: what the public sees, what the panel needs, what an admin key reads and writes. */
import { z } from 'zod';
import { LIMITS } from '../limits.ts';
import { email, line, optionalText, text, time } from './fields.ts';
import { pageRequest } from './page.ts';

export const companySummary = z
  .object({ id: z.uuid(), name: z.string(), slug: z.string() })
  .meta({ id: 'CompanySummary' });

export const companiesQuery = z.object({
  search: optionalText('search', LIMITS.search)
    .default('')
    .meta({ description: 'Beginnings of words of the name, in any order and any case.' }),
  ...pageRequest,
});

/** A company in an address: its slug, or its id. What is neither is simply not found. */
export const companyRef = optionalText('company', LIMITS.slug);

const slug = text('slug', LIMITS.slug)
  .regex(
    /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/,
    'slug must be small letters, digits and hyphens, such as nordlicht-energie.',
  )
  // Where a slug is taken, an id is too: one must not look like the other.
  .refine(
    (value) => !/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value),
    'slug must not look like an id.',
  );

const accent = z
  .string('accent must be text.')
  .regex(/^#[0-9a-f]{6}$/i, 'accent must be a colour such as #0b7285.')
  .toLowerCase();

/** An origin as browsers write it: scheme, host, port, and nothing behind. */
const origin = z
  .string('allowedOrigins must hold text.')
  .max(300, 'allowedOrigins holds an origin that is too long.')
  .regex(
    /^https?:\/\/(?:[a-z0-9-]+(?:\.[a-z0-9-]+)*|\[[0-9a-f:]+\])(?::\d{1,5})?$/i,
    'allowedOrigins must hold origins such as https://www.example.com, without a path.',
  )
  .refine(
    (value) => Number(/:(\d+)$/.exec(value)?.[1] ?? 0) <= 65_535,
    'allowedOrigins holds an origin with an impossible port.',
  )
  .toLowerCase();

const notAPage =
  'hostPageUrl must be an address such as https://www.example.com/support, without a # part.';

/** An address that browsers can open, without a name and password in it; the part behind # is ours to set. */
const hostPageUrl = text('hostPageUrl', LIMITS.url)
  .regex(/^https?:\/\/[^\s\p{C}/?#@\\]+(?:[/?][^\s\p{C}#\\]*)?$/iu, notAPage)
  .pipe(z.url(notAPage));

const teamEmails = z
  .array(email('teamEmails'), 'teamEmails must be a list.')
  .max(LIMITS.teamEmails, `teamEmails must hold ${LIMITS.teamEmails} at most.`)
  .transform((all) => [...new Map(all.map((one) => [one.toLowerCase(), one])).values()])
  .meta({ description: 'Who gets a mail when a customer reports, answers or reopens.' });

const settings = {
  accent: accent.nullable(),
  greeting: optionalText('greeting', 200).nullable(),
  categories: z
    .array(line('categories', LIMITS.category), 'categories must be a list.')
    .min(1, 'categories must hold one at least.')
    .max(50, 'categories must hold 50 at most.'),
  allowedOrigins: z
    .array(origin, 'allowedOrigins must be a list.')
    .max(100, 'allowedOrigins must hold 100 at most.'),
  isListed: z.boolean('isListed must be true or false.'),
  teamEmails,
  hostPageUrl: hostPageUrl.nullable().meta({
    description:
      "The page that carries the tag: links in customers' mails open it. Without it they open the portal page here.",
  }),
  requiresVerifiedEmail: z.boolean('requiresVerifiedEmail must be true or false.').meta({
    description:
      'Customers sign up by a link that is mailed to them, so that nobody learns who has an account. Needs a mail server.',
  }),
};

/** A company as the panel shows it: name and branding, nothing that is not public. */
export const panelCompany = companySummary
  .extend({
    accent: z.string().nullable(),
    greeting: z.string().nullable(),
    categories: z.array(z.string()),
  })
  .meta({ id: 'PanelCompany' });

export const company = panelCompany
  .extend({
    allowedOrigins: z.array(z.string()),
    isListed: z.boolean(),
    teamEmails: z.array(z.string()),
    hostPageUrl: z.string().nullable(),
    requiresVerifiedEmail: z.boolean(),
    isDisabled: z.boolean().meta({
      description: 'Nobody of it can log in or go on: neither its customers nor its team.',
    }),
    createdAt: time,
    updatedAt: time,
  })
  .meta({ id: 'Company' });

export const companyCreate = z.object({
  name: text('name', LIMITS.companyName),
  slug,
  ...settings,
  accent: settings.accent.default(null),
  greeting: settings.greeting.default(null),
  categories: settings.categories.default(['System', 'User Report', 'Fraud', 'Others']),
  allowedOrigins: settings.allowedOrigins.default([]),
  isListed: settings.isListed.default(true),
  teamEmails: settings.teamEmails.default([]),
  hostPageUrl: settings.hostPageUrl.default(null),
  requiresVerifiedEmail: settings.requiresVerifiedEmail.default(false),
});

export const companyUpdate = z
  .object({
    name: text('name', LIMITS.companyName),
    slug,
    ...settings,
    isDisabled: z.boolean('isDisabled must be true or false.').meta({
      description:
        'True shuts out its customers and the keys of its team at once, and stops its mails and webhooks from being made; false lets them go on where they were.',
    }),
  })
  .partial();
