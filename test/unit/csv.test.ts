/** Cells of an export: what a spreadsheet would run as a formula, or read as two cells, it reads as text. */
import { describe, expect, it } from 'vitest';
import { csvCell } from '../../server/team/audit-export.ts';

describe('csvCell', () => {
  it.each([
    ['', ''],
    ['Billing team', 'Billing team'],
    ['Ärger, groß', '"Ärger, groß"'],
    ['say "hi"', '"say ""hi"""'],
    ['two\nlines', '"two\nlines"'],
    ['=1+1', "'=1+1"],
    ['+49 30 1234', "'+49 30 1234"],
    ['-1', "'-1"],
    ['@sum(A1)', "'@sum(A1)"],
    ['\tx', "'\tx"],
    ['=HYPERLINK("http://evil.example","x")', '"\'=HYPERLINK(""http://evil.example"",""x"")"'],
    ['a=1', 'a=1'],
    ['{"a":1}', '"{""a"":1}"'],
  ])('writes %j as %j', (value, cell) => {
    expect(csvCell(value)).toBe(cell);
  });
});
