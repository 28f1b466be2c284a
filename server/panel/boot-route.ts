/** The panel's first call: company, session, announcements and whether cookies are kept, in one answer. */
import { boot, bootQuery } from '../../shared/schemas/account.ts';
import type { Announcement, Company, Me, PanelCompany } from '../../shared/types.ts';
import { announcementsQuery, openAnnouncements, toAnnouncement } from '../db/announcements.ts';
import { findCompany } from '../db/companies.ts';
import { type CustomerActor, readAsCustomer } from '../db/customer-door.ts';
import { ApiError } from '../errors.ts';
import { readCustomer } from '../http/authenticate.ts';
import type { Deps } from '../http/deps.ts';
import { found, route } from '../http/route.ts';
import { hasProbeCookie } from '../http/session-cookie.ts';

const bootPanel = route({
  method: 'get',
  path: '/panel/boot',
  access: 'public',
  tag: 'Panel',
  summary: 'Everything the panel needs for its first screen',
  description:
    'Used by our own panel. A session that is over, or of another company, reads as nobody logged in.',
  query: bootQuery,
  status: 200,
  data: boot,
  errors: ['company_not_found', 'cross_site'],
  async handle({ input: { query }, deps, context }) {
    const actor = readCustomer(context, deps);
    const visit = actor && (await readVisit(deps, actor));
    const wanted = query.company || visit?.me.customer.companyId;
    const company =
      wanted === undefined ? null : found(await findCompany(deps.db, wanted), 'company_not_found');
    const isTheirs = company !== null && visit?.me.customer.companyId === company.id;
    return {
      message: 'Panel.',
      data: {
        areCookiesKept: hasProbeCookie(context),
        company: company && toPanelCompany(company),
        me: isTheirs ? visit.me : null,
        announcements: isTheirs
          ? visit.announcements
          : company
            ? await openAnnouncements(deps.db, company.id)
            : [],
        isMailOn: deps.config.smtp !== null,
      },
    };
  },
});

interface VisitOfCustomer {
  me: Me;
  announcements: Announcement[];
}

/** Who is here, and what their company has announced: one round trip. Null when the session is over. */
async function readVisit(deps: Deps, actor: CustomerActor): Promise<VisitOfCustomer | null> {
  try {
    const { session, rows } = await readAsCustomer(deps, actor, announcementsQuery(actor));
    return { me: session, announcements: rows[0].map(toAnnouncement) };
  } catch (error) {
    if (error instanceof ApiError && error.code === 'unauthorized') return null;
    throw error;
  }
}

function toPanelCompany({ id, name, slug, accent, greeting, categories }: Company): PanelCompany {
  return { id, name, slug, accent, greeting, categories };
}

export const bootRoutes = [bootPanel];
