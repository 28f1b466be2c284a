/** English, over the list of reports. */
export const enHome = {
  dismiss: 'Dismiss',
  'entry.tabOnly':
    'This browser keeps no cookies here, so in a new tab you will have to log in again.',
  'home.hello': 'Hello, {name}',
  'home.text': 'What can the team help you with?',
  'home.report': 'Report a problem',
  'home.filter': 'Which reports to show',
  'home.open': 'Open',
  'home.resolved': 'Resolved',
  'home.all': 'All',
  'home.list': 'Your reports',
  'home.unread': 'New',
  'home.newsElsewhere': {
    one: 'News on {count} other report',
    other: 'News on {count} other reports',
  },
  'home.emptyTitle': 'Nothing reported yet',
  'home.emptyText':
    'If something does not work, tell the team. You will see every step here, until it is solved.',
  'home.emptyTextMail':
    'If something does not work, tell the team. You will see every step here, and get an e-mail when there is news.',
  'home.emptyOpen': 'Nothing is open. What you reported has been solved.',
  'home.emptyResolved': 'Nothing is solved yet. What the team solves is listed here.',
  'home.failed': 'Your reports could not be loaded.',
  'status.OPEN': 'Open',
  'status.ACKNOWLEDGED': 'Seen',
  'status.INVESTIGATION': 'Investigating',
  'status.MITIGATED': 'Mitigated',
  'status.RESOLVED': 'Resolved',
  'status.CLOSED': 'Closed',
  'logout.failed':
    'You are still logged in: the server could not be reached. Try again in a moment.',
} as const;
