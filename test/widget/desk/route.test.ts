import { describe, expect, it } from 'vitest';
import { HOME, readRoute, writeRoute } from '../../../widget/desk/state/route.ts';

describe('addresses of the desk', () => {
  it.each([
    '#waiting',
    '#work/INC-20261122-0004',
    '#all/0199d0c5-0000-7000-9000-000000000001',
    '#announcements/new',
    '#customer/0199d0c5-0000-7000-8000-000000000002/INC-20261122-0004',
    '#webhooks',
    '#webhooks/new',
    '#audit',
  ])('%s leads to where it was written', (address) => {
    expect(writeRoute(readRoute(address))).toBe(address);
  });

  it.each(['INC-20261122-0004', '0199d0c5-0000-7000-9000-000000000001'])(
    'open the incident that a mail links to: %s',
    (open) => {
      expect(readRoute(`#${open}`)).toMatchObject({ page: 'queue', view: 'all', open });
    },
  );

  it.each(['', '#', '#nonsense', '#customer', '#%E0%A4%A'])('%j leads home', (address) => {
    expect(readRoute(address)).toEqual(HOME);
  });
});
