/** B, as one writes Koa with Knex: router, body parser, query builder, a transaction for a report. */
import Router from '@koa/router';
import knexFactory from 'knex';
import Koa from 'koa';
import { koaBody } from 'koa-body';
import { v7 } from 'uuid';
import {
  announce,
  isReport,
  PAGE_SIZE,
  PATHS,
  PORT,
  pool,
  toIncident,
  toPage,
  UUID,
  verify,
} from './contract.js';

const knex = knexFactory({
  client: 'pg',
  connection: pool.connectionString,
  pool: { min: 0, max: pool.max },
});
const app = new Koa();
const router = new Router();

app.use(async (context, next) => {
  context.state.actor = verify(context.get('authorization'));
  if (context.state.actor === null) context.throw(401);
  await next();
});
app.use(koaBody());

const ownOf = ({ state: { actor } }) => ({
  company_id: actor.companyId,
  customer_id: actor.customerId,
});

router.get(PATHS.list, async (context) => {
  const own = ownOf(context);
  const [counts, rows] = await Promise.all([
    knex('incident_counts').where(own).first(),
    knex('incidents')
      .where(own)
      .orderBy('customer_seq', 'desc')
      .limit(PAGE_SIZE + 1),
  ]);
  context.body = { message: 'Your incidents.', data: toPage(counts, rows) };
});

router.get(`${PATHS.get}:id`, async (context) => {
  const { id } = context.params;
  if (!UUID.test(id)) context.throw(404);
  const own = ownOf(context);
  const row = await knex('incidents')
    .where({ ...own, id })
    .first();
  if (row === undefined) context.throw(404);
  const of = { company_id: own.company_id, incident_id: id };
  const [comments, history] = await Promise.all([
    knex('comments').where(of).orderBy(['created_at', 'id']),
    knex('incident_history').where(of).orderBy(['at', 'id']),
  ]);
  context.body = { message: 'Incident.', data: toIncident(row, comments, history) };
});

router.post(PATHS.create, async (context) => {
  const { body } = context.request;
  if (!isReport(body)) context.throw(422);
  const own = ownOf(context);
  const { company_id } = own;
  const id = v7();
  const row = await knex.transaction(async (trx) => {
    const [{ last_seq }] = await trx('incident_counts')
      .where(own)
      .update({ last_seq: trx.raw('last_seq + 1'), open: trx.raw('open + 1') })
      .returning('last_seq');
    const [{ number }] = await trx('ticket_counters')
      .insert({ company_id, day: trx.raw("(now() at time zone 'UTC')::date"), last: 1 })
      .onConflict(['company_id', 'day'])
      .merge({ last: trx.raw('ticket_counters.last + 1') })
      .returning(
        trx.raw("'INC-' || to_char(day, 'YYYYMMDD') || '-' || lpad(last::text, 4, '0') as number"),
      );
    const [made] = await trx('incidents')
      .insert({
        ...own,
        ...{ id, customer_seq: last_seq, ticket_number: number, status: 'OPEN', source: 'PORTAL' },
        short_description: body.shortDescription,
        description: body.description,
        ...{ priority: body.priority, category: body.category },
      })
      .returning('*');
    await trx('incident_history').insert({ ...own, incident_id: id, id: v7(), status: 'OPEN' });
    const event = { incident_id: id, kind: 'incident.created', payload: '{}' };
    await trx('events').insert({ ...own, ...event, id: v7(), is_internal: false });
    await trx('outbox').insert({ company_id, ...event, id: v7() });
    return made;
  });
  context.status = 201;
  const history = [{ status: row.status, at: row.created_at }];
  context.body = { message: 'Reported.', data: toIncident(row, [], history) };
});

app.use(router.routes());
const server = app.listen(PORT, '127.0.0.1', () => announce(server));
