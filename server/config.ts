/** Reads the environment once, lists every problem at once, and returns a frozen object (DESIGN §9). */
import { resolve } from 'node:path';
import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import { StartError } from './start-error.ts';

export interface SigningKey {
  kid: string;
  secret: string;
}

export interface Config {
  isProduction: boolean;
  port: number;
  host: string;
  /** Origin under which browsers reach us, without a trailing slash; null in the trial: then each request's own Host. */
  publicUrl: string | null;
  /** Null: the embedded database in `dataDir`. */
  databaseUrl: string | null;
  /** Leads to the same database without a pooler between; null where there is nobody to listen to. */
  databaseListenUrl: string | null;
  databasePoolSize: number;
  dataDir: string;
  /** The first signs, all verify. Null in the trial: a secret is made in `dataDir`. */
  jwtKeys: readonly SigningKey[] | null;
  adminApiKey: string | null;
  sessionIdleSeconds: number;
  sessionAbsoluteSeconds: number;
  passwordCost: number;
  /** Port for /metrics alone; null: on the main port, behind an admin key. */
  metricsPort: number | null;
  logLevel: string;
  /** Sites that may show the panel without naming a company, so that customers pick theirs. */
  selectorOrigins: readonly string[];
  /** Time between "not ready" and the last accepted connection, so that load balancers notice. */
  drainMs: number;
  /** Null: no mail is sent. */
  smtp: { url: string; from: MailSender } | null;
  /** How long a mail waits for more of the same incident. */
  mailDigestSeconds: number;
  webhooksAllowLoopback: boolean;
  /** Null: rows of the audit log are kept for ever. */
  auditKeptDays: number | null;
  /** Whose X-Forwarded-For is believed. */
  trustedProxies: readonly AddressRange[];
  /** Null: nothing is limited. */
  rateLimits: RateLimits | null;
  challenge: ChallengeSetting;
  /** Where to tell of a hole: an address of mail or of a page; null: nowhere. */
  securityContact: string | null;
}

/** An address and how many of its first bits count. */
export type AddressRange = [ipaddr.IPv4 | ipaddr.IPv6, number];

/** So many requests in so many seconds, by what is limited. */
export type RateLimits = Readonly<Record<LimitName, RateLimit>>;
export interface RateLimit {
  points: number;
  seconds: number;
}

const RATE_LIMITS = {
  /** Requests without a credential, of one network. */
  network: { points: 600, seconds: 60 },
  /** Requests of one customer, and of one API key. */
  customer: { points: 300, seconds: 60 },
  key: { points: 1_200, seconds: 60 },
  /** Reports and replies of one customer. */
  writing: { points: 60, seconds: 600 },
  /** Failed log-ins, sign-ups and forgotten passwords: of one account, and of one network. A challenge is asked for then. */
  attempts: { points: 10, seconds: 900 },
  /** Log-ins at the desk that failed, of one network. */
  desk: { points: 30, seconds: 900 },
  /** Mails with a link to one address. */
  mail: { points: 5, seconds: 3_600 },
};
export type LimitName = keyof typeof RATE_LIMITS;

/** Who judges whether a person asks: ourselves, or a service that the operator has an account with. */
export type ChallengeSetting =
  | { provider: 'altcha' }
  | { provider: 'turnstile' | 'hcaptcha'; siteKey: string; secret: string };

export interface MailSender {
  name: string;
  address: string;
}

const DAY_SECONDS = 24 * 60 * 60;
/** Characters. */
export const SHORTEST_SECRET = 32;
/** Different characters: fewer make no secret, however long. */
const FEWEST_CHARACTERS = 8;

const number = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, `must be a whole number from ${min} to ${max}`)
    .transform(Number)
    .refine((value) => value >= min && value <= max, `must be from ${min} to ${max}`);

const jwtKeys = z.string().transform((value, context): SigningKey[] => {
  const keys = value.split(',').map((part) => {
    const [kid = '', ...secret] = part.trim().split(':');
    return { kid, secret: secret.join(':') };
  });
  const complain = (message: string) => context.addIssue({ code: 'custom', message });
  if (keys.some((key) => !/^[\w-]{1,32}$/.test(key.kid)))
    complain('must read kid:secret,kid:secret');
  if (keys.some((key) => key.secret.length < SHORTEST_SECRET))
    complain(`must hold secrets of at least ${SHORTEST_SECRET} characters`);
  if (keys.some((key) => isMonotonous(key.secret))) complain('must hold random secrets');
  if (new Set(keys.map((key) => key.kid)).size < keys.length) complain('must not repeat a kid');
  if (new Set(keys.map((key) => key.secret)).size < keys.length)
    complain('must not repeat a secret');
  return keys;
});

/** What stands in guides and examples, ours included, and is copied from there. */
const PLACEHOLDER =
  /change.?(?:me|it|this)|default|example|insecure|(?:my|your).?(?:secret|key)|pass.?word|placeholder|replace|sample|for.?tests|0123456789/i;

const isMonotonous = (secret: string) => new Set(secret).size < FEWEST_CHARACTERS;

const origins = z
  .string()
  .transform((value) => value.split(/[\s,]+/).filter((one) => one !== ''))
  .refine(
    (all) => all.every((one) => /^https?:\/\/[a-z0-9.[\]:-]+$/i.test(one)),
    'must hold origins such as https://www.example.com, separated by commas',
  )
  .default([]);

const originUrl = z
  .string()
  .regex(/^https?:\/\/[^/\s]+\/?$/, 'must be an origin such as https://support.example.com')
  .transform((value) => new URL(value).origin);

const postgresUrl = z.string().regex(/^postgres(?:ql)?:\/\//, 'must start with postgres://');

/** `Acme Support <support@acme.example>`, or the address alone. */
const mailSender = z.string().transform((value, context): MailSender => {
  const named = /^"?([^"<>\p{C}]*)(?:"\s*)?<([^<>]+)>$/u.exec(value);
  const sender = {
    name: named?.[1]?.trim() ?? '',
    address: named?.[2] ?? value,
  };
  if (!/^[^\s@<>,;:"()[\]\\\p{C}]+@[a-z0-9.-]+$/iu.test(sender.address)) {
    context.addIssue({
      code: 'custom',
      message: 'must read support@example.com or Name <support@example.com>',
    });
  }
  return sender;
});

const flag = z
  .enum(['true', 'false'], { error: 'must be true or false' })
  .default('false')
  .transform((value) => value === 'true');

const LOOPBACK = '127.0.0.0/8,::1/128';
const PRIVATE = '10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,fc00::/7';

/** Addresses and ranges; `loopback` and `private` stand for theirs. */
const addressRanges = z
  .string()
  .default('')
  .transform((value, context): AddressRange[] =>
    value
      .replaceAll('loopback', LOOPBACK)
      .replaceAll('private', PRIVATE)
      .split(/[\s,]+/)
      .filter((one) => one !== '')
      .flatMap((one): AddressRange[] => {
        if (ipaddr.isValidCIDR(one)) return [ipaddr.parseCIDR(one)];
        if (ipaddr.isValid(one)) {
          const address = ipaddr.parse(one);
          return [[address, address.kind() === 'ipv4' ? 32 : 128]];
        }
        context.addIssue({
          code: 'custom',
          message: 'must hold addresses or ranges such as 10.0.0.0/8, loopback or private',
        });
        return [];
      }),
  );

const RATE = /^(\w+)=([1-9]\d{0,6})\/([1-9]\d{0,5})$/;
const rateLimits = z
  .string()
  .default('')
  .transform((value, context): RateLimits | null => {
    if (value === 'off') return null;
    const given = value.split(/[\s,]+/).filter((one) => one !== '');
    const changed = given.map((one) => {
      const [, name = '', points, seconds] = RATE.exec(one) ?? [];
      if (!Object.hasOwn(RATE_LIMITS, name)) {
        const known = Object.keys(RATE_LIMITS).join(', ');
        context.addIssue({
          code: 'custom',
          message: `must be off, or read attempts=10/900,network=600/60 with names of ${known}`,
        });
      }
      return [name, { points: Number(points), seconds: Number(seconds) }];
    });
    return { ...RATE_LIMITS, ...Object.fromEntries(changed) };
  });

const challenge = z
  .string()
  .default('altcha')
  .transform((value, context): ChallengeSetting => {
    const [provider = '', siteKey = '', ...secret] = value.split(':');
    const rest = { siteKey, secret: secret.join(':') };
    if (value === 'altcha') return { provider: 'altcha' };
    if (/^[\w-]+$/.test(siteKey) && rest.secret !== '') {
      if (provider === 'turnstile' || provider === 'hcaptcha') return { provider, ...rest };
    }
    context.addIssue({
      code: 'custom',
      message: 'must be altcha, turnstile:siteKey:secret or hcaptcha:siteKey:secret',
    });
    return { provider: 'altcha' };
  });

const environment = z.object({
  NODE_ENV: z.string().default('development'),
  PORT: number(0, 65_535).default(3000),
  HOST: z.string().optional(),
  PUBLIC_URL: originUrl.optional(),
  DATABASE_URL: postgresUrl.optional(),
  DATABASE_LISTEN_URL: postgresUrl.optional(),
  DATABASE_POOL: number(2, 200).default(10),
  DATA_DIR: z.string().default('.data'),
  JWT_KEYS: jwtKeys.optional(),
  ADMIN_API_KEY: z
    .string()
    .min(SHORTEST_SECRET, `must have at least ${SHORTEST_SECRET} characters`)
    .regex(/^[\x21-\x7e]+$/, 'must be printable ASCII without spaces')
    .refine((value) => !isMonotonous(value), 'must be random')
    .optional(),
  SESSION_IDLE_DAYS: number(1, 365).default(7),
  SESSION_ABSOLUTE_DAYS: number(1, 365).default(30),
  PASSWORD_COST: number(4, 15).default(10),
  METRICS_PORT: number(1, 65_535).optional(),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent'], {
      error: 'must be fatal, error, warn, info, debug or silent',
    })
    .optional(),
  DRAIN_MS: number(0, 5_000).optional(),
  SELECTOR_ORIGINS: origins,
  SMTP_URL: z
    .string()
    .regex(/^smtps?:\/\/[^\s]+$/, 'must start with smtp:// or smtps://')
    .refine(
      (value) => URL.canParse(value),
      'must be an address such as smtp://mail.example.com:587',
    )
    .optional(),
  MAIL_FROM: mailSender.optional(),
  MAIL_DIGEST_SECONDS: number(0, 3_600).default(60),
  WEBHOOKS_ALLOW_LOOPBACK: flag,
  AUDIT_KEPT_DAYS: number(30, 36_500).optional(),
  TRUSTED_PROXIES: addressRanges,
  RATE_LIMITS: rateLimits,
  CHALLENGE: challenge,
  SECURITY_CONTACT: z
    .string()
    .regex(/^(?:mailto:|https:\/\/)[\x21-\x7e]+$/, 'must start with mailto: or https://')
    .optional(),
});

/** The name of every setting. */
export const SETTINGS = Object.keys(environment.shape);

/**
 * An empty setting counts as none. Throws a StartError that names every problem, and no value; `found` are problems that
 * somebody else has found already, told together with ours.
 */
export function readConfig(env: NodeJS.ProcessEnv, found: readonly string[] = []): Config {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = environment.safeParse(given);
  const all = [
    ...(parsed.error?.issues ?? []).map((issue) => `${issue.path.join('.')} ${issue.message}`),
    ...missingInProduction(given),
    ...(parsed.success ? contradictions(parsed.data) : []),
    ...found,
  ];
  const problems = [...new Set(all)];
  if (!parsed.success || problems.length > 0) {
    throw new StartError(`The settings need attention: ${problems.join('; ')}.`);
  }
  return Object.freeze(toConfig(parsed.data));
}

type Environment = z.output<typeof environment>;

/** What the trial makes for itself must be given in production. */
function missingInProduction(given: NodeJS.ProcessEnv): string[] {
  if (given.NODE_ENV !== 'production') return [];
  const needed = ['DATABASE_URL', 'JWT_KEYS', 'PUBLIC_URL'];
  return needed.filter((key) => given[key] === undefined).map((key) => `${key} is missing`);
}

/** What each setting alone cannot tell. */
function contradictions(env: Environment): string[] {
  const problems: string[] = [];
  if (env.NODE_ENV === 'production' && env.PASSWORD_COST < 10) {
    problems.push('PASSWORD_COST must be at least 10 in production');
  }
  if (env.NODE_ENV === 'production' && !isSecure(env.PUBLIC_URL)) {
    problems.push('PUBLIC_URL must start with https://');
  }
  if (env.DATABASE_LISTEN_URL !== undefined && env.DATABASE_URL === undefined) {
    problems.push('DATABASE_LISTEN_URL needs DATABASE_URL beside it');
  }
  if (env.JWT_KEYS?.some(({ secret }) => secret === env.ADMIN_API_KEY)) {
    problems.push('ADMIN_API_KEY must not repeat a secret of JWT_KEYS');
  }
  if ((env.SMTP_URL === undefined) !== (env.MAIL_FROM === undefined)) {
    problems.push('SMTP_URL and MAIL_FROM belong together: give both or none');
  }
  if (env.NODE_ENV === 'production' && env.WEBHOOKS_ALLOW_LOOPBACK) {
    problems.push('WEBHOOKS_ALLOW_LOOPBACK must not be true in production');
  }
  if (env.NODE_ENV === 'production') {
    if (env.RATE_LIMITS === null) problems.push('RATE_LIMITS must not be off in production');
    const secrets = {
      JWT_KEYS: env.JWT_KEYS?.map(({ secret }) => secret),
      ADMIN_API_KEY: [env.ADMIN_API_KEY],
    };
    for (const [setting, values = []] of Object.entries(secrets)) {
      if (values.some((value) => value !== undefined && PLACEHOLDER.test(value))) {
        problems.push(`${setting} holds a placeholder and no secret`);
      }
    }
  }
  return problems;
}

/** Browsers keep our cookies over https only, and on the machine itself. */
function isSecure(url: string | undefined): boolean {
  return url === undefined || /^(?:https:|http:\/\/(?:localhost|127\.0\.0\.1)(?::|$))/.test(url);
}

function toConfig(env: Environment): Config {
  const isProduction = env.NODE_ENV === 'production';
  return {
    isProduction,
    port: env.PORT,
    // The trial listens to this machine only.
    host: env.HOST ?? (isProduction ? '0.0.0.0' : '127.0.0.1'),
    publicUrl: env.PUBLIC_URL ?? null,
    databaseUrl: env.DATABASE_URL ?? null,
    databaseListenUrl: env.DATABASE_LISTEN_URL ?? env.DATABASE_URL ?? null,
    databasePoolSize: env.DATABASE_POOL,
    dataDir: resolve(env.DATA_DIR),
    jwtKeys: env.JWT_KEYS ?? null,
    adminApiKey: env.ADMIN_API_KEY ?? null,
    sessionIdleSeconds: env.SESSION_IDLE_DAYS * DAY_SECONDS,
    sessionAbsoluteSeconds: env.SESSION_ABSOLUTE_DAYS * DAY_SECONDS,
    passwordCost: env.PASSWORD_COST,
    metricsPort: env.METRICS_PORT ?? null,
    // In the trial a line for each request would push the admin key out of the terminal.
    logLevel: env.LOG_LEVEL ?? (isProduction ? 'info' : 'warn'),
    selectorOrigins: env.SELECTOR_ORIGINS,
    drainMs: env.DRAIN_MS ?? (isProduction ? 2_000 : 0),
    smtp:
      env.SMTP_URL === undefined || env.MAIL_FROM === undefined
        ? null
        : { url: env.SMTP_URL, from: env.MAIL_FROM },
    mailDigestSeconds: env.MAIL_DIGEST_SECONDS,
    webhooksAllowLoopback: env.WEBHOOKS_ALLOW_LOOPBACK,
    auditKeptDays: env.AUDIT_KEPT_DAYS ?? null,
    trustedProxies: env.TRUSTED_PROXIES,
    rateLimits: env.RATE_LIMITS,
    challenge: env.CHALLENGE,
    securityContact: env.SECURITY_CONTACT ?? null,
  };
}
