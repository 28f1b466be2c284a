/** One of everything that an operation can be about, and who may ask: what generated requests need to be good ones. */
import type { Access } from '../../../server/http/route.ts';
import type { TestApp } from '../app.ts';
import type { Call } from '../client.ts';
import {
  buildAnnouncement,
  buildApiKey,
  buildCustomer,
  buildIncident,
  buildWebhook,
  expectData,
  type TestCustomer,
} from '../factories.ts';
import type { Operation } from './operations.ts';
import { rowOf, SUBJECTS, type Subject } from './rows.ts';

export interface World {
  owner: TestCustomer;
  ids: Record<Subject, string>;
  /** The key of the owner's company. */
  teamKey: string;
  adminKey: string;
}

type Builder = (app: TestApp, owner: TestCustomer) => Promise<string>;

/** Each answers the id of a new one, of the owner or of the owner's company. Webhooks go to this machine, where nothing listens. */
const BUILDERS: Readonly<Record<Subject, Builder>> = {
  incident: async (app, owner) => (await buildIncident(app, owner)).id,
  announcement: async (app, { companyId }) => (await buildAnnouncement(app, companyId)).id,
  company: async (_, { companyId }) => companyId,
  customer: async (_, { id }) => id,
  apiKey: async (app) => (await buildKey(app, {})).id,
  identityKey: async (app, { companyId }) => (await buildIdentityKey(app, companyId)).id,
  webhook: async (app, { companyId }) => (await buildWebhook(app, companyId)).id,
  delivery: async (app, { companyId }) => {
    const { id } = await buildWebhook(app, companyId);
    const tested = await app.api.post(`/webhooks/${id}/test`, { apiKey: app.adminKey });
    return expectData(tested, 201).id;
  },
};

/** An admin key, unless a company is named. */
export async function buildKey(
  app: TestApp,
  overrides: object,
): Promise<{ id: string; secret: string }> {
  const call = { apiKey: app.adminKey, body: { name: 'Operator', ...overrides } };
  return expectData(await app.api.post('/api-keys', call), 201);
}

/** With which the company signs its customers in. */
export async function buildIdentityKey(
  app: TestApp,
  companyId: string,
): Promise<{ id: string; secret: string }> {
  const call = { apiKey: app.adminKey, body: { name: 'Backend', companyId } };
  return expectData(await app.api.post('/identity-keys', call), 201);
}

/** A company of its own, and in it one of each subject asked for. The app has to allow webhooks to this machine. */
export async function buildWorld(
  app: TestApp,
  subjects: readonly Subject[] = SUBJECTS,
): Promise<World> {
  const owner = await buildCustomer(app);
  const ids = {} as World['ids'];
  for (const subject of subjects) ids[subject] = await BUILDERS[subject](app, owner);
  const teamKey = await buildApiKey(app, owner.companyId);
  return { owner, ids, teamKey, adminKey: (await buildKey(app, {})).secret };
}

/** What somebody sends who may call operations of that access. */
export function credentialOf(
  access: Access,
  { owner, teamKey, adminKey }: World,
): Omit<Call, 'body'> {
  if (access === 'public') return {};
  if (access === 'customer') return { token: owner.token };
  return { apiKey: access === 'admin' ? adminKey : teamKey };
}

/** The operation's address, with the world's id in it or another one. */
export function addressOf(operation: Operation, { ids }: Pick<World, 'ids'>, id?: string): string {
  const { path } = operation;
  return path.includes('{') ? path.replace(/\{\w+\}/, id ?? ids[rowOf(operation).of]) : path;
}
