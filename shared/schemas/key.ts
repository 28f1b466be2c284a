/** API keys, and the desk's session that one of them opens. */
import { z } from 'zod';
import { LIMITS } from '../limits.ts';
import { SCOPES } from '../scopes.ts';
import { moment, readable, text, time, uuid } from './fields.ts';
import { pageRequest } from './page.ts';

const scopes = z
  .array(z.enum(SCOPES, { error: `scopes must hold ${SCOPES.join(', ')} only.` }), {
    error: 'scopes must be a list.',
  })
  .min(1, 'scopes must hold one at least.')
  .refine((value) => new Set(value).size === value.length, 'scopes must not repeat one.');

const expiresAt = moment('expiresAt').refine(
  (value) => Date.parse(value) > Date.now(),
  'expiresAt must lie in the future.',
);

export const apiKeyCreate = z.object({
  name: text('name', LIMITS.name).meta({ description: 'The name the team acts under.' }),
  companyId: uuid('companyId')
    .nullable()
    .default(null)
    .meta({ description: 'The one company the key works for; null makes an admin key over all.' }),
  scopes: scopes.default([...SCOPES]).meta({
    description:
      '`read`; `write`: create and change incidents; `manage`: keys, webhooks, companies, the audit log. All when left out.',
  }),
  expiresAt: expiresAt
    .nullable()
    .default(null)
    .meta({ description: 'The key is refused from then on; null: until it is revoked.' }),
});

export const apiKeyRotate = z.object({
  overlapHours: z
    .int('overlapHours must be a whole number.')
    .min(0, 'overlapHours must be from 0 to 168.')
    .max(168, 'overlapHours must be from 0 to 168.')
    .default(24)
    .meta({ description: 'For so long the old key works beside the new one.' }),
});

export const apiKeysQuery = z.object({
  companyId: uuid('companyId').optional().meta({ description: 'Only the keys of this company.' }),
  ...pageRequest,
});

export const apiKey = z
  .object({
    id: z.uuid(),
    name: z.string(),
    prefix: z.string(),
    companyId: z.uuid().nullable(),
    scopes: z.array(z.enum(SCOPES)),
    createdAt: time,
    lastUsedAt: time.nullable(),
    expiresAt: time.nullable(),
    revokedAt: time.nullable(),
  })
  .meta({ id: 'ApiKey' });

export const apiKeyCreated = apiKey
  .extend({ secret: z.string().meta({ description: 'Shown this once, stored only as a hash.' }) })
  .meta({ id: 'ApiKeyCreated' });

export const identityKeyCreate = z.object({
  name: text('name', LIMITS.identityKeyName).meta({ description: 'Where it is used.' }),
  companyId: uuid('companyId').optional().meta({ description: 'Needed with an admin key.' }),
});

/** With it a company's backend signs its own customers in (DESIGN §6). */
export const identityKey = z
  .object({
    id: z.uuid().meta({ description: 'The `kid` of the tokens that it signs.' }),
    companyId: z.uuid(),
    name: z.string(),
    createdAt: time,
    lastUsedAt: time.nullable(),
  })
  .meta({ id: 'IdentityKey' });

export const identityKeyCreated = identityKey
  .extend({ secret: z.string().meta({ description: 'Signs with HS256. Shown this once.' }) })
  .meta({ id: 'IdentityKeyCreated' });

export const deskLogin = z.object({
  key: z
    .string({
      error: (issue) => (issue.input === undefined ? 'key is missing.' : 'key must be text.'),
    })
    .min(1, 'key is missing.')
    .max(512, 'key is too long: at most 512 characters.')
    .refine(...readable('key'))
    .meta({ description: 'The API key that the desk works with.' }),
});

/** Who is at the desk: the team under its key's name. */
export const deskSession = z
  .object({
    keyName: z.string(),
    scopes: z.array(z.enum(SCOPES)),
    company: z
      .object({
        id: z.uuid(),
        name: z.string(),
        slug: z.string(),
        accent: z.string().nullable(),
      })
      .nullable()
      .meta({ description: 'Null: an admin key, over all companies.' }),
    expiresAt: time.meta({
      description:
        'Whichever comes first: 12 hours without a request, 7 days, or the end of the key.',
    }),
  })
  .meta({ id: 'DeskSession' });
