/** Reads the environment once, lists every problem at once, and returns a frozen object (DESIGN §9). */
import { resolve } from 'node:path';
import { z } from 'zod';
import {
  type AddressRange,
  addressRanges,
  adminKey,
  type ChallengeSetting,
  challenge,
  contact,
  flag,
  jwtKeys,
  type MailSender,
  mailSender,
  number,
  origins,
  originUrl,
  PLACEHOLDER,
  postgresUrl,
  type RateLimits,
  rateLimits,
  type SigningKey,
  smtpUrl,
} from './setting-values.ts';
import { StartError } from './start-error.ts';

export interface Config {
  isProduction: boolean;
  port: number;
  host: string;
  /** Origin under which browsers reach us, without a trailing slash; null in the trial: then each request's own Host. */
  publicUrl: string | null;
  /** Null: the embedded database in `dataDir`. */
  databaseUrl: string | null;
  /** Leads to the same database without a pooler between: for what takes a connection of its own. Null: the embedded one. */
  databaseDirectUrl: string | null;
  /** Statements keep their names, under which a connection prepares each of them once. */
  databasePrepares: boolean;
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

const DAY_SECONDS = 24 * 60 * 60;
/** Bits of a range that can still be proxies of one's own: 10.0.0.0/8 and fc00::/7 are. */
const WIDEST = { ipv4: 8, ipv6: 7 } as const;

const environment = z.object({
  NODE_ENV: z.string().default('development'),
  PORT: number(0, 65_535).default(3000),
  HOST: z.string().optional(),
  PUBLIC_URL: originUrl.optional(),
  DATABASE_URL: postgresUrl.optional(),
  DATABASE_LISTEN_URL: postgresUrl.optional(),
  DATABASE_POOL: number(2, 200).default(10),
  DATABASE_PREPARED: flag.optional(),
  DATA_DIR: z.string().default('.data'),
  JWT_KEYS: jwtKeys.optional(),
  ADMIN_API_KEY: adminKey.optional(),
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
  SMTP_URL: smtpUrl.optional(),
  MAIL_FROM: mailSender.optional(),
  MAIL_DIGEST_SECONDS: number(0, 3_600).default(60),
  WEBHOOKS_ALLOW_LOOPBACK: flag.default(false),
  AUDIT_KEPT_DAYS: number(30, 36_500).optional(),
  TRUSTED_PROXIES: addressRanges,
  RATE_LIMITS: rateLimits,
  CHALLENGE: challenge,
  SECURITY_CONTACT: contact.optional(),
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
    if (env.TRUSTED_PROXIES.some(([range, bits]) => bits < WIDEST[range.kind()])) {
      problems.push('TRUSTED_PROXIES must name proxies, not half of all addresses');
    }
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
    databaseDirectUrl: env.DATABASE_LISTEN_URL ?? env.DATABASE_URL ?? null,
    // Where there is a pooler, what is right behind each of them, unless somebody knows better.
    databasePrepares: env.DATABASE_PREPARED ?? env.DATABASE_LISTEN_URL === undefined,
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
