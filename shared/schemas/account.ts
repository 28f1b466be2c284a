/** Customers and their sessions (DESIGN §4 and §6). */
import { z } from 'zod';
import { LIMITS, utf8Bytes } from '../limits.ts';
import { announcement } from './announcement.ts';
import { companyRef, companySummary, panelCompany } from './company.ts';
import { email, text, time, uuid } from './fields.ts';

/** Never cut and never normalised: every byte that was typed counts. */
const password = z
  .string({
    error: (issue) =>
      issue.input === undefined ? 'password is missing.' : 'password must be text.',
  })
  .refine(
    (value) => !value.includes('\0') && value.isWellFormed(),
    'password holds characters that cannot be used.',
  );

const newPassword = password
  .min(
    LIMITS.passwordMinCharacters,
    `password is too short: at least ${LIMITS.passwordMinCharacters} characters.`,
  )
  .refine((value) => utf8Bytes(value) <= LIMITS.passwordMaxBytes, {
    error: `password is too long: at most ${LIMITS.passwordMaxBytes} bytes, which is ${LIMITS.passwordMaxBytes} plain letters.`,
    params: { problem: 'too_long' },
  });

/** `cookie` keeps the token out of reach of scripts; for our own panel only (DESIGN §6). */
const session = z
  .enum(['bearer', 'cookie'], { error: 'session must be bearer or cookie.' })
  .default('bearer');

const isLocale = (value: string) => {
  try {
    return Intl.getCanonicalLocales(value).length === 1;
  } catch {
    return false;
  }
};

/** Kept for mails, in its canonical spelling. */
const locale = z
  .string('locale must be text.')
  .max(35, 'locale is too long: at most 35 characters.')
  .refine(isLocale, 'locale must be a language such as en or pt-BR.')
  .transform((value) => Intl.getCanonicalLocales(value)[0] ?? value)
  .meta({ description: 'The language of mails, as BCP 47 writes it.', examples: ['pt-BR'] });

export const registerBody = z.object({
  email: email('email'),
  password: newPassword,
  name: text('name', LIMITS.name),
  companyId: uuid('companyId'),
  locale: locale.optional(),
  session,
});

export const loginBody = z.object({
  email: email('email'),
  password,
  companyId: uuid('companyId').optional(),
  locale: locale.optional(),
  session,
});

export const settingsBody = z
  .object({
    mailUpdates: z.boolean('mailUpdates must be true or false.'),
    locale,
    name: text('name', LIMITS.name),
  })
  .partial();

export const customer = z
  .object({
    id: z.uuid(),
    email: z.string(),
    name: z.string(),
    companyId: z.uuid(),
    company: companySummary,
    mailUpdates: z
      .boolean()
      .meta({ description: 'Whether answers and status changes also go out by mail.' }),
  })
  .meta({ id: 'Customer' });

export const me = z.object({ customer, expiresAt: time }).meta({ id: 'Me' });

export const sessionOpened = me
  .extend({
    token: z
      .string()
      .optional()
      .meta({ description: 'Left out when the session was asked for as a cookie.' }),
  })
  .meta({ id: 'SessionOpened' });

export const bootQuery = z.object({
  company: companyRef
    .optional()
    .meta({ description: 'Slug or id of the company whose panel it is.' }),
});

/** All that the panel needs for its first screen, in one answer. */
export const boot = z
  .object({
    areCookiesKept: z.boolean().meta({
      description:
        'Whether the cookie that came with the panel page came back: only then can a session live in one.',
    }),
    company: panelCompany.nullable(),
    me: me.nullable(),
    announcements: z.array(announcement).meta({
      description: 'Of that company; to a customer also those that they said affect them.',
    }),
    isMailOn: z
      .boolean()
      .meta({ description: 'Whether this server sends mail, so that the panel may promise it.' }),
  })
  .meta({ id: 'PanelBoot' });
