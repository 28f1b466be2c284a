/** Announcements on the customer's side: read them, say that one affects me too, put a resolved one aside. */
import { z } from 'zod';
import { UNSOLVED } from '../../shared/incident.ts';
import { announcement, announcementParams } from '../../shared/schemas/announcement.ts';
import {
  affectedQuery,
  announcementQuery,
  announcementSeenQuery,
  announcementsQuery,
  toAnnouncement,
} from '../db/announcements.ts';
import { asCustomer, type CustomerActor, readAsCustomer } from '../db/customer-door.ts';
import type { Deps } from '../http/deps.ts';
import { found, route } from '../http/route.ts';

const TAG = 'Announcements';

const list = route({
  method: 'get',
  path: '/customer/announcements',
  access: 'customer',
  tag: TAG,
  summary: 'What the company has announced',
  description:
    'Unresolved ones, newest first, at most 20; then resolved ones that affect you and that you have not put aside.',
  status: 200,
  data: z.array(announcement),
  cache: 'private, no-cache',
  async handle({ actor, deps }) {
    const { rows } = await readAsCustomer(deps, actor, announcementsQuery(actor));
    return { message: 'Announcements.', data: rows[0].map(toAnnouncement) };
  },
});

/** Said and taken back any number of times, it stands as it was said last. Throws `not_found`. */
async function setAffected(deps: Deps, actor: CustomerActor, id: string, isAffected: boolean) {
  const { rows } = await asCustomer(
    deps,
    actor,
    affectedQuery(actor, id, isAffected, deps.newId()),
    announcementQuery(actor, id),
  );
  return toAnnouncement(found(rows[1][0]));
}

const affect = route({
  method: 'put',
  path: '/customer/announcements/:id/affected',
  access: 'customer',
  tag: TAG,
  summary: 'Say that it affects you too: you are told when it is resolved',
  params: announcementParams,
  status: 200,
  data: announcement,
  errors: ['not_found'],
  async handle({ input: { params }, actor, deps }) {
    const data = await setAffected(deps, actor, params.id, true);
    const isOver = !UNSOLVED.some((status) => status === data.status);
    return { message: isOver ? 'Noted.' : 'Noted. You will be told when it is resolved.', data };
  },
});

const unaffect = route({
  method: 'delete',
  path: '/customer/announcements/:id/affected',
  access: 'customer',
  tag: TAG,
  summary: 'Take back that it affects you',
  params: announcementParams,
  status: 200,
  data: announcement,
  errors: ['not_found'],
  async handle({ input: { params }, actor, deps }) {
    return { message: 'Taken back.', data: await setAffected(deps, actor, params.id, false) };
  },
});

const seen = route({
  method: 'post',
  path: '/customer/announcements/:id/seen',
  access: 'customer',
  tag: TAG,
  summary: 'Put a resolved announcement aside',
  params: announcementParams,
  status: 200,
  data: z.null(),
  errors: ['not_found'],
  async handle({ input: { params }, actor, deps }) {
    const { id } = params;
    const { rows } = await asCustomer(
      deps,
      actor,
      announcementSeenQuery(actor, id),
      announcementQuery(actor, id),
    );
    found(rows[1][0]);
    return { message: 'Seen.', data: null };
  },
});

export const announcementRoutes = [list, affect, unaffect, seen];
