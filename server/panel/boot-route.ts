/** The panel's first call: company, session and whether cookies are kept, in one answer. */
import { boot, bootQuery } from '../../shared/schemas/account.ts';
import type { Company, Me, PanelCompany } from '../../shared/types.ts';
import { findCompany } from '../db/companies.ts';
import { asCustomer } from '../db/customer-door.ts';
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
    const me = actor && (await readMe(deps, actor));
    const wanted = query.company || me?.customer.companyId;
    const company =
      wanted === undefined ? null : found(await findCompany(deps.db, wanted), 'company_not_found');
    return {
      message: 'Panel.',
      data: {
        areCookiesKept: hasProbeCookie(context),
        company: company && toPanelCompany(company),
        me: me?.customer.companyId === company?.id ? me : null,
      },
    };
  },
});

async function readMe(
  deps: Deps,
  actor: NonNullable<ReturnType<typeof readCustomer>>,
): Promise<Me | null> {
  try {
    return (await asCustomer(deps, actor)).session;
  } catch (error) {
    if (error instanceof ApiError && error.code === 'unauthorized') return null;
    throw error;
  }
}

function toPanelCompany({ id, name, slug, accent, greeting, categories }: Company): PanelCompany {
  return { id, name, slug, accent, greeting, categories };
}

export const bootRoutes = [bootPanel];
