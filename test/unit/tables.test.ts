/** Small pure functions, as tables: times, moves, bytes, words. */
import { describe, expect, it } from 'vitest';
import { searchWords } from '../../server/db/companies.ts';
import { incidentRef } from '../../server/db/incident-ref.ts';
import { isoTime } from '../../server/db/wire-time.ts';
import { allowedMoves, isAllowedMove, STATUSES, takesComments } from '../../shared/incident.ts';
import { utf8Bytes } from '../../shared/limits.ts';

describe('isoTime', () => {
  it.each([
    ['2026-11-22 14:24:23.5+00', '2026-11-22T14:24:23.500Z'],
    ['2026-11-22 14:24:23+00', '2026-11-22T14:24:23.000Z'],
    ['2026-11-22 14:24:23.123456+00', '2026-11-22T14:24:23.123Z'],
    ['2026-11-22 14:24:23.999999+00', '2026-11-22T14:24:23.999Z'],
    ['2026-11-22T14:24:23.007+00:00', '2026-11-22T14:24:23.007Z'],
    ['2026-11-22T14:24:23+00:00', '2026-11-22T14:24:23.000Z'],
    ['2026-11-22T14:24:23.7Z', '2026-11-22T14:24:23.700Z'],
    ['2026-11-22 15:24:23.5+01', '2026-11-22T14:24:23.500Z'],
    ['2026-11-22T20:09:23.5+05:45', '2026-11-22T14:24:23.500Z'],
    ['2026-11-22 00:24:23.25-05', '2026-11-22T05:24:23.250Z'],
    ['0001-01-01 00:00:00+00', '0001-01-01T00:00:00.000Z'],
  ])('writes %s as %s', (given, expected) => {
    expect(isoTime(given)).toBe(expected);
  });

  it('throws for what is no time, rather than pass it on', () => {
    for (const odd of ['', 'infinity', 'yesterday']) expect(() => isoTime(odd)).toThrow(RangeError);
  });
});

describe('allowedMoves', () => {
  const TABLE = {
    OPEN: ['ACKNOWLEDGED', 'INVESTIGATION', 'MITIGATED', 'RESOLVED', 'CLOSED'],
    ACKNOWLEDGED: ['INVESTIGATION', 'MITIGATED', 'RESOLVED', 'CLOSED'],
    INVESTIGATION: ['MITIGATED', 'RESOLVED', 'CLOSED'],
    MITIGATED: ['RESOLVED', 'CLOSED'],
    RESOLVED: ['INVESTIGATION', 'CLOSED'],
    CLOSED: [],
  } as const;

  it.each(STATUSES)('from %s', (from) => {
    expect(allowedMoves(from)).toEqual(TABLE[from]);
    const allowed: readonly string[] = TABLE[from];
    for (const to of STATUSES) expect(isAllowedMove(from, to), to).toBe(allowed.includes(to));
  });

  it('never count staying as a move', () => {
    for (const status of STATUSES) expect(isAllowedMove(status, status)).toBe(false);
  });

  it('leave only CLOSED without comments', () => {
    expect(STATUSES.filter((status) => !takesComments(status))).toEqual(['CLOSED']);
  });
});

describe('utf8Bytes', () => {
  it.each([
    '',
    'a',
    'é',
    'ß',
    '\u07ff',
    '\u0800',
    '漢',
    '\uffff',
    '😀',
    '👨‍👩‍👧',
    'e\u0301',
    '\0',
    'aé漢😀',
  ])('counts %j as Buffer does', (text) => {
    expect(utf8Bytes(text)).toBe(Buffer.byteLength(text));
  });
});

describe('searchWords', () => {
  it.each([
    ['Müller & Söhne', ['muller', 'sohne']],
    ['mu\u0308ller', ['muller']],
    ["O'Neill-Ltd.", ['o', 'neill', 'ltd']],
    ['  Łódź\t2000 ', ['łodz', '2000']],
    ["x':* | !y & (z) <-> \\", ['x', 'y', 'z']],
    ['株式会社 東京', ['株式会社', '東京']],
    ['ﬁnance', ['finance']],
    ['١٢٣', ['١٢٣']],
    ['😀 – …', []],
    ['', []],
  ])('finds in %j %j', (text, words) => {
    expect(searchWords(text)).toEqual(words);
  });
});

describe('incidentRef', () => {
  it.each([
    ['INC-20261122-0004', 'ticket_number', 'INC-20261122-0004'],
    ['inc-20261122-12345', 'ticket_number', 'INC-20261122-12345'],
    ['0199D0C5-6C3E-7CC3-98C4-DC0C0C07398F', 'id', '0199d0c5-6c3e-7cc3-98c4-dc0c0c07398f'],
  ])('looks %s up by %s', (ref, column, value) => {
    expect(incidentRef(ref)).toEqual({ column, value });
  });
});
