/**
 * Messages that are none, for both ends of the bridge. Each is a message of shared/bridge.ts with something broken in it, or
 * a thing of no known shape. A new message there does not compile here until it has a sample.
 */
import { CONNECT, type ToLoader, type ToPanel } from '../../shared/bridge.ts';
import type { Random } from './random.ts';

type Samples<Message extends { type: string }> = {
  [Type in Message['type']]: Extract<Message, { type: Type }>;
};

/** What one end takes, and how its messages can be spoilt beyond what spoils any. */
export interface End {
  samples: Readonly<Record<string, { type: string }>>;
  /** Values that no field of this end may have. */
  wrong: readonly unknown[];
  /** Messages that stay messages when a field is left out. */
  lenient: readonly string[];
  /** Whether a field that nobody knows makes it another thing; otherwise it is left out. */
  isStrict: boolean;
}

const toPanel: Samples<ToPanel> = {
  open: { type: 'open', view: 'INC-20261122-0004' },
  close: { type: 'close' },
  update: { type: 'update', options: { locale: 'de', theme: 'dark', accent: '#9a3f7c' } },
  prefill: {
    type: 'prefill',
    values: {
      email: 'evil@evil.example',
      name: 'Eve',
      shortDescription: 'Evil',
      description: 'Evil',
      category: 'Evil',
      priority: 'CRITICAL',
    },
  },
  logout: { type: 'logout' },
  identify: { type: 'identify', token: 'a.b.c' },
};

const toLoader: Samples<ToLoader> = {
  ready: { type: 'ready' },
  close: { type: 'close' },
  brand: { type: 'brand', accent: '#9a3f7c' },
  login: { type: 'login', customerId: '0199d0c5-6c3e-7cc3-98c4-dc0c0c07398f' },
  logout: { type: 'logout' },
  incident: { type: 'incident', id: 'x', ticketNumber: 'INC-20261122-0004' },
  unread: { type: 'unread', count: 7 },
};

export const PANEL_END: End = {
  samples: toPanel,
  wrong: [7, Number.NaN, Number.POSITIVE_INFINITY, 'x'.repeat(20_000)],
  lenient: ['open'],
  isStrict: false,
};
export const LOADER_END: End = {
  samples: toLoader,
  wrong: ['', ' ', 'a b', '"><img src=x onerror=alert(1)>', 'url(//evil.example)', '１', 'é'],
  lenient: [],
  isStrict: true,
};

const MARKED = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'then'];
const ODD_VIEWS = [
  ...['nowhere', 'HOME', 'INC-', 'INC-20261122-', 'inc-20261122-0004', ' INC-20261122-0004'],
  ...['INC-20261122-0004/../x', `INC-20261122-${'0'.repeat(40)}`, 'INC-20261122-0004\n', ''],
];

/** A thing that this end must not take for a message, as it arrives: copied, as the browser copies what is posted. */
export function spoiltMessage(random: Random, end: End): unknown {
  return structuredClone(random.pick([otherType, otherShape, spoiltFields, anything])(random, end));
}

function otherType(random: Random, end: End): unknown {
  const sample = sampleOf(random, end);
  const { type } = sample;
  const others = [...Object.keys(toPanel), ...Object.keys(toLoader)];
  const near = [
    type.toUpperCase(),
    ` ${type}`,
    `${type}\n`,
    `${type}\0`,
    `${type},type`,
    type + type,
  ];
  const types = [
    ...[...near, ...others.filter((one) => !(one in end.samples)), ...MARKED, CONNECT, ''],
    ...[[type], { type }, new Date(0), 0, 1n, null, undefined, true, 'x'.repeat(100_000)],
  ];
  return { ...sample, type: random.pick(types) };
}

function otherShape(random: Random, end: End): unknown {
  const sample = sampleOf(random, end);
  const text = JSON.stringify(sample);
  return random.pick<() => unknown>([
    () => [sample],
    () => text,
    () => ({ data: sample }),
    () => ({ message: text }),
    () => new Map(Object.entries(sample)),
    () => new Set([sample]),
    () => JSON.parse(`{"__proto__":${text}}`),
    () => JSON.parse(`{"constructor":{"prototype":${text}}}`),
    () => new TextEncoder().encode(text),
    () => new Error(sample.type),
    () => Array(10_000).fill(sample.type),
  ])();
}

/** The right type, and nothing right in it. */
function spoiltFields(random: Random, end: End): unknown {
  const { type, ...fields } = sampleOf(random, end);
  const names = Object.keys(fields);
  const wrong = () => (random.below(2) === 0 ? random.pick(end.wrong) : anything(random));
  if (end.isStrict && random.below(3) === 0) return { type, ...fields, extra: 'x' };
  if (names.length === 0) return otherType(random, end);
  if (!end.lenient.includes(type) && random.below(3) === 0) {
    const lost = random.pick(names);
    return {
      type,
      ...Object.fromEntries(Object.entries(fields).filter(([name]) => name !== lost)),
    };
  }
  const spoil = (value: unknown): unknown =>
    isGroup(value) && random.below(2) === 0
      ? Object.fromEntries(Object.keys(value).map((name) => [name, spoil(null)]))
      : wrong();
  const spoilt = Object.fromEntries(
    Object.entries(fields).map(([name, one]) => [name, spoil(one)]),
  );
  if (type === 'open' && random.below(2) === 0) return { type, view: random.pick(ODD_VIEWS) };
  return { ...spoilt, type };
}

const isGroup = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** Of any kind but text, which may be right somewhere. At times very deep, or with names that mean something to JavaScript. */
function anything(random: Random, _end?: End, depth = 4): unknown {
  const more = () => anything(random, undefined, depth - 1);
  const atoms = [null, true, false, [], {}, new Date(0), /x/, 1n, new Map([['type', 'close']])];
  if (depth === 0 || random.below(3) === 0) return random.pick(atoms);
  if (random.below(20) === 0) return nested(2_000);
  if (random.below(3) === 0) return Array.from({ length: random.below(5) }, more);
  const names = [...MARKED, 'options', 'values', 'view', 'count', 'accent', '', '0', 'length'];
  const made: Record<string, unknown> = Object.create(null);
  for (let left = random.below(5); left > 0; left -= 1) {
    // An own field also where it is called `__proto__`.
    const field = { value: more(), enumerable: true, configurable: true, writable: true };
    Object.defineProperty(made, random.pick(names), field);
  }
  return made;
}

function nested(depth: number): unknown {
  let inner: unknown = null;
  for (let level = 0; level < depth; level += 1) inner = level % 2 === 0 ? [inner] : { inner };
  return inner;
}

function sampleOf(random: Random, { samples }: End): { type: string } {
  return random.pick(Object.values(samples));
}
