/**
 * What every peer is given and answers: settings from the environment, the token check, what a report must hold, and the
 * wire form of rows. The peers do what Porthole's answer takes and nothing of what protects it: no session check, no row
 * security, no limits, no log, no idempotency.
 */
import { createSecretKey } from 'node:crypto';
import jwt from 'jsonwebtoken';

const { DATABASE_URL = '', BENCH_SECRET = '', POOL = '10' } = process.env;
export const PORT = Number(process.env.PORT);
export const pool = { connectionString: DATABASE_URL, max: Number(POOL) };

export const STRING_KEY = BENCH_SECRET;
export const KEY = createSecretKey(Buffer.from(BENCH_SECRET));

/** Who asks, or null. */
export function verify(header = '', key = KEY) {
  if (!header.startsWith('Bearer ')) return null;
  try {
    const { sub, cid } = jwt.verify(header.slice('Bearer '.length), key, { algorithms: ['HS256'] });
    return { customerId: sub, companyId: cid };
  } catch {
    return null;
  }
}

export const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const PRIORITIES = ['INFORMATIONAL', 'LOW', 'MEDIUM', 'HIGH', 'CRITICAL'];

export const isReport = (body) =>
  typeof body?.shortDescription === 'string' &&
  body.shortDescription.length <= 120 &&
  typeof body.description === 'string' &&
  body.description.length <= 8000 &&
  PRIORITIES.includes(body.priority) &&
  typeof body.category === 'string';

export const PAGE_SIZE = 20;

/** A row of `incidents`, as the wire has it. */
export const toFields = (row) => ({
  id: row.id,
  ticketNumber: row.ticket_number,
  shortDescription: row.short_description,
  description: row.description,
  priority: row.priority,
  category: row.category,
  status: row.status,
  companyId: row.company_id,
  customerId: row.customer_id,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  resolvedAt: row.resolved_at,
  closedAt: row.closed_at,
});

/** The first page, of one row more than it shows. */
export function toPage(counts, rows) {
  const { open, acknowledged, investigation, mitigated, resolved, closed, unread } = counts;
  const total = open + acknowledged + investigation + mitigated + resolved + closed;
  const shown = rows.slice(0, PAGE_SIZE);
  return {
    incidents: shown.map((row) => ({
      ...toFields(row),
      commentCount: row.comment_count,
      isUnread: row.is_unread,
    })),
    total,
    page: 1,
    totalPages: Math.max(1, Math.ceil(total / PAGE_SIZE)),
    nextCursor: rows.length > PAGE_SIZE ? String(shown.at(-1).customer_seq) : null,
    counts: {
      OPEN: open,
      ACKNOWLEDGED: acknowledged,
      INVESTIGATION: investigation,
      MITIGATED: mitigated,
      RESOLVED: resolved,
      CLOSED: closed,
    },
    unread,
  };
}

/** One incident; `comments` and `history` as rows. */
export const toIncident = (row, comments, history) => ({
  ...toFields(row),
  isUnread: row.is_unread,
  comments: comments.map((one) => ({
    id: one.id,
    content: one.content,
    authorType: one.author_type,
    authorName: one.author_name,
    isInternal: false,
    createdAt: one.created_at,
    updatedAt: one.updated_at,
  })),
  history: history.map(({ status, at }) => ({ status, at })),
  attachments: [],
});

/** Tells the benchmark where to ask. */
export const announce = (server) =>
  console.log(JSON.stringify({ url: `http://127.0.0.1:${server.address().port}` }));

export const PATHS = {
  list: '/api/v1/customer/get-incidents',
  get: '/api/v1/customer/get-incident/',
  create: '/api/v1/customer/create-incident',
};
