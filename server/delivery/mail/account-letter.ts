/** Letters about the account itself: they bring a link, or say that the password is another one. */
import type { AccountLetterKind } from '../../db/account-links.ts';
import type { Letter } from './letter.ts';
import { oneLine } from './letter.ts';
import { type AccountWords, wordsOf } from './words.ts';

const WORDS: Record<
  AccountLetterKind,
  keyof AccountWords & ('signUp' | 'taken' | 'password' | 'confirm' | 'changed')
> = {
  'sign-up': 'signUp',
  taken: 'taken',
  password: 'password',
  confirm: 'confirm',
  'password-changed': 'changed',
};

/** Nothing that somebody typed at a sign-up stands in it, but the address that it goes to. */
export function accountLetter({
  company,
  kind,
  email,
  locale,
  link,
}: {
  company: { name: string; accent: string | null };
  kind: AccountLetterKind;
  email: string;
  locale: string | null;
  link: string;
}): Letter {
  const { language, direction, account } = wordsOf(locale);
  const { subject, text, button } = account[WORDS[kind]];
  const name = oneLine(company.name);
  return {
    ...{ language, direction, company, status: null, entries: [], switchOff: null },
    subject: oneLine(subject(name)),
    title: subject(name),
    facts: [email],
    intro: [text(name)],
    button: { label: button, url: link },
    notes: [
      ...(kind === 'password-changed' ? [account.notYouChanged] : [account.once, account.notYou]),
      account.why(name),
    ],
  };
}
