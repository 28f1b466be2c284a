/** One line of time out of an incident's report, comments and status changes. Pure. */
import type { Status } from '../../../shared/incident.ts';
import type { TeamIncident } from '../../../shared/types.ts';

/** Who speaks: the customer, the team to the customer, or the team to itself. */
export type Voice = 'customer' | 'team' | 'internal';

export type Entry =
  | { kind: 'day'; key: string; at: string }
  | { kind: 'text'; key: string; at: string; voice: Voice; author: string | null; text: string }
  | { kind: 'status'; key: string; at: string; status: Status; by: string | null };

/** The entries in the order in which things happened, with a mark where a new day begins. `author` null is the team. */
export function entriesOf(incident: TeamIncident): Entry[] {
  const report: Entry = {
    kind: 'text',
    key: incident.id,
    at: incident.createdAt,
    voice: incident.customer ? 'customer' : 'team',
    author: incident.customer?.name ?? null,
    text: incident.description,
  };
  const comments = incident.comments.map(
    (comment): Entry => ({
      kind: 'text',
      key: comment.id,
      at: comment.createdAt,
      voice: comment.isInternal ? 'internal' : comment.authorType === 'USER' ? 'team' : 'customer',
      author: comment.authorName,
      text: comment.content,
    }),
  );
  const changes = incident.history
    // The first one is the report itself.
    .filter((change, index) => index > 0 || change.status !== 'OPEN')
    .map((change): Entry => ({ kind: 'status', key: change.status + change.at, ...change }));
  const happened = [...comments, ...changes].sort((one, other) =>
    one.at < other.at ? -1 : one.at > other.at ? 1 : 0,
  );
  return withDays([...(incident.description ? [report] : []), ...happened]);
}

function withDays(entries: Entry[]): Entry[] {
  let today = '';
  return entries.flatMap((entry) => {
    const day = new Date(entry.at).toDateString();
    if (day === today) return [entry];
    today = day;
    return [{ kind: 'day', key: day, at: entry.at } as const, entry];
  });
}
