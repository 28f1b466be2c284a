/** English, about an account: mailed links and passwords. Also what only the server can find wrong with a password at the door. */
export const enAccount = {
  'forgot.title': 'Forgot your password?',
  'forgot.text':
    'Enter the address of your account. You get a mail with a link that sets a new password.',
  'forgot.button': 'Send the link',
  'mailed.title': 'Check your mail',
  'mailed.signup':
    'A link is on its way to {email}. Open it within 30 minutes, and your account is ready.',
  'mailed.confirm':
    'This address has to be confirmed first. A link is on its way to {email}. Open it within 30 minutes, and choose a password.',
  'mailed.password':
    'If there is an account with {email}, a link is on its way to it. Open it within 30 minutes, and choose a new password.',
  'mailed.nothing': 'Nothing there? Look into the spam folder, too, or have it sent again.',
  'mailed.again': 'Send again',
  'mailed.sentAgain': 'Another mail is on its way.',
  'mailed.other': 'Use another address',
  'link.opening': 'Opening your link',
  'link.title': 'Choose your password',
  'link.text': 'With your address and this password you log in from now on.',
  'link.button': 'Save and log in',
  'link.failed': 'Your link could not be opened',
  'link.endedTitle': 'This link has ended',
  'link.endedText':
    'It was opened before, or it is older than 30 minutes. Log in if you have a password, or have a new link sent.',
  'link.login': 'Log in',
  'link.another': 'Send a new link',
  'link.goOn': 'Go on to your reports',
  'link.done': 'You are logged in',
  'link.doneText':
    'The same address and password work on {company}’s site, wherever you find this support there.',
  'link.doneSet':
    'Your password is saved. The same address and password work on {company}’s site, wherever you find this support there.',
  'password.title': 'Change password',
  'password.text': 'You stay logged in here. Everywhere else the new password will be asked for.',
  'password.current': 'Current password',
  'password.new': 'New password',
  'password.button': 'Change password',
  'password.wrong': 'This is not your current password. Check it and try again.',
  'password.done': 'Your password is changed',
  'password.doneText': 'You stay logged in here. Everywhere else you have been logged out.',
  'password.home': 'Back to your reports',
  'problem.password.too_common':
    'This password is one of the commonest, which are tried first. Choose another.',
  'problem.password.too_personal':
    'This password is made of your address or the company’s name. Choose another.',
  'failure.mail_off':
    'This needs a mail to be sent to you, and mail is switched off here. Tell the team.',
  'problem.currentPassword.missing': 'Enter your current password.',
  'problem.currentPassword.too_long': 'This is not your current password. Check it and try again.',
} as const;
