/** English, while a company is chosen. */
export const enSelect = {
  'company.title': 'Which company is it about?',
  'company.text': 'Pick the one whose product or service you use.',
  'company.label': 'Company',
  'company.placeholder': 'Search by name',
  'company.found': '{found} of {all} companies.',
  'company.all': { one: '{count} company.', other: '{count} companies.' },
  'company.missing': 'Yours is not listed? Ask it for its direct link.',
  'company.none':
    'No company of that name is here. Check the spelling, or try the beginning of a word.',
  'company.failed': 'The list of companies could not be loaded.',
  'company.unknown': 'The company of this link is not known here. Pick yours from the list.',
} as const;
