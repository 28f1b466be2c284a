/** Checks what arrives over the bridge: only messages of the exact shape get through, and of those only the known parts. */
import {
  type PanelOptions,
  type Prefill,
  SIGNED_TOKEN,
  type Theme,
  type TicketNumber,
  type ToPanel,
  type View,
} from '../../shared/bridge.ts';
import { COLOUR } from '../common/theme.ts';

const VIEW = /^(home|report|incidents|INC-\d{8}-\d{4,9})$/;
const THEME = /^(light|dark|auto)$/;
const LOCALE = /^.{0,35}$/;

/** Fields a host page may suggest. */
const PREFILLS: readonly (keyof Prefill)[] = [
  'email',
  'name',
  'shortDescription',
  'description',
  'category',
  'priority',
];
/** Characters up to which a suggestion is believed; whether it fits its field, the form says. */
const LONGEST_PREFILL = 10_000;

/** The message, rebuilt from its known parts; null for anything else. */
export function readMessage(data: unknown): ToPanel | null {
  if (!isObject(data)) return null;
  const { type, view, options, values, token } = data;
  switch (type) {
    case 'open':
      if (view === undefined) return { type };
      return fits<View | TicketNumber>(view, VIEW) ? { type, view } : null;
    case 'close':
    case 'logout':
      return { type };
    case 'identify':
      return fits(token, SIGNED_TOKEN) ? { type, token } : null;
    case 'update':
      return isObject(options) ? { type, options: readOptions(options) } : null;
    case 'prefill':
      return isObject(values) ? { type, values: readPrefill(values) } : null;
    default:
      return null;
  }
}

/** Takes over the options that make sense, from a message or from the address. */
export function readOptions(given: Record<string, unknown>): PanelOptions {
  const { theme, locale, accent } = given;
  return {
    ...(fits<Theme>(theme, THEME) && { theme }),
    ...(fits(locale, LOCALE) && { locale }),
    ...(fits(accent, COLOUR) && { accent }),
  };
}

function readPrefill(given: Record<string, unknown>): Prefill {
  const values: Prefill = {};
  for (const name of PREFILLS) {
    const value = given[name];
    if (typeof value === 'string' && value.length <= LONGEST_PREFILL) values[name] = value;
  }
  return values;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function fits<T extends string>(value: unknown, form: RegExp): value is T {
  return typeof value === 'string' && form.test(value);
}
