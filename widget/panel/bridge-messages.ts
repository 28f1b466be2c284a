/** Checks what arrives over the bridge: only messages of the exact shape get through, and of those only the known parts. */
import type {
  PanelOptions,
  Prefill,
  Theme,
  TicketNumber,
  ToPanel,
  View,
} from '../../shared/bridge.ts';
import { parseColour } from '../common/theme.ts';

const VIEWS: readonly View[] = ['home', 'report', 'incidents'];
const THEMES: readonly Theme[] = ['light', 'dark', 'auto'];

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
  const { type, view, options, values } = data;
  switch (type) {
    case 'open':
      if (view === undefined) return { type };
      return isOneOf(VIEWS, view) || isTicket(view) ? { type, view } : null;
    case 'close':
    case 'logout':
      return { type };
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
    ...(isOneOf(THEMES, theme) && { theme }),
    ...(typeof locale === 'string' && locale.length <= 35 && { locale }),
    ...(typeof accent === 'string' && parseColour(accent) && { accent }),
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

/** Whether this is a ticket number, by its form. */
export function isTicket(value: unknown): value is TicketNumber {
  return typeof value === 'string' && /^INC-\d{8}-\d{4,9}$/.test(value);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isOneOf<T extends string>(known: readonly T[], value: unknown): value is T {
  return known.some((one) => one === value);
}
