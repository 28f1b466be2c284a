/** How each kind of setting is written, and what it is read as. Which settings there are: config.ts. */
import ipaddr from 'ipaddr.js';
import { z } from 'zod';

export interface SigningKey {
  kid: string;
  secret: string;
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
  /** Mails with a link to one address: within the life of a link, so that there is always one that works. */
  mail: { points: 5, seconds: 1_800 },
  /** Sign-ups and forgotten passwords of one company, from wherever; then a challenge. */
  strangers: { points: 200, seconds: 900 },
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

/** Characters. */
export const SHORTEST_SECRET = 32;
/** Different characters: fewer make no secret, however long. */
const FEWEST_CHARACTERS = 8;

export const number = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, `must be a whole number from ${min} to ${max}`)
    .transform(Number)
    .refine((value) => value >= min && value <= max, `must be from ${min} to ${max}`);

export const jwtKeys = z.string().transform((value, context): SigningKey[] => {
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
export const PLACEHOLDER =
  /change.?(?:me|it|this)|default|example|insecure|(?:my|your).?(?:secret|key)|pass.?word|placeholder|replace|sample|for.?tests|0123456789/i;

const isMonotonous = (secret: string) => new Set(secret).size < FEWEST_CHARACTERS;

export const origins = z
  .string()
  .transform((value) => value.split(/[\s,]+/).filter((one) => one !== ''))
  .refine(
    (all) => all.every((one) => /^https?:\/\/[a-z0-9.[\]:-]+$/i.test(one)),
    'must hold origins such as https://www.example.com, separated by commas',
  )
  .default([]);

export const originUrl = z
  .string()
  .regex(/^https?:\/\/[^/\s]+\/?$/, 'must be an origin such as https://support.example.com')
  .transform((value) => new URL(value).origin);

export const postgresUrl = z.string().regex(/^postgres(?:ql)?:\/\//, 'must start with postgres://');

/** `Acme Support <support@acme.example>`, or the address alone. */
export const mailSender = z.string().transform((value, context): MailSender => {
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

export const flag = z
  .enum(['true', 'false'], { error: 'must be true or false' })
  .transform((value) => value === 'true');

const LOOPBACK = '127.0.0.0/8,::1/128';
const PRIVATE = '10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,fc00::/7';

/** Addresses and ranges; `loopback` and `private` stand for theirs. */
export const addressRanges = z
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
export const rateLimits = z
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

export const challenge = z
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

export const adminKey = z
  .string()
  .min(SHORTEST_SECRET, `must have at least ${SHORTEST_SECRET} characters`)
  .regex(/^[\x21-\x7e]+$/, 'must be printable ASCII without spaces')
  .refine((value) => !isMonotonous(value), 'must be random');

export const smtpUrl = z
  .string()
  .regex(/^smtps?:\/\/[^\s]+$/, 'must start with smtp:// or smtps://')
  .refine((value) => URL.canParse(value), 'must be an address such as smtp://mail.example.com:587');

/** Where to write to, or a page that says so. */
export const contact = z
  .string()
  .regex(/^(?:mailto:|https:\/\/)[\x21-\x7e]+$/, 'must start with mailto: or https://');
