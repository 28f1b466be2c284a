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

/** The page, and the surfaces accent-coloured text can stand on, the hardest one: raised in light, raised in dark. */
const BACKGROUND = { light: '#ffffff', dark: '#16171b' } as const;
const SURFACE = { light: '#eeeef4', dark: '#282b36' } as const;

/** Reads `#rgb` or `#rrggbb`; null for anything else. */
export function parseColour(text: string | null | undefined): Rgb | null {
  const short = /^#([0-9a-f])([0-9a-f])([0-9a-f])$/i.exec(text ?? '');
  const long = short
    ? short.slice(1).map((digit) => digit + digit)
    : /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(text ?? '')?.slice(1);
  if (!long) return null;
  const [red = 0, green = 0, blue = 0] = long.map((pair) => Number.parseInt(pair, 16));
  return [red, green, blue];
}

/** WCAG contrast of two colours, from 1 to 21. */
export function contrast(one: Rgb, other: Rgb): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

function luminance(colour: Rgb): number {
  const [red = 0, green = 0, blue = 0] = colour.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** The colours to use for a company's accent in one theme. */
export function accentFor(accent: Rgb, theme: 'light' | 'dark'): Accent {
  const surface = parseColour(SURFACE[theme]) ?? WHITE;
  const towards = theme === 'light' ? BLACK : WHITE;
  const background = parseColour(BACKGROUND[theme]) ?? WHITE;
  const isSeen = (colour: Rgb) => contrast(colour, background) >= SHAPE_CONTRAST;
  const fill = moveUntil(accent, towards, isSeen);
  const onFill = [WHITE, INK, BLACK].find((colour) => contrast(colour, fill) >= TEXT_CONTRAST);
  const text = moveUntil(accent, towards, (colour) => contrast(colour, surface) >= TEXT_CONTRAST);
  return { fill: hex(fill), onFill: hex(onFill ?? BLACK), text: hex(text) };
}

function moveUntil(colour: Rgb, towards: Rgb, isEnough: (colour: Rgb) => boolean): Rgb {
  for (let share = 0; share < 1; share += STEP) {
    const moved = colour.map((part, at) => Math.round(part + ((towards[at] ?? 0) - part) * share));
    if (isEnough(moved as unknown as Rgb)) return moved as unknown as Rgb;
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
