/** What the trial's first minute depends on: the two addresses, and a key that is shown once. */
import { describe, expect, it } from 'vitest';
import { banner } from '../../server/trial/banner.ts';

const facts = { url: 'http://localhost:3000', isEmbedded: true, isMailSent: false };

describe('the banner', () => {
  it('opens the desk with one click when the key was just made', () => {
    const text = banner({ ...facts, adminKey: { made: 'ph_new' } });
    expect(text).toMatch(/Customer +http:\/\/localhost:3000\/demo\n/);
    expect(text).toMatch(/Team +http:\/\/localhost:3000\/desk#key=ph_new\n/);
    expect(text).toMatch(/Admin key +ph_new +\(shown this once: keep it\)\n/);
  });

  it('says that no mail is sent, and nothing where it is', () => {
    expect(banner({ ...facts, adminKey: 'given' })).toMatch(/Mail +none is sent/);
    expect(banner({ ...facts, adminKey: 'given', isMailSent: true })).not.toContain('Mail');
  });

  it.each(['given', 'made before'] as const)('shows no key that was %s', (adminKey) => {
    const text = banner({ ...facts, adminKey });
    expect(text).toMatch(/Team +http:\/\/localhost:3000\/desk\n/);
    expect(text).not.toContain('key=');
  });
});
