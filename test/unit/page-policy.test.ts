/** What the documents of our applications may do; the panel's policy as it is served: test/api/panel.test.ts. */
import { describe, expect, it } from 'vitest';
import { pageHeaders, panelNeeds } from '../../server/http/page-policy.ts';
import { shows } from '../support/shows.ts';

function policyOf(needs = {}): Record<string, string> {
  const policy = pageHeaders("'none'", needs)['Content-Security-Policy'];
  const directives = policy.split('; ').map((one) => one.split(/ (.*)/s).slice(0, 2));
  return Object.fromEntries(directives);
}

describe("the panel's policy", () => {
  it('has one Trusted Types policy, for the worker; the desk has none', () => {
    expect(policyOf(panelNeeds('altcha'))['trusted-types']).toBe('porthole-worker');
    expect(policyOf()['trusted-types']).toBe("'none'");
    shows(20, { 'policies without a wildcard': 2 });
  });

  it.each(['altcha', 'turnstile', 'hcaptcha'] as const)(
    'allows nothing inline and no string that becomes code, with %s',
    (provider) => {
      const policy = policyOf(panelNeeds(provider));
      expect(Object.values(policy).join(' ')).not.toMatch(/unsafe|\*(?!\.)/);
      expect(policy['default-src']).toBe("'none'");
    },
  );

  it('names no other host, unless the operator has configured a service', () => {
    expect(Object.values(policyOf(panelNeeds('altcha'))).join(' ')).not.toContain('http');
    const turnstile = policyOf(panelNeeds('turnstile'));
    expect(turnstile).toMatchObject({
      'script-src': "'self' https://challenges.cloudflare.com",
      'frame-src': 'https://challenges.cloudflare.com',
      'connect-src': "'self'",
    });
    expect(policyOf(panelNeeds('hcaptcha'))['frame-src']).toBe(
      'https://hcaptcha.com https://*.hcaptcha.com',
    );
  });

  it('gives Trusted Types up only for a service, whose script could not run with them', () => {
    expect(policyOf(panelNeeds('altcha'))).toHaveProperty('require-trusted-types-for');
    expect(policyOf(panelNeeds('turnstile'))).not.toHaveProperty('require-trusted-types-for');
    expect(policyOf(panelNeeds('turnstile'))).not.toHaveProperty('trusted-types');
  });
});
