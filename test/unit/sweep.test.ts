/** The sweep over all traffic of the tests: it has to see what it is there for. */
import { describe, expect, it } from 'vitest';
import { everyTestShows } from '../support/shows.ts';
import { createSweep } from '../support/sweep.ts';

const answer = (text: string, headers = {}) => ({ text, headers: new Headers(headers) });

describe('the sweep', () => {
  everyTestShows(9);

  it.each([
    ['an internal field', { techDescription: 'the "disk" is full' }],
    ['a note', { content: 'the "disk" is full', isInternal: true }],
  ])('finds %s in an answer to a customer', (_, body) => {
    const sweep = createSweep();
    sweep.note('/incident-ticket/1', body);
    const leak = answer(JSON.stringify({ description: 'Know that the "disk" is full!' }));
    expect(() => sweep.requireClean('/customer/get-incident/1', leak)).toThrow('disk');
    expect(() => sweep.requireClean('/incident-ticket/1', leak)).not.toThrow();
    const inHeader = answer('{}', { 'x-why': 'the "disk" is full' });
    expect(() => sweep.requireClean('/panel/boot', inHeader)).toThrow('disk');
  });

  it('lets pass what customers were told, too', () => {
    const sweep = createSweep();
    sweep.note('/incident-ticket/1', { techDescription: 'the disk is full' });
    sweep.note('/incident-ticket/1/comments', { content: 'the disk is full', isInternal: false });
    expect(() => sweep.requireClean('/customer/me', answer('the disk is full'))).not.toThrow();
  });
});
