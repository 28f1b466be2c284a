/** Customers and their sessions (DESIGN §4 and §6). */
import { z } from 'zod';
import { LIMITS, utf8Bytes } from '../limits.ts';
import { announcement } from './announcement.ts';
import { companyRef, companySummary, panelCompany } from './company.ts';
import { email, readable, text, time, uuid } from './fields.ts';

/** Never cut and never normalised: every byte that was typed counts. */
const typedPassword = (label: string) =>
  z
    .string({
      error: (issue) =>
        issue.input === undefined ? `${label} is missing.` : `${label} must be text.`,
    })
    .refine(
      (value) => !value.includes('\0') && value.isWellFormed(),
      `${label} holds characters that cannot be used.`,
    );
const password = typedPassword('password');

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

/** Needed once there have been many attempts; where it comes from: `GET /customer/challenge`. */
const challenge = z
  .string('challenge must be text.')
  .max(LIMITS.challenge, 'challenge is too long.')
  .refine(...readable('challenge'))
  .meta({ description: 'The solution of a challenge, after `challenge_required`.' });

export const registerBody = z.object({
  email: email('email'),
  password: newPassword,
  name: text('name', LIMITS.name),
  companyId: uuid('companyId'),
  locale: locale.optional(),
  session,
  challenge: challenge.optional(),
});

export const loginBody = z.object({
  email: email('email'),
  password,
  companyId: uuid('companyId').optional(),
  locale: locale.optional(),
  session,
  challenge: challenge.optional(),
});

/** What a challenge can be for; a solution serves for nothing else. */
export const CHALLENGED = ['register', 'login', 'forgot-password'] as const;

export const challengeQuery = z.object({
  action: z.enum(CHALLENGED, { error: `action must be one of ${CHALLENGED.join(', ')}.` }),
  companyId: uuid('companyId')
    .optional()
    .meta({ description: 'The company of the attempt; left out for a login without one.' }),
});

export const challengeOffer = z
  .union([
    z.object({
      provider: z.literal('altcha'),
      challenge: z.looseObject({}).meta({
        description: 'As ALTCHA (version 2) writes it: `parameters` and `signature`.',
      }),
    }),
    z.object({ provider: z.enum(['turnstile', 'hcaptcha']), siteKey: z.string() }),
  ])
  .meta({
    id: 'Challenge',
    description:
      'Send its solution as `challenge`: for `altcha` the Base64 of its payload, otherwise the token of the provider.',
  });

/** Opaque to its owner: what a mail's link ends in, or what stands for the browser that asked for one. */
const secret = (label: string) =>
  z
    .string(`${label} must be text.`)
    .min(1, `${label} is missing.`)
    .max(200, `${label} is too long.`)
    .refine(...readable(label));

export const forgotBody = z.object({
  email: email('email'),
  companyId: uuid('companyId'),
  challenge: challenge.optional(),
});

export const redeemBody = z.object({
  token: secret('token').meta({ description: 'What the mailed link ends in.' }),
  proof: secret('proof').optional().meta({
    description: 'What the sign-up was answered with: shows that it was made here.',
  }),
  password: newPassword.optional(),
  locale: locale.optional(),
  session,
});

export const passwordBody = z.object({
  currentPassword: typedPassword('currentPassword'),
  password: newPassword,
  session,
});

export const identifyBody = z.object({
  token: z
    .string('token must be text.')
    .min(1, 'token is missing.')
    .max(LIMITS.identityToken, `token is too long: at most ${LIMITS.identityToken} characters.`)
    .refine(...readable('token'))
    .meta({ description: "Signed by the company's backend; see the README." }),
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
    hasPassword: z
      .boolean()
      .meta({ description: 'False for who only ever came signed in by the company itself.' }),
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

/** What register answers at a company that requires confirmed addresses, whether or not there is an account already. */
export const mailSent = z
  .object({
    isMailSent: z.literal(true),
    proof: z.string().meta({
      description: 'To be sent along when the mailed link is opened here: then the password holds.',
    }),
  })
  .meta({ id: 'MailSent' });

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
