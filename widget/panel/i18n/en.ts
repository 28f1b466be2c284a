/** Every word the panel says, in English: here those of every screen. `{name}` is filled in; `one` and `other` follow `count`. */
export const en = {
  'panel.support': 'Support',
  'bar.back': 'Back',
  'bar.close': 'Close',
  'bar.account': 'Account',
  loading: 'Loading',
  retry: 'Try again',
  wait: 'Wait {time}',
  'banner.offline': 'You are offline.',
  'banner.unreached': 'Support cannot be reached. Trying again.',
  'banner.paused': 'A pause: going on in {time}.',
  'boot.failed': 'Support cannot be reached',
  'boot.failedText':
    'Your connection or our server is having trouble. We keep trying; nothing you wrote is lost.',
  'failure.network': 'The server cannot be reached. Check your connection and try again.',
  'failure.timeout': 'The server took too long to answer. Try again.',
  'failure.rate_limited': 'That was a lot at once. Wait a moment, then try again.',
  'failure.internal': 'Something failed on our side. Try again in a moment.',
  'failure.unavailable': 'The server is busy or restarting. Try again in a moment.',
  'failure.unknown': 'That did not work. Try again.',
} as const;
