/**
 * What a mail is made of, read at the moment of sending: nothing of it lies about in the queue, and what the reader has
 * seen or switched off meanwhile is known. Public columns only.
 */
import type { Priority, Status } from '../../shared/incident.ts';
import type { Database } from './connection.ts';
import type { Claim } from './delivery-claims.ts';

export interface MailIncident {
  id: string;
  ticketNumber: string;
  shortDescription: string;
  description: string;
  priority: Priority;
  category: string;
  status: Status;
  createdAt: string;
  isAnnouncement: boolean;
  /** The customer has news that they have not looked at. */
  isUnread: boolean;
}

export interface MailReader {
  id: string;
  name: string;
  email: string;
  locale: string | null;
  wantsMail: boolean;
}

export interface MailComment {
  id: string;
  authorName: string;
  content: string;
  createdAt: string;
}

export interface MailFacts {
  company: {
    name: string;
    slug: string;
    accent: string | null;
    hostPageUrl: string | null;
    teamEmails: string[];
  };
  incident: MailIncident | null;
  /** To whom it goes, where that is a customer; else the incident's customer. */
  customer: MailReader | null;
  comments: MailComment[];
}

export async function readMailFacts(
  { knex }: Database,
  { companyId, incidentId, customerId }: Pick<Claim, 'companyId' | 'incidentId' | 'customerId'>,
  commentIds: readonly string[],
): Promise<MailFacts> {
  const { rows } = await knex.raw(
    `select co.name, co.slug, co.accent, co.host_page_url as "hostPageUrl", co.team_emails as "teamEmails",
       case when i.id is not null then json_build_object('id', i.id, 'ticketNumber', i.ticket_number,
         'shortDescription', i.short_description, 'description', i.description, 'priority', i.priority,
         'category', i.category, 'status', i.status, 'createdAt', i.created_at,
         'isAnnouncement', i.customer_id is null, 'isUnread', i.is_unread) end as incident,
       case when c.id is not null then json_build_object('id', c.id, 'name', c.name, 'email', c.email,
         'locale', c.locale, 'wantsMail', c.mail_updates and c.disabled_at is null) end as customer,
       (select coalesce(json_agg(json_build_object('id', m.id, 'authorName', m.author_name, 'content', m.content,
           'createdAt', m.created_at)), '[]')
         from comments m where m.company_id = co.id and m.incident_id = i.id and m.id = any(:commentIds)) as comments
     from companies co
     left join incidents i on i.company_id = co.id and i.id = :incidentId
     left join customers c on c.company_id = co.id and c.id = coalesce(:customerId, i.customer_id)
     where co.id = :companyId`,
    { companyId, incidentId, customerId, commentIds },
  );
  const { incident, customer, comments, ...company } = rows[0];
  return { company, incident, customer, comments };
}
