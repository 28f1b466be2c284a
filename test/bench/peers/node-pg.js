/**
 * A, the practical limit: node:http and pg by hand. Named prepared statements, what belongs together sent in one go, times left as
 * text, verified tokens remembered, a report written by one statement.
 */
import http from 'node:http';
import pg from 'pg';
import { v7 } from 'uuid';
import {
  announce,
  isReport,
  PATHS,
  PORT,
  pool as poolSettings,
  toIncident,
  toPage,
  UUID,
  verify,
} from './contract.js';

const isoTime = (text) =>
  `${text.slice(0, 10)}T${text.slice(11, 19)}.${text.slice(20, -3).padEnd(3, '0')}Z`;
const types = new pg.TypeOverrides();
types.setTypeParser(pg.types.builtins.TIMESTAMPTZ, isoTime);
const pool = new pg.Pool({ ...poolSettings, types, pipeline: true });
pool.on('connect', (client) => client.query("set timezone to 'UTC'"));

const COLUMNS = `id, ticket_number, short_description, description, priority, category, status, company_id, customer_id,
  created_at, updated_at, resolved_at, closed_at, is_unread`;
const OWN = 'company_id = $1 and customer_id = $2';
const LIST = `select ${COLUMNS}, comment_count, customer_seq from incidents where ${OWN} order by customer_seq desc limit 21`;
const COUNTS = `select * from incident_counts where ${OWN}`;
const GET = `select ${COLUMNS} from incidents where ${OWN} and id = $3`;
const COMMENTS =
  'select id, content, author_type, author_name, created_at, updated_at from comments where company_id = $1 and incident_id = $2 order by created_at, id';
const HISTORY =
  'select status, at from incident_history where company_id = $1 and incident_id = $2 order by at, id';
const CREATE = `with counted as (
    update incident_counts set last_seq = last_seq + 1, open = open + 1 where ${OWN} returning last_seq
  ), ticket as (
    insert into ticket_counters (company_id, day, last) values ($1, (now() at time zone 'UTC')::date, 1)
    on conflict (company_id, day) do update set last = ticket_counters.last + 1 returning day, last
  ), made as (
    insert into incidents (company_id, id, customer_id, customer_seq, ticket_number, short_description, description,
      priority, category, status, source)
    select $1, $3, $2, last_seq, 'INC-' || to_char(day, 'YYYYMMDD') || '-' || lpad(last::text, 4, '0'), $4, $5, $6, $7,
      'OPEN', 'PORTAL' from counted, ticket returning ${COLUMNS}
  ), history as (
    insert into incident_history (company_id, incident_id, id, customer_id, status)
    select $1, $3, $8, $2, 'OPEN' from made
  ), event as (
    insert into events (company_id, id, incident_id, customer_id, kind, is_internal, payload)
    select $1, $9, $3, $2, 'incident.created', false, '{}' from made
  ), told as (
    insert into outbox (company_id, id, incident_id, kind, payload)
    select $1, $10, $3, 'incident.created', '{}' from made
  ) select * from made`;

const known = new Map();
const who = (header) => {
  const found = known.get(header);
  if (found !== undefined) return found;
  if (known.size > 10_000) known.clear();
  const actor = verify(header);
  if (actor !== null) known.set(header, actor);
  return actor;
};

/** Several statements on one connection, in one round trip. */
async function together(...queries) {
  const client = await pool.connect();
  const results = await Promise.all(queries.map((one) => client.query(one))).finally(() =>
    client.release(),
  );
  return results.map(({ rows }) => rows);
}

function send(response, status, body) {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}

const refuse = (response, status) => send(response, status, { message: http.STATUS_CODES[status] });

async function answer(request, response) {
  const actor = who(request.headers.authorization);
  if (actor === null) return refuse(response, 401);
  const { companyId, customerId } = actor;
  const own = [companyId, customerId];
  const path = request.url.split('?', 1)[0];
  if (request.method === 'GET' && path === PATHS.list) {
    const [[counts], rows] = await together(
      { name: 'counts', text: COUNTS, values: own },
      { name: 'list', text: LIST, values: own },
    );
    return send(response, 200, { message: 'Your incidents.', data: toPage(counts, rows) });
  }
  if (request.method === 'GET' && path.startsWith(PATHS.get)) {
    const id = path.slice(PATHS.get.length);
    if (!UUID.test(id)) return refuse(response, 404);
    const [[row], comments, history] = await together(
      { name: 'get', text: GET, values: [...own, id] },
      { name: 'comments', text: COMMENTS, values: [companyId, id] },
      { name: 'history', text: HISTORY, values: [companyId, id] },
    );
    if (row === undefined) return refuse(response, 404);
    return send(response, 200, { message: 'Incident.', data: toIncident(row, comments, history) });
  }
  if (request.method === 'POST' && path === PATHS.create) {
    let text = '';
    for await (const chunk of request.setEncoding('utf8')) text += chunk;
    const body = JSON.parse(text);
    if (!isReport(body)) return refuse(response, 422);
    const { shortDescription, description, priority, category } = body;
    const said = [shortDescription, description, priority, category];
    const values = [...own, v7(), ...said, v7(), v7(), v7()];
    const { rows } = await pool.query({ name: 'create', text: CREATE, values });
    const [row] = rows;
    const history = [{ status: row.status, at: row.created_at }];
    return send(response, 201, { message: 'Reported.', data: toIncident(row, [], history) });
  }
  refuse(response, 404);
}

const server = http.createServer((request, response) => {
  answer(request, response).catch((error) => {
    console.error(error);
    refuse(response, 500);
  });
});
server.listen(PORT, '127.0.0.1', () => announce(server));
