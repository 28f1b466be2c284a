/**
 * Where the next bottleneck is when everything grows: a calculation, not a measurement. The load of the benchmark's operator
 * (dataset.ts) is multiplied, priced with what `npm run bench -- cost` measured, and held against what one of each thing
 * can do. `node test/bench/growth-model.js` prints it; server/GROWTH.md holds what it prints.
 */

interface Input {
  value: number;
  unit: string;
  /** What measured it, where it is written, or that it is assumed. */
  source: string;
}

const measured = (value: number, unit: string): Input => ({
  ...{ value, unit, source: 'npm run bench -- cost, 27 November 2026, two cores' },
});
const assumed = (value: number, unit: string): Input => ({ value, unit, source: 'assumed' });
const from = (source: string, value: number, unit: string): Input => ({ value, unit, source });

/** Everything that the model knows. */
export const INPUTS = {
  // Whose load it is.
  companies: from('test/bench/dataset.ts', 50, 'companies'),
  customers: from('test/bench/dataset.ts', 20_000, 'customers'),
  reports: from('test/bench/dataset.ts: 400,000 in 180 days', 2_222, 'reports a day'),
  largestCompany: from(
    'test/bench/dataset.ts: a fiftieth of all but a customer who has a sixteenth',
    0.08,
    'of everything',
  ),
  // What people do.
  opens: assumed(0.1, 'of customers open the panel on a day'),
  listsOfAnOpening: assumed(2, 'lists'),
  getsOfAnOpening: assumed(3, 'incidents read'),
  logInsOfAnOpening: assumed(0.1, 'log-ins'),
  openSeconds: assumed(600, 'seconds that a panel stays open'),
  repliesOfAReport: assumed(3, 'comments, of both sides'),
  movesOfAReport: assumed(2, 'changes of status'),
  readsOfTheTeam: assumed(10, 'lists and incidents read at the desk for each report'),
  busiestHour: assumed(0.15, 'of a day'),
  rush: assumed(20, 'times the busiest hour, in one company whose service is down'),
  webhooks: assumed(1, 'webhook of each company'),
  // What it costs.
  node: {
    door: measured(81, 'microseconds'),
    list: measured(190, 'microseconds'),
    get: measured(104, 'microseconds'),
    write: measured(365, 'microseconds'),
    event: measured(84, 'microseconds'),
    message: assumed(1_000, 'microseconds'),
    logIn: from('bcrypt alone, cost 10, the same processor', 53_000, 'microseconds'),
  },
  postgres: {
    door: measured(33, 'microseconds'),
    list: measured(180, 'microseconds'),
    get: measured(93, 'microseconds'),
    write: measured(774, 'microseconds'),
    message: assumed(1_000, 'microseconds'),
    /** One of those that a node asks about together. */
    streamCheck: assumed(20, 'microseconds'),
  },
  log: measured(4_894, 'bytes of write-ahead log for each change'),
  disk: measured(2_221, 'bytes for each change, for good'),
  oneCompany: measured(930, 'reports a second of one company'),
  receiver: assumed(0.2, 'seconds until a webhook has answered'),
  // What there is.
  useOfANode: assumed(0.5, 'of its thread: above it, answers wait for each other'),
  useOfPostgres: assumed(0.6, 'of its processors'),
  cores: assumed(64, 'processors of the largest PostgreSQL that one wants to run'),
  connections: assumed(300, 'connections that PostgreSQL holds well'),
  pool: from('DATABASE_POOL, and one to listen', 11, 'connections of a node'),
  streams: from('npm run bench -- live: more were not tried', 10_000, 'streams of a node'),
  endpoint: from('server/db/delivery-claims.ts', 2, 'messages under way to one webhook'),
  volume: assumed(10, 'terabytes on one volume'),
  logRate: assumed(200, 'megabytes of log a second that a volume and a standby take'),
} as const;

const MICRO = 1e-6;
const STREAM_CHECK_SECONDS = 2.5;

export interface Need {
  times: number;
  customers: number;
  /** All of a second of the busiest hour. */
  requests: number;
  changes: number;
  streams: number;
  /** Seconds of a node's thread in each second, without the events. */
  nodeWork: number;
  /** Infinite where no number is enough. */
  nodes: number;
  /** Of each node's thread, for the events that all nodes read. */
  eventShare: number;
  cores: number;
  connections: number;
  /** Megabytes a second. */
  log: number;
  terabytesAYear: number;
  /** Reports a second of the largest company in a rush. */
  rush: number;
  /** Messages a second to the webhook of the largest company. */
  toOneWebhook: number;
}

/** What so many times the load needs. */
export function needOf(times: number): Need {
  const { node, postgres } = INPUTS;
  const value = ({ value }: Input) => value;
  const perSecond = (aDay: number) => (aDay * times * value(INPUTS.busiestHour)) / 3_600;
  const openings = perSecond(value(INPUTS.customers) * value(INPUTS.opens));
  const reports = perSecond(value(INPUTS.reports));
  const changesOfAReport = 1 + value(INPUTS.repliesOfAReport) + value(INPUTS.movesOfAReport);
  const changes = reports * changesOfAReport;
  const streams = openings * value(INPUTS.openSeconds);
  const teamReads = reports * value(INPUTS.readsOfTheTeam);
  const asked = {
    door: openings,
    list: openings * value(INPUTS.listsOfAnOpening) + teamReads / 2,
    // Whoever has the panel open reads again what has changed.
    get: openings * value(INPUTS.getsOfAnOpening) + teamReads / 2 + changes,
    write: changes,
    message: changes * value(INPUTS.webhooks),
  };
  const kinds = Object.keys(asked) as (keyof typeof asked)[];
  const work = (costs: Record<keyof typeof asked, Input>) =>
    kinds.reduce((sum, kind) => sum + asked[kind] * value(costs[kind]) * MICRO, 0);

  const logIns = openings * value(INPUTS.logInsOfAnOpening);
  const eventShare = changes * value(node.event) * MICRO;
  const free = value(INPUTS.useOfANode) - eventShare;
  const nodeWork = work(node) + logIns * value(node.logIn) * MICRO;
  const enough = free <= 0 ? Number.POSITIVE_INFINITY : nodeWork / free;
  // Two, so that one may end.
  const nodes = Math.max(2, Math.ceil(enough), Math.ceil(streams / value(INPUTS.streams)));
  const checks = (streams / STREAM_CHECK_SECONDS) * value(postgres.streamCheck) * MICRO;
  const ofLargest = value(INPUTS.largestCompany);
  return {
    times,
    customers: value(INPUTS.customers) * times,
    requests: logIns + asked.door + asked.list + asked.get + asked.write,
    ...{ changes, streams, nodeWork, nodes, eventShare },
    cores: (work(postgres) + checks) / value(INPUTS.useOfPostgres),
    connections: nodes * value(INPUTS.pool),
    log: (changes * value(INPUTS.log)) / 1e6,
    terabytesAYear:
      (value(INPUTS.reports) * changesOfAReport * times * 365 * value(INPUTS.disk)) / 1e12,
    rush: reports * ofLargest * value(INPUTS.rush),
    toOneWebhook: changes * ofLargest * value(INPUTS.webhooks),
  };
}

interface Limit {
  /** What gives way, and what one does then. */
  what: string;
  remedy: string;
  /** 1 where it is used up. */
  use(need: Need): number;
}

const LIMITS: readonly Limit[] = [
  {
    what: `two nodes: ${spelled(INPUTS.streams.value)} streams each, more were not tried`,
    remedy: 'a third node',
    use: ({ streams }) => streams / INPUTS.streams.value / 2,
  },
  {
    what: 'two nodes: half of their time',
    remedy: 'a third node',
    use: ({ nodeWork, eventShare }) => (nodeWork / 2 + eventShare) / INPUTS.useOfANode.value,
  },
  {
    what: 'two processors of PostgreSQL',
    remedy: 'a machine with more',
    use: ({ cores }) => cores / 2,
  },
  {
    what: `${INPUTS.connections.value} connections`,
    remedy: 'a pooler (README, "Many nodes")',
    use: ({ connections }) => connections / INPUTS.connections.value,
  },
  {
    what: 'one webhook of the largest company: two messages at a time',
    remedy: 'let its receiver answer at once and work afterwards: it falls behind, nothing is lost',
    use: ({ toOneWebhook }) => (toOneWebhook * INPUTS.receiver.value) / INPUTS.endpoint.value,
  },
  {
    what: 'reports of the largest company in a rush: one counter of tickets',
    remedy: 'a faster disk for the log: each report waits for the commit before it',
    use: ({ rush }) => rush / INPUTS.oneCompany.value,
  },
  {
    what: `${INPUTS.volume.value} TB after a year`,
    remedy: 'a larger volume: incidents are kept for ever',
    use: ({ terabytesAYear }) => terabytesAYear / INPUTS.volume.value,
  },
  {
    what: "every node reads every event: half of a node's time",
    remedy: 'a second installation: more nodes no longer help',
    use: ({ eventShare }) => eventShare / INPUTS.useOfANode.value,
  },
  {
    what: `${INPUTS.cores.value} processors of PostgreSQL`,
    remedy: 'another installation, or Citus',
    use: ({ cores }) => cores / INPUTS.cores.value,
  },
  {
    what: `${INPUTS.logRate.value} MB of log a second`,
    remedy: 'another installation, or Citus',
    use: ({ log }) => log / INPUTS.logRate.value,
  },
];

const FARTHEST = 1_000_000;

/** At how many times the load each limit is reached, the nearest first. */
export function waysOut(): (Limit & { times: number })[] {
  return LIMITS.map((limit) => ({ times: firstOver(limit.use), ...limit })).sort(
    (a, b) => a.times - b.times,
  );
}

/** Every use grows with the load. */
function firstOver(use: Limit['use']): number {
  let [below, above] = [0, FARTHEST];
  while (above - below > 1) {
    const middle = Math.floor((below + above) / 2);
    if (use(needOf(middle)) >= 1) above = middle;
    else below = middle;
  }
  return above;
}

/** How many times the load one node carries. */
export function ofOneNode(): number {
  return firstOver(({ nodeWork }) => nodeWork / INPUTS.useOfANode.value);
}

export const TIMES = [1, 10, 100, 1_000, 10_000] as const;

const ROWS: readonly [string, (need: Need) => number, number?][] = [
  ['customers', ({ customers }) => customers],
  ['requests a second, busiest hour', ({ requests }) => requests],
  ['of them changes, each an event', ({ changes }) => changes, 1],
  ['open streams', ({ streams }) => streams],
  ['node processes', ({ nodes }) => nodes],
  ["of each node's time for the events of all, %", ({ eventShare }) => eventShare * 100, 1],
  ['processors of PostgreSQL', ({ cores }) => cores, 1],
  ['its connections without a pooler', ({ connections }) => connections],
  ['its log, MB a second', ({ log }) => log, 1],
  ['its disk, TB more each year', ({ terabytesAYear }) => terabytesAYear, 2],
  ['reports a second in the largest company, in a rush', ({ rush }) => rush, 1],
  ['messages a second to its webhook', ({ toOneWebhook }) => toOneWebhook, 1],
];

/** Both tables as Markdown, as they stand in server/GROWTH.md. */
export function growthTables(): string {
  const needs = TIMES.map(needOf);
  const oneNode = ofOneNode();
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    line(['', ...TIMES.map((times) => `x ${spelled(times)}`)]),
    line(['---', ...TIMES.map(() => '---:')]),
    ...ROWS.map(([what, of, digits]) =>
      line([what, ...needs.map((one) => spelled(of(one), digits))]),
    ),
    '',
    line(['at', 'that is, of what one node carries', 'gives way', 'then']),
    line(['---:', '---:', '---', '---']),
    ...waysOut().map(({ times, what, remedy }) =>
      line([`x ${spelled(times)}`, `x ${spelled(times / oneNode, 1)}`, what, remedy]),
    ),
  ].join('\n');
}

function spelled(value: number, digits = 0): string {
  if (value === Number.POSITIVE_INFINITY) return 'none is enough';
  return value.toLocaleString('en', { maximumFractionDigits: digits });
}
