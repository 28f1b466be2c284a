/** The one that reads events for a node: one read at a time, from where it was, whatever happens to the database. */
import { pino } from 'pino';
import { afterEach, expect, it, vi } from 'vitest';
import type { Database } from '../../server/db/connection.ts';
import { createLocalWakeup } from '../../server/db/wakeup.ts';
import { createHub } from '../../server/live/hub.ts';
import { createReader, type Reader } from '../../server/live/reader.ts';
import { goLive, newStream } from '../../server/live/stream.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const LAST = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/** A database of numbered transactions with one event each, and a hub with one stream of the whole team. */
function build({ hasStream = true } = {}) {
  const state = { xmin: 10, xmax: 10, isAway: false, isHeldBack: false, reads: 0, atOnce: 0 };
  const query = async ({ name, values }: { name: string; values?: [string, string] }) => {
    state.atOnce += 1;
    expect(state.atOnce).toBe(1);
    await new Promise((resolve) => setImmediate(resolve));
    state.atOnce -= 1;
    if (state.isAway) throw new Error('away');
    if (name === 'events-present') return { rows: [{ xmin: String(state.xmin) }] };
    state.reads += 1;
    const present = { xmin: String(state.xmin), xmax: String(state.xmax), xid: null };
    const xids = Array.from({ length: state.xmin }, (_, xid) => xid).filter(
      (xid) => xid > Number(values?.[0]),
    );
    const rows = xids.map((xid) => ({
      ...{ ...present, xid: String(xid), id: '0', company_id: 'acme', incident_id: String(xid) },
      ...{ customer_id: null, kind: 'incident.updated', is_internal: false },
      ...{ status: null, comment_id: null, created_at: '2026-11-22T12:00:00.000Z' },
    }));
    const is_held_back = state.isHeldBack;
    return { rows: (rows.length > 0 ? rows : [present]).map((row) => ({ ...row, is_held_back })) };
  };
  const told: string[] = [];
  const sink = { write: (chunk: string | Buffer) => told.push(String(chunk)), end() {}, cut() {} };
  const hub = createHub();
  const stream = newStream({ side: 'team', companyId: null, keyId: 'k', deskSession: null }, sink);
  if (hasStream) {
    hub.add(stream);
    goLive(stream, { xid: 9n, id: LAST });
  }
  const wakeup = createLocalWakeup();
  const db = { pool: { query } } as unknown as Database;
  const said: string[] = [];
  const log = pino({}, { write: (line) => said.push(JSON.parse(line).msg) });
  const heldBack: number[] = [];
  const onHeldBack = (ms: number) => heldBack.push(ms);
  const reader: Reader = createReader({ db, wakeup, log, hub, onEvents: () => {}, onHeldBack });
  closing.push(() => reader.close());
  /** So many transactions are committed. */
  const commit = (count: number) => {
    state.xmin += count;
    state.xmax = Math.max(state.xmax, state.xmin);
    wakeup.wake();
  };
  const incidents = () => told.flatMap((text) => /"incidentId":"(\d+)"/.exec(text)?.[1] ?? []);
  return { state, reader, hub, stream, commit, wakeup, incidents, told, said, heldBack };
}

const numbers = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => String(from + index));

it('tells what is committed, once and in order, however often it is woken', async () => {
  const { reader, commit, wakeup, incidents } = build();
  await reader.place();
  for (let round = 0; round < 50; round += 1) {
    commit(round % 3);
    for (let count = 0; count < 10; count += 1) wakeup.wake();
    await new Promise((resolve) => setImmediate(resolve));
  }
  await vi.waitFor(() => expect(incidents()).toEqual(numbers(10, 59)), 4_000);
});

it('goes on where it was when the database was away', async () => {
  const { reader, state, commit, incidents } = build();
  await reader.place();
  state.isAway = true;
  commit(3);
  commit(2);
  await new Promise((resolve) => setImmediate(resolve));
  state.isAway = false;
  await vi.waitFor(() => expect(incidents()).toEqual(numbers(10, 15)), 4_000);
});

it('looks again by itself for what is held back', async () => {
  const { reader, state, commit, incidents } = build();
  await reader.place();
  state.isHeldBack = true;
  commit(0);
  await vi.waitFor(() => expect(state.reads).toBeGreaterThan(2), 4_000);
  state.xmin += 1;
  state.xmax += 1;
  await vi.waitFor(() => expect(incidents()).toEqual(['10']), 4_000);
});

it('says once that a transaction holds everything back for long, and when that is over', async () => {
  const { reader, state, commit, said, heldBack } = build();
  await reader.place();
  const looks = async () => {
    const before = state.reads;
    commit(0);
    await vi.waitFor(() => expect(state.reads).toBeGreaterThan(before + 2), 4_000);
  };
  state.isHeldBack = true;
  await looks();
  // One ends, and another one stands in the way: they come and go.
  commit(1);
  await looks();
  expect(said).toEqual([]);
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 6_000 });
  await looks();
  expect(said).toEqual([expect.stringContaining('held back')]);
  expect(heldBack.at(-1)).toBeGreaterThanOrEqual(5_000);
  vi.useRealTimers();
  state.isHeldBack = false;
  commit(1);
  await vi.waitFor(() => expect(said).toEqual([expect.anything(), 'live updates go on']), 4_000);
  expect(heldBack.at(-1)).toBe(0);
});

it('reads nothing on a node without streams, and begins at the present with the first one', async () => {
  const { reader, state, hub, stream, commit, incidents } = build({ hasStream: false });
  commit(5);
  hub.add(stream);
  expect(await reader.place()).toEqual({ xid: 14n, id: LAST });
  expect(state.reads).toBe(0);
  goLive(stream, await reader.place());
  commit(1);
  await vi.waitFor(() => expect(incidents()).toEqual(['15']), 4_000);
});

it('says that the database is away to whoever asks for a place, and not for ever', async () => {
  const { reader, state, hub, stream } = build({ hasStream: false });
  state.isAway = true;
  hub.add(stream);
  await expect(reader.place()).rejects.toThrow('away');
  state.isAway = false;
  expect(await reader.place()).toEqual({ xid: 9n, id: LAST });
});

it('has everybody read everything again when the database has gone back in time', async () => {
  const { reader, state, commit, told, incidents } = build();
  await reader.place();
  commit(10);
  await vi.waitFor(() => expect(incidents()).toHaveLength(10), 4_000);
  Object.assign(state, { xmin: 12, xmax: 12 });
  commit(0);
  await vi.waitFor(() => expect(told.at(-1)).toMatch(/^id: 11-.*\nevent: resync\n/), 4_000);
  commit(1);
  await vi.waitFor(() => expect(incidents().slice(10)).toEqual(['12']), 4_000);
});
