/** The settings: defaults of the trial, what production asks for, and a message that names problems and no values. */
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../server/config.ts';
import { StartError } from '../../server/start-error.ts';
import { shows } from '../support/shows.ts';

const SECRET = 'a-secret-of-more-than-32-characters-0123';
const OTHER = 'another-secret-of-more-than-32-characters';
const ADMIN = 'an admin key of its own'.replaceAll(' ', '-').padEnd(32, '0123456789');

const PRODUCTION = {
  NODE_ENV: 'production',
  DATABASE_URL: 'postgres://user:hidden@db.example.com/porthole',
  JWT_KEYS: `k1:${SECRET}`,
  PUBLIC_URL: 'https://support.example.com',
};

/** The message that the settings are refused with. */
function refusalOf(env: NodeJS.ProcessEnv): string {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof StartError) return error.message;
    throw error;
  }
  return 'accepted';
}

describe('the trial', () => {
  it('needs no setting at all', () => {
    expect(readConfig({})).toMatchObject({
      ...{ isProduction: false, port: 3000, host: '127.0.0.1', publicUrl: null },
      ...{ databaseUrl: null, jwtKeys: null, adminApiKey: null, passwordCost: 10 },
      ...{ sessionIdleSeconds: 604_800, sessionAbsoluteSeconds: 2_592_000, logLevel: 'warn' },
    });
  });

  it('serves metrics on the main port and does not wait to drain', () => {
    expect(readConfig({})).toMatchObject({ metricsPort: null, drainMs: 0, auditKeptDays: null });
  });

  it('takes an empty setting for none', () => {
    const empty = { PORT: '', DATABASE_URL: '', JWT_KEYS: '', METRICS_PORT: '', NODE_ENV: '' };
    expect(readConfig(empty)).toEqual(readConfig({}));
  });

  it('cannot be changed afterwards', () => {
    expect(Object.isFrozen(readConfig({}))).toBe(true);
  });
});

describe('settings', () => {
  it('are read', () => {
    const env = {
      ...{ PORT: '0', HOST: '::1', PUBLIC_URL: 'https://Support.example.com/' },
      ...{ DATABASE_POOL: '20', JWT_KEYS: `new:${SECRET}, old:${OTHER}` },
      ...{ ADMIN_API_KEY: ADMIN, SESSION_IDLE_DAYS: '1', SESSION_ABSOLUTE_DAYS: '2' },
      ...{ METRICS_PORT: '9100', LOG_LEVEL: 'warn', DRAIN_MS: '1500', AUDIT_KEPT_DAYS: '365' },
    };
    expect(readConfig(env)).toMatchObject({
      ...{ port: 0, host: '::1', publicUrl: 'https://support.example.com', databasePoolSize: 20 },
      jwtKeys: [
        { kid: 'new', secret: SECRET },
        { kid: 'old', secret: OTHER },
      ],
      ...{ adminApiKey: ADMIN, sessionIdleSeconds: 86_400, sessionAbsoluteSeconds: 172_800 },
      ...{ metricsPort: 9100, logLevel: 'warn', drainMs: 1500, auditKeptDays: 365 },
    });
  });

  it('may hold a colon in a secret', () => {
    const { jwtKeys } = readConfig({ JWT_KEYS: `k1:${SECRET}:more` });
    expect(jwtKeys).toEqual([{ kid: 'k1', secret: `${SECRET}:more` }]);
  });

  it('prepare statements, but not where a pooler is in between, unless told otherwise', () => {
    const [DATABASE_URL, DATABASE_LISTEN_URL] = ['postgres://pooler/a', 'postgres://db/a'];
    const read = (env: NodeJS.ProcessEnv) => {
      const { databaseDirectUrl, databasePrepares } = readConfig({ DATABASE_URL, ...env });
      return [databaseDirectUrl, databasePrepares];
    };
    expect(read({})).toEqual([DATABASE_URL, true]);
    expect(read({ DATABASE_PREPARED: 'false' })).toEqual([DATABASE_URL, false]);
    expect(read({ DATABASE_LISTEN_URL })).toEqual([DATABASE_LISTEN_URL, false]);
    const told = { DATABASE_LISTEN_URL, DATABASE_PREPARED: 'true' };
    expect(read(told)).toEqual([DATABASE_LISTEN_URL, true]);
    expect(refusalOf({ DATABASE_PREPARED: 'off' })).toContain('DATABASE_PREPARED must be');
  });

  it('are refused all at once, each by its name', () => {
    const message = refusalOf({
      ...{ PORT: '99999', PUBLIC_URL: 'support.example.com', DATABASE_URL: 'mysql://x' },
      ...{ DATABASE_POOL: 'many', JWT_KEYS: 'short', ADMIN_API_KEY: 'short' },
      ...{ PASSWORD_COST: '3', METRICS_PORT: '0', LOG_LEVEL: 'loud', DRAIN_MS: '9000' },
      ...{ AUDIT_KEPT_DAYS: '29' },
    });
    for (const name of [
      ...['PORT', 'PUBLIC_URL', 'DATABASE_URL', 'DATABASE_POOL', 'JWT_KEYS', 'ADMIN_API_KEY'],
      ...['PASSWORD_COST', 'METRICS_PORT', 'LOG_LEVEL', 'DRAIN_MS', 'AUDIT_KEPT_DAYS'],
    ]) {
      expect(message).toMatch(new RegExp(`\\b${name} must`));
    }
    expect(message.split('\n')).toHaveLength(1);
  });

  it('are refused without a word of their values', () => {
    const message = refusalOf({
      ...{ DATABASE_URL: 'mysql://canary', JWT_KEYS: 'canary:canary', ADMIN_API_KEY: 'canary' },
      ...{ PUBLIC_URL: 'https://canary.example/path', PORT: 'canary', LOG_LEVEL: 'canary' },
    });
    expect(message).not.toContain('canary');
  });

  it.each([
    ['PORT', ['-1', '1e3', '0x10', '3000.5', ' 3000', '65536', '99999999999']],
    ['PUBLIC_URL', ['https://a.example/path', 'ftp://a.example', 'a.example', '*', 'https://']],
    ['ADMIN_API_KEY', ['x'.repeat(31), `${SECRET} `, `${SECRET}é`, `${SECRET}\n`]],
    ['JWT_KEYS', [SECRET, `:${SECRET}`, `a b:${SECRET}`, `../k:${SECRET}`, 'k1:', `k1:${SECRET},`]],
  ])('refuse odd values of %s', (name, values) => {
    for (const value of values) expect(refusalOf({ [name]: value }), value).toContain(name);
  });

  it('refuse signing keys that repeat a kid or a secret', () => {
    expect(refusalOf({ JWT_KEYS: `k1:${SECRET},k1:${OTHER}` })).toContain('must not repeat a kid');
    expect(refusalOf({ JWT_KEYS: `k1:${SECRET},k2:${SECRET}` })).toContain(
      'must not repeat a secret',
    );
  });
});

describe('the settings of delivery', () => {
  const SMTP_URL = 'smtp://user:hidden@mail.example.com:587';

  it('send no mail and no webhook to this machine, unless told to', () => {
    expect(readConfig({})).toMatchObject({ smtp: null, mailDigestSeconds: 60 });
    expect(readConfig({}).webhooksAllowLoopback).toBe(false);
    expect(readConfig({ WEBHOOKS_ALLOW_LOOPBACK: 'true' }).webhooksAllowLoopback).toBe(true);
  });

  it.each([
    ['support@example.com', { name: '', address: 'support@example.com' }],
    [
      'Acme Support <support@example.com>',
      { name: 'Acme Support', address: 'support@example.com' },
    ],
    ['"Acme" <support@example.com>', { name: 'Acme', address: 'support@example.com' }],
  ])('take a sender as %s', (MAIL_FROM, from) => {
    expect(readConfig({ SMTP_URL, MAIL_FROM }).smtp).toEqual({ url: SMTP_URL, from });
  });

  it.each(['support', 'a@b, c@d.example', 'A <a@b.example> x', 'A\nBcc: x <a@b.example>', '<>'])(
    'refuse the sender %j',
    (MAIL_FROM) => {
      expect(refusalOf({ SMTP_URL, MAIL_FROM })).toContain('MAIL_FROM must read');
    },
  );

  it('want mail server and sender together, and say nothing of what they hold', () => {
    const message = refusalOf({ SMTP_URL });
    expect(message).toContain('SMTP_URL and MAIL_FROM belong together');
    expect(message).not.toContain('hidden');
    expect(refusalOf({ SMTP_URL: 'http://mail.example.com', MAIL_FROM: 'a@b.example' })).toContain(
      'SMTP_URL',
    );
  });

  it('refuse webhooks to this machine in production', () => {
    const env = { ...PRODUCTION, WEBHOOKS_ALLOW_LOOPBACK: 'true' };
    expect(refusalOf(env)).toContain('WEBHOOKS_ALLOW_LOOPBACK');
  });
});

describe('production', () => {
  it('starts with a database, signing keys and a public address', () => {
    expect(readConfig(PRODUCTION)).toMatchObject({
      ...{ isProduction: true, host: '0.0.0.0', databaseUrl: PRODUCTION.DATABASE_URL },
      publicUrl: 'https://support.example.com',
    });
  });

  it('names everything that is missing in one message', () => {
    const message = refusalOf({ NODE_ENV: 'production', PASSWORD_COST: '9' });
    for (const part of ['DATABASE_URL', 'JWT_KEYS', 'PUBLIC_URL', 'PASSWORD_COST']) {
      expect(message).toContain(part);
    }
  });

  it('names what is missing together with what is wrong', () => {
    const message = refusalOf({ NODE_ENV: 'production', PORT: 'x' });
    for (const part of ['PORT', 'DATABASE_URL', 'JWT_KEYS', 'PUBLIC_URL']) {
      expect(message).toContain(part);
    }
  });

  it('waits before it closes, so that load balancers notice, and opens no other port', () => {
    expect(readConfig(PRODUCTION)).toMatchObject({ drainMs: 2000, metricsPort: null });
  });

  it('refuses the secret of the signing keys as the admin key', () => {
    expect(refusalOf({ ...PRODUCTION, ADMIN_API_KEY: SECRET })).toContain('ADMIN_API_KEY');
  });

  it.each([
    'change-me-please-change-me-please-now',
    'my-secret-my-secret-my-secret-my-secret',
    'a-default-value-from-the-installation-guide',
    'an-example-of-a-key-for-the-documentation',
    'a-signing-secret-for-tests-only-9876543210',
    'ThisIsTheP4ssword-Password-of-Porthole',
  ])('refuses what is copied from a guide: %s', (secret) => {
    const message = refusalOf({
      ...PRODUCTION,
      JWT_KEYS: `a:${secret}`,
      ADMIN_API_KEY: `${secret}x`,
    });
    expect(message).toContain('JWT_KEYS holds a placeholder');
    expect(message).toContain('ADMIN_API_KEY holds a placeholder');
    expect(message).not.toContain(secret);
    shows(34);
  });

  it('refuses to go without limits, and sites that are all sites', () => {
    const message = refusalOf({ ...PRODUCTION, RATE_LIMITS: 'off', SELECTOR_ORIGINS: '*' });
    expect(message).toContain('SELECTOR_ORIGINS must hold origins');
    expect(refusalOf({ ...PRODUCTION, RATE_LIMITS: 'off' })).toContain(
      'RATE_LIMITS must not be off',
    );
    expect(refusalOf({ ...PRODUCTION, SELECTOR_ORIGINS: 'https://*.example.com' })).toContain(
      'SELECTOR_ORIGINS must hold origins',
    );
    shows(34);
  });

  it('refuses to believe half of the world', () => {
    for (const range of ['0.0.0.0/0', '128.0.0.0/1', '::/0', '10.0.0.0/8,0.0.0.0/4']) {
      expect(refusalOf({ ...PRODUCTION, TRUSTED_PROXIES: range })).toContain(
        'TRUSTED_PROXIES must',
      );
    }
    expect(refusalOf({ ...PRODUCTION, TRUSTED_PROXIES: 'private, loopback' })).toBe('accepted');
  });

  it('tells in the same message what others have found', () => {
    const refuse = () =>
      readConfig({ NODE_ENV: 'production', PORT: 'x' }, ['DATABASE_URL names a role']);
    expect(refuse).toThrow(/PORT must .*JWT_KEYS is missing.*DATABASE_URL names a role\.$/);
    shows(34);
  });
});

describe('limits and challenges', () => {
  it('are changed one by one', () => {
    const { rateLimits } = readConfig({ RATE_LIMITS: 'attempts=3/60, network=5/1' });
    expect(rateLimits).toMatchObject({
      attempts: { points: 3, seconds: 60 },
      network: { points: 5, seconds: 1 },
      customer: { points: 300, seconds: 60 },
    });
    expect(readConfig({ RATE_LIMITS: 'off' }).rateLimits).toBeNull();
  });

  it.each(['on', 'attempts', 'attempts=0/60', 'attempts=3', 'guesses=3/60', 'constructor=1/1'])(
    'are no %s',
    (value) => {
      expect(refusalOf({ RATE_LIMITS: value })).toContain('RATE_LIMITS must be off, or read');
    },
  );

  it('are ours, or a service’s', () => {
    expect(readConfig({}).challenge).toEqual({ provider: 'altcha' });
    expect(readConfig({ CHALLENGE: 'turnstile:0x4AAA:0x:secret' }).challenge).toEqual({
      ...{ provider: 'turnstile', siteKey: '0x4AAA', secret: '0x:secret' },
    });
    for (const value of ['none', 'turnstile', 'turnstile:key', 'recaptcha:key:secret']) {
      expect(refusalOf({ CHALLENGE: value })).toContain('CHALLENGE must be altcha');
    }
  });
});
