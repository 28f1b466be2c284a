/** The audit log: read and exported, by keys that may manage. No route changes or deletes a row. */
import { auditExportQuery, auditPage, auditQuery } from '../../shared/schemas/audit.ts';
import { listAudit, walkAudit } from '../db/audit-log.ts';
import { companyScope } from '../http/company-scope.ts';
import { route, streamRoute } from '../http/route.ts';
import { AUDIT_FORMATS, toFile } from './audit-export.ts';

const TAG = 'Team: audit log';
const WHOSE = "A company's key reads what concerns its company, an admin key everything.";

const list = route({
  method: 'get',
  path: '/audit',
  access: 'team',
  scope: 'manage',
  tag: TAG,
  summary: 'Who did what, newest first',
  description: WHOSE,
  query: auditQuery,
  status: 200,
  data: auditPage,
  async handle({ input: { query }, actor, deps }) {
    const companyId = companyScope(actor, query.companyId) ?? undefined;
    const data = await listAudit(deps.db, { ...query, companyId });
    return { message: 'Audit log.', data };
  },
});

const exportAll = streamRoute({
  path: '/audit/export',
  access: 'team',
  scope: 'manage',
  tag: TAG,
  summary: 'The log as a file, oldest first',
  description: WHOSE,
  query: auditExportQuery,
  produces: Object.values(AUDIT_FORMATS).map(({ type }) => type),
  async handle({ input: { query }, actor, deps }) {
    const format = AUDIT_FORMATS[query.format];
    const companyId = companyScope(actor, query.companyId) ?? undefined;
    return {
      start(context) {
        context.type = `${format.type}; charset=utf-8`;
        context.set('Content-Disposition', `attachment; filename="audit-log.${format.extension}"`);
        context.body = toFile(format, walkAudit(deps.db, { ...query, companyId }));
      },
    };
  },
});

export const auditRoutes = [list, exportAll];
