/** Prometheus metrics: requests by route and never by address, the pool's state, live streams, deliveries. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Database } from '../db/connection.ts';

export interface Metrics {
  /** `route` is the declared path, so that ids do not multiply the series. */
  observe(method: string, route: string, status: number, seconds: number): void;
  /** Live streams, by who listens: a customer or the team. */
  streamOpened(side: string): void;
  streamClosed(side: string): void;
  eventsRead(count: number): void;
  /** For how long one open transaction has kept live updates waiting; 0 where none does. */
  eventsHeldBack(seconds: number): void;
  /** An attempt at a delivery, by its kind and what became of it. */
  countDelivery(kind: string, outcome: string): void;
  contentType: string;
  text(): Promise<string>;
}

export function createMetrics({ pool }: Database): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: 'porthole_http_request_seconds',
    help: 'Time from the first byte of a request to the end of its answer.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  });
  new Gauge({
    name: 'porthole_database_connections',
    help: 'Connections of the pool, by state; waiting counts those who have none, reads that share one as one.',
    labelNames: ['state'],
    registers: [registry],
    collect() {
      this.set({ state: 'idle' }, pool.idleCount);
      this.set({ state: 'busy' }, pool.totalCount - pool.idleCount);
      this.set({ state: 'waiting' }, pool.waitingCount);
    },
  });
  const streams = new Gauge({
    name: 'porthole_live_streams',
    help: 'Open live streams, by who listens.',
    labelNames: ['side'],
    registers: [registry],
  });
  const events = new Counter({
    name: 'porthole_events_read_total',
    help: 'Events read to be told to live streams.',
    registers: [registry],
  });
  const heldBack = new Gauge({
    name: 'porthole_events_held_back_seconds',
    help: 'For how long an open transaction has held live updates back; 0 where none does.',
    registers: [registry],
  });
  const deliveries = new Counter({
    name: 'porthole_delivery_attempts_total',
    help: 'Attempts at deliveries, by kind and outcome (again: it will be tried again).',
    labelNames: ['kind', 'outcome'],
    registers: [registry],
  });
  new Gauge({
    name: 'porthole_deliveries_waiting',
    help: 'Deliveries that have not arrived yet, by kind; counted up to 10,000.',
    labelNames: ['kind'],
    registers: [registry],
    async collect() {
      for (const kind of ['webhook', 'email']) {
        // Without the database there are metrics nevertheless.
        const waiting = await countWaiting(pool, kind).catch(() => Number.NaN);
        this.set({ kind }, waiting);
      }
    },
  });
  return {
    observe: (method, route, status, seconds) =>
      requests.observe({ method, route, status }, seconds),
    streamOpened: (side) => streams.inc({ side }),
    streamClosed: (side) => streams.dec({ side }),
    eventsRead: (count) => events.inc(count),
    eventsHeldBack: (seconds) => heldBack.set(seconds),
    countDelivery: (kind, outcome) => deliveries.inc({ kind, outcome }),
    contentType: registry.contentType,
    text: () => registry.metrics(),
  };
}

async function countWaiting(pool: Database['pool'], kind: string): Promise<number> {
  const { rows } = await pool.query(
    `select count(*)::int as waiting from (
       select from deliveries where kind = '${kind}' and status = 'pending' limit 10000) as found`,
  );
  return rows[0].waiting;
}
