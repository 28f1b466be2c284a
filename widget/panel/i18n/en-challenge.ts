/** English, while it is found out whether a person asks. */
export const enChallenge = {
  'challenge.checking': 'Checking that you are a person…',
  'challenge.stop': 'Stop',
  'failure.challenge_required':
    'There were many attempts. Wait until the time is over, then try again.',
  'failure.insecure':
    'There were many attempts, and to show that you are a person this page has to be loaded over https. Tell who runs it, or wait.',
} as const;
