/** The audit log as admin keys, and the keys of a company that may manage it, read and export it. */
import { z } from 'zod';
import { AUDIT_ACTIONS, AUDIT_ACTORS, AUDIT_SUBJECTS } from '../audit.ts';
import { LIMITS } from '../limits.ts';
import { moment, queryNumber, time, uuid } from './fields.ts';

const companyId = uuid('companyId').optional().meta({
  description: "Only what concerns this company; for a company's own key always its own.",
});

const NO_CURSOR = 'before must be a nextCursor of an earlier answer.';

/** Time and id of the last entry that was read. The time is read as one, since 30 February would be no fault of ours. */
const cursor = z
  .string({ error: 'before may be given once.' })
  .regex(
    /^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z_[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
    NO_CURSOR,
  )
  .refine((value) => !Number.isNaN(Date.parse(value.slice(0, 24))), NO_CURSOR)
  .transform((value) => ({ at: new Date(value.slice(0, 24)).toISOString(), id: value.slice(25) }));

export const auditQuery = z.object({
  companyId,
  action: z
    .enum(AUDIT_ACTIONS, { error: 'action must be one that the log knows, such as key.created.' })
    .optional(),
  subjectId: uuid('subjectId')
    .optional()
    .meta({ description: 'Only what was done to this: the id of an incident, a key, a webhook.' }),
  before: cursor.optional().meta({
    description: 'The nextCursor of an earlier answer: what is older than its last entry.',
  }),
  limit: queryNumber('limit', 1, LIMITS.pageSize, 50),
});

export const auditExportQuery = z.object({
  companyId,
  format: z.enum(['csv', 'ndjson'], { error: 'format must be csv or ndjson.' }).default('csv'),
  from: moment('from')
    .optional()
    .meta({ description: 'From this moment on; everything when left out.' }),
  to: moment('to').optional().meta({ description: 'Before this moment; until now when left out.' }),
});

const change = z.record(z.string(), z.unknown()).nullable();

export const auditEntry = z
  .object({
    id: z.uuid(),
    at: time,
    companyId: z.uuid().nullable(),
    actor: z.object({
      type: z.enum(AUDIT_ACTORS),
      id: z.uuid().nullable(),
      name: z.string(),
    }),
    ip: z.string().nullable(),
    action: z.string().meta({ description: `Such as ${AUDIT_ACTIONS.slice(0, 3).join(', ')}.` }),
    subject: z.object({ type: z.enum(AUDIT_SUBJECTS), id: z.uuid() }).nullable(),
    before: change,
    after: change,
  })
  .meta({ id: 'AuditEntry' });

export const auditPage = z
  .object({
    entries: z.array(auditEntry),
    nextCursor: z.string().nullable().meta({ description: 'Null on the last page.' }),
  })
  .meta({ id: 'AuditPage' });
