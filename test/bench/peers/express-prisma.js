/** C, the stack that most take: Express with Prisma, the token's secret a string. */
import { PrismaPg } from '@prisma/adapter-pg';
import express from 'express';
import { v7 } from 'uuid';
import {
  announce,
  isReport,
  PAGE_SIZE,
  PATHS,
  PORT,
  pool,
  STRING_KEY,
  toIncident,
  toPage,
  UUID,
  verify,
} from './contract.js';
import { PrismaClient } from './generated/client.js';

const prisma = new PrismaClient({ adapter: new PrismaPg(pool) });
const app = express();
app.use(express.json({ limit: '64kb' }));
app.use((request, response, next) => {
  request.actor = verify(request.headers.authorization, STRING_KEY);
  if (request.actor === null) response.status(401).json({ message: 'Unauthorized' });
  else next();
});

const ownOf = ({ actor }) => ({ company_id: actor.companyId, customer_id: actor.customerId });

app.get(PATHS.list, async (request, response) => {
  const own = ownOf(request);
  const [counts, rows] = await Promise.all([
    prisma.incident_counts.findUnique({ where: { company_id_customer_id: own } }),
    prisma.incidents.findMany({
      where: own,
      orderBy: { customer_seq: 'desc' },
      take: PAGE_SIZE + 1,
    }),
  ]);
  response.json({ message: 'Your incidents.', data: toPage(counts, rows) });
});

app.get(`${PATHS.get}:id`, async (request, response) => {
  const { id } = request.params;
  const row = UUID.test(id)
    ? await prisma.incidents.findFirst({
        where: { ...ownOf(request), id },
        include: {
          comments: { orderBy: [{ created_at: 'asc' }, { id: 'asc' }] },
          history: { orderBy: [{ at: 'asc' }, { id: 'asc' }] },
        },
      })
    : null;
  if (row === null) response.status(404).json({ message: 'Not found' });
  else response.json({ message: 'Incident.', data: toIncident(row, row.comments, row.history) });
});

app.post(PATHS.create, async (request, response) => {
  const { body } = request;
  if (!isReport(body)) return response.status(422).json({ message: 'Invalid' });
  const own = ownOf(request);
  const { company_id } = own;
  const id = v7();
  const row = await prisma.$transaction(async (trx) => {
    const { last_seq } = await trx.incident_counts.update({
      where: { company_id_customer_id: own },
      data: { last_seq: { increment: 1 }, open: { increment: 1 } },
    });
    const day = new Date(new Date().toISOString().slice(0, 10));
    const { last } = await trx.ticket_counters.upsert({
      where: { company_id_day: { company_id, day } },
      create: { company_id, day, last: 1 },
      update: { last: { increment: 1 } },
    });
    const number = `INC-${day.toISOString().slice(0, 10).replaceAll('-', '')}-${String(last).padStart(4, '0')}`;
    const made = await trx.incidents.create({
      data: {
        ...own,
        ...{ id, customer_seq: last_seq, ticket_number: number, status: 'OPEN', source: 'PORTAL' },
        short_description: body.shortDescription,
        description: body.description,
        ...{ priority: body.priority, category: body.category },
      },
    });
    const { created_at: at } = made;
    await trx.incident_history.create({
      data: { ...own, incident_id: id, id: v7(), status: 'OPEN', at },
    });
    const event = { incident_id: id, kind: 'incident.created', payload: {} };
    await trx.events.create({ data: { ...own, ...event, id: v7(), is_internal: false } });
    await trx.outbox.create({ data: { company_id, ...event, id: v7() } });
    return made;
  });
  const history = [{ status: row.status, at: row.created_at }];
  response.status(201).json({ message: 'Reported.', data: toIncident(row, [], history) });
});

const server = app.listen(PORT, '127.0.0.1', () => announce(server));
