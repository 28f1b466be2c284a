import { describe, expect, it } from 'vitest';
import { accentFor, contrast, parseColour, type Rgb } from '../../../widget/common/theme.ts';

const colour = (text: string): Rgb => parseColour(text) ?? expect.unreachable();

/** The surfaces of tokens.css that accent-coloured text stands on. */
const SURFACES = {
  light: ['#ffffff', '#f6f6f8', '#f0f0f3'],
  dark: ['#16171b', '#1e2025', '#25272d'],
};

describe('the accent', () => {
  it.each([
    ['#000', '#fff', 21],
    ['#777777', '#ffffff', 4.48],
    ['#0b7285', '#ffffff', 5.5],
  ])('contrast of %s on %s is %d', (one, other, expected) => {
    expect(contrast(colour(one), colour(other))).toBeCloseTo(expected, 0);
  });

  const accents = [
    '#0b7285',
    '#4353d6',
    '#ffd400',
    '#ffffff',
    '#000000',
    '#ff0000',
    '#00ff00',
    '#0000ff',
    '#808080',
    '#f5c2e7',
  ];
  it.each(
    accents.flatMap((accent) =>
      (['light', 'dark'] as const).map((theme) => [accent, theme] as const),
    ),
  )('%s can be read in the %s theme: as a button and as a link', (accent, theme) => {
    const { fill, onFill, text } = accentFor(colour(accent), theme);
    expect(contrast(colour(fill), colour(onFill))).toBeGreaterThanOrEqual(4.5);
    for (const surface of SURFACES[theme]) {
      expect(contrast(colour(text), colour(surface))).toBeGreaterThanOrEqual(4.5);
    }
  });

  it('reads every grey and primary mix without a hole', () => {
    for (let red = 0; red < 256; red += 51)
      for (let green = 0; green < 256; green += 51)
        for (let blue = 0; blue < 256; blue += 51)
          for (const theme of ['light', 'dark'] as const) {
            const { fill, onFill } = accentFor([red, green, blue], theme);
            expect(contrast(colour(fill), colour(onFill))).toBeGreaterThanOrEqual(4.5);
          }
  });

  it('leaves a colour alone that can be read already', () => {
    expect(accentFor(colour('#0b7285'), 'light')).toEqual({
      fill: '#0b7285',
      onFill: '#ffffff',
      text: '#0b7285',
    });
  });

  it.each(['red', '#12', '#12345', '#gggggg', 'url(x)', '', null, undefined])(
    'ignores %s',
    (text) => {
      expect(parseColour(text)).toBeNull();
    },
  );
});
