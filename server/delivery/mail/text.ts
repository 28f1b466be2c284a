/** A letter as plain text, for readers and programs that want no HTML. */
import { type Letter, type LetterEntry, STATUS_ICONS } from './letter.ts';

export function toText(letter: Letter): string {
  const { company, title, facts, status, intro, entries, button, notes, switchOff } = letter;
  const parts = [
    company.name,
    [title, facts.join(' · '), ...(status === null ? [] : [withIcon(status)])].join('\n'),
    ...intro,
    ...entries.map(entry),
    `${button.label}:\n${button.url}`,
    ['-- ', ...notes, ...(switchOff === null ? [] : [`${switchOff.label}: ${switchOff.url}`])].join(
      '\n',
    ),
  ];
  return `${parts.join('\n\n')}\n`;
}

const withIcon = ({ status, word }: NonNullable<Letter['status']>) =>
  `${STATUS_ICONS[status]} ${word}`;

function entry(one: LetterEntry): string {
  if (one.kind === 'moved') return `${withIcon(one.to)} (${one.at})`;
  const quoted = one.text.split(/\r\n?|\n/).map((line) => `> ${line}`.trimEnd());
  return [`${one.heading} (${one.at}):`, ...quoted].join('\n');
}
