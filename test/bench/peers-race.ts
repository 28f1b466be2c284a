/** Porthole beside its peers on the same rows. */
import {
  contest,
  described,
  type Job,
  type Request,
  type Result,
  ratio,
  timing,
} from './contest.ts';
import { type Bench, figure, judged, type Row } from './part.ts';
import type { Side } from './sides.ts';

export const CONNECTIONS = 32;

/** By the letters of the targets: A is the practical limit, B how one writes Koa, C what most take. */
export type Peers = Partial<Record<'A' | 'B' | 'C', Side>>;
/** At least so many times the peer's rate. */
export type Targets = Partial<Record<keyof Peers, number>>;

/** Loads ours and the peers in turns with one kind of request, and judges each ratio and our own spread of times. */
export async function race(
  { isShort, databases }: Bench,
  what: string,
  {
    ours,
    peers,
    targets,
    requests,
  }: { ours: Side; peers: Peers; targets: Targets; requests: Request[] },
): Promise<Row[]> {
  const databasePid = (await databases.postgres()).pid();
  const { seconds, rounds } = timing({ isShort }, { seconds: 4, rounds: 7 });
  const job: Job = { requests, connections: CONNECTIONS, seconds };
  const sides = [ours, ...Object.values(peers)];
  const result = await contest(sides, () => job, { rounds, databasePid });
  return [
    ...Object.entries(targets).map(([letter, atLeast]) =>
      beside(result, what, ours, peers[letter as keyof Peers], letter, atLeast),
    ),
    spreadOfTimes(result, what, ours),
  ];
}

function beside(
  result: Result,
  what: string,
  ours: Side,
  peer: Side | undefined,
  letter: string,
  atLeast: number,
): Row {
  if (peer === undefined) throw new Error(`no peer ${letter}`);
  const title = `${what}, ratio to ${letter} (${peer.name})`;
  const note = `${letter}: ${described(result, peer)}`;
  return judged(title, ratio(result, ours, peer), { atLeast }, { note });
}

function spreadOfTimes(result: Result, what: string, ours: Side): Row {
  const spread = (result.get(ours) ?? []).map(({ p50, p99 }) => p99 / p50);
  const title = `${what}, p99 / p50 at ${CONNECTIONS} connections`;
  return judged(
    title,
    figure(spread),
    { atMost: 3 },
    { note: `Porthole: ${described(result, ours)}` },
  );
}
