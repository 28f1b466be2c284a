/** What a webhook's receiver reads of a change: what a customer could read too, and who the customer is. */
import type { Priority, Status } from '../../shared/incident.ts';
import type { WebhookEvent } from '../../shared/types.ts';
import type { Change } from '../db/outbox.ts';

/** Standard Webhooks: `{ type, timestamp, data }`. An explicit list of fields: nothing internal can slip in. */
export function standardPayload({
  kind,
  at,
  movedTo,
  incident,
  companyId,
  ...rest
}: Change): object {
  const { customer, comment } = rest;
  return {
    type: kind,
    timestamp: at,
    data: {
      incident: {
        id: incident.id,
        ticketNumber: incident.ticketNumber,
        shortDescription: incident.shortDescription,
        description: incident.description,
        priority: incident.priority,
        category: incident.category,
        status: incident.status,
        companyId,
        isAnnouncement: customer === null,
        createdAt: incident.createdAt,
        updatedAt: incident.updatedAt,
        resolvedAt: incident.resolvedAt,
        closedAt: incident.closedAt,
      },
      customer: customer && { id: customer.id, name: customer.name, email: customer.email },
      comment,
      movedTo,
    },
  };
}

export function testPayload(at: string): object {
  return {
    type: 'webhook.test',
    timestamp: at,
    data: { message: 'A test from Porthole: this webhook works.' },
  };
}

/** The team's words for them; the panel has its own, in the customer's language. */
const STATUS_WORDS: Record<Status, string> = {
  OPEN: 'Open',
  ACKNOWLEDGED: 'Acknowledged',
  INVESTIGATION: 'Investigating',
  MITIGATED: 'Mitigated',
  RESOLVED: 'Resolved',
  CLOSED: 'Closed',
};
const PRIORITY_WORDS: Record<Priority, string> = {
  INFORMATIONAL: 'Informational',
  LOW: 'Low',
  MEDIUM: 'Medium',
  HIGH: 'High',
  CRITICAL: 'Critical',
};

/** Slack takes 3,000 characters in a section and 2,000 in a field, and counts what escaping adds. */
const LONGEST_TEXT = 2_900;
const LONGEST_LINE = 300;

/** As Slack, Mattermost and others take it: a line for the notification, blocks for the channel. */
export function slackPayload(change: Change, link: string): object {
  const { incident, customer, comment } = change;
  const number = incident.ticketNumber;
  const title = mrkdwn(oneLine(incident.shortDescription), LONGEST_LINE);
  const quoted =
    comment?.content ?? (change.kind === 'incident.created' ? incident.description : null);
  const facts = [
    `*Status*\n${STATUS_WORDS[incident.status]}`,
    `*Priority*\n${PRIORITY_WORDS[incident.priority]}`,
    `*Customer*\n${customer === null ? 'All (announcement)' : mrkdwn(oneLine(customer.name), LONGEST_LINE)}`,
  ];
  return {
    text: `${number} ${title}: ${happening(change)}`,
    blocks: [
      section(`*<${link}|${number}>* ${title}\n${happening(change)}`),
      { type: 'section', fields: facts.map((text) => ({ type: 'mrkdwn', text })) },
      ...(quoted === null ? [] : [section(`>>> ${mrkdwn(quoted, LONGEST_TEXT)}`)]),
      {
        type: 'actions',
        elements: [
          { type: 'button', text: { type: 'plain_text', text: 'Open in the desk' }, url: link },
        ],
      },
    ],
  };
}

export const slackTestPayload = (): object => ({
  text: 'A test from Porthole: this webhook works.',
});

const section = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text } });

function happening({ kind, comment, movedTo, customer }: Change): string {
  const announcement = customer === null ? 'announcement' : 'incident';
  if (comment !== null) return `${mrkdwn(oneLine(comment.authorName), LONGEST_LINE)} wrote`;
  if (movedTo !== null) return `is now ${STATUS_WORDS[movedTo]}`;
  const words: Record<WebhookEvent, string> = {
    'incident.created': `new ${announcement}`,
    'incident.updated': `${announcement} changed`,
    'incident.resolved': 'is now Resolved',
    'comment.created': 'new comment',
  };
  return words[kind];
}

const oneLine = (text: string) => text.replace(/[\s\p{C}]+/gu, ' ').trim();

/** The three characters that Slack reads as markup of its own (mentions, links) become what they look like; then it is cut. */
function mrkdwn(text: string, longest: number): string {
  const letters = [...text].map((letter) => ENTITIES[letter] ?? letter);
  const whole = letters.join('');
  if (whole.length <= longest) return whole;
  let cut = '';
  for (const letter of letters) {
    if (cut.length + letter.length > longest) break;
    cut += letter;
  }
  return `${cut}…`;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
