/** Which passwords are too easy to guess for an account, beyond what the schema says of their length (NIST SP 800-63B). */
import { dictionary } from '@zxcvbn-ts/language-common';
import { LIMITS } from '../../shared/limits.ts';
import { fieldProblem } from '../errors.ts';

/** Some 18,000 that stand on every guesser's list, in small letters. */
const COMMON = new Set(
  dictionary['passwords-common'].filter((one) => one.length >= LIMITS.passwordMinCharacters),
);
/** Shorter words are found in good passwords by chance. */
const SHORTEST_NAME = 4;
/** What somebody adds to a name to make a password of it. */
const MOST_ADDED = 4;

/** Throws `invalid`, naming the rule: on the list of the commonest, or little more than the account's own address or company. */
export function requireGoodPassword(
  password: string,
  account: { email: string; companyName: string },
): void {
  const plain = password.toLowerCase();
  if (COMMON.has(plain) || isMonotonous(plain)) {
    throw fieldProblem(
      'password',
      'too_common',
      'password is one of the commonest, which are tried first. Choose another.',
    );
  }
  if (namesOf(account).some((name) => isMadeOf(plain, name))) {
    throw fieldProblem(
      'password',
      'too_personal',
      'password is made of your e-mail address or the company’s name. Choose another.',
    );
  }
}

/** One character again and again, or a row of the alphabet or of digits. */
function isMonotonous(plain: string): boolean {
  const codes = [...plain].map((character) => character.codePointAt(0) ?? 0);
  const steps = new Set(codes.slice(1).map((code, index) => code - (codes[index] ?? 0)));
  return steps.size === 1 && [0, 1, -1].some((step) => steps.has(step));
}

function namesOf({ email, companyName }: { email: string; companyName: string }): string[] {
  const [local = '', domain = ''] = email.toLowerCase().split('@');
  const company = companyName.toLowerCase();
  const names = [
    email.toLowerCase(),
    local,
    domain,
    company,
    company.replace(/[^\p{L}\p{N}]/gu, ''),
  ];
  return names.filter((name) => name.length >= SHORTEST_NAME);
}

const isMadeOf = (plain: string, name: string) =>
  plain.includes(name) && plain.length - name.length <= MOST_ADDED;
