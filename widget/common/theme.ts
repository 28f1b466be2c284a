/**
 * The accent colour made readable: whatever colour a company chose, text on it and text in it keep a contrast of 4.5:1.
 * Pure functions; `applyTheme` at the end is the one place that touches the document.
 */
import type { PanelOptions } from '../../shared/bridge.ts';

export type Rgb = readonly [number, number, number];

export interface Accent {
  /** Surface of the main button. */
  fill: string;
  /** Text on that surface. */
  onFill: string;
  /** Links, rings, marks: the accent on the theme's own background. */
  text: string;
}

const TEXT_CONTRAST = 4.5;
/** A surface with words on it is found by its words: it keeps the brand's colour unless it all but vanishes. */
const SHAPE_CONTRAST = 1.35;
const STEP = 0.02;
const WHITE: Rgb = [255, 255, 255];
const BLACK: Rgb = [0, 0, 0];
const INK: Rgb = [17, 19, 28];

/** For each theme: the page, the hardest surface that accent-coloured text can stand on, and where contrast lies. */
const THEMES = {
  light: { page: WHITE, surface: [238, 238, 244], towards: BLACK },
  dark: { page: [22, 23, 27], surface: [40, 43, 54], towards: WHITE },
} as const;

/** `#rgb` or `#rrggbb`. */
export const COLOUR = /^#(?:[0-9a-f]{3}){1,2}$/i;

/** Reads `#rgb` or `#rrggbb`; null for anything else. */
export function parseColour(text: string | null | undefined): Rgb | null {
  if (!text || !COLOUR.test(text)) return null;
  const long = text.length > 4 ? text : text.replace(/\w/g, '$&$&');
  const bits = Number.parseInt(long.slice(1), 16);
  return [bits >> 16, (bits >> 8) & 255, bits & 255];
}

/** WCAG contrast of two colours, from 1 to 21. */
export function contrast(one: Rgb, other: Rgb): number {
  const ratio = (luminance(one) + 0.05) / (luminance(other) + 0.05);
  return Math.max(ratio, 1 / ratio);
}

function luminance([red, green, blue]: Rgb): number {
  const linear = (part: number) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}

/** The colours to use for a company's accent in one theme. */
export function accentFor(accent: Rgb, theme: 'light' | 'dark'): Accent {
  const { page, surface, towards } = THEMES[theme];
  const fill = moveUntil(accent, towards, page, SHAPE_CONTRAST);
  const onFill = [WHITE, INK, BLACK].find((colour) => contrast(colour, fill) >= TEXT_CONTRAST);
  const text = moveUntil(accent, towards, surface, TEXT_CONTRAST);
  return { fill: hex(fill), onFill: hex(onFill ?? BLACK), text: hex(text) };
}

/** The colour, moved as little as gives it that contrast on a background. */
function moveUntil(colour: Rgb, towards: Rgb, background: Rgb, enough: number): Rgb {
  for (let share = 0; share < 1; share += STEP) {
    const move = (part: number, end: number) => Math.round(part + (end - part) * share);
    const [red, green, blue] = colour;
    const moved: Rgb = [move(red, towards[0]), move(green, towards[1]), move(blue, towards[2])];
    if (contrast(moved, background) >= enough) return moved;
  }
  return towards;
}

function hex(colour: Rgb): string {
  return `#${colour.map((part) => part.toString(16).padStart(2, '0')).join('')}`;
}

/** Sets theme and accent on the document; returns the colours in use, for the launcher. */
export function applyTheme(
  root: HTMLElement,
  options: PanelOptions,
  accent: string | null,
): Accent | null {
  const theme = options.theme ?? 'auto';
  root.setAttribute('data-theme', theme);
  const colour = parseColour(options.accent) ?? parseColour(accent);
  if (!colour) return null;
  const both = { light: accentFor(colour, 'light'), dark: accentFor(colour, 'dark') };
  for (const [name, { fill, onFill, text }] of Object.entries(both)) {
    root.style.setProperty(`--fill-${name}`, fill);
    root.style.setProperty(`--on-fill-${name}`, onFill);
    root.style.setProperty(`--accent-${name}`, text);
  }
  const isDark =
    theme === 'auto' ? matchMedia('(prefers-color-scheme: dark)').matches : theme === 'dark';
  return isDark ? both.dark : both.light;
}
