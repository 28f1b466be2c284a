/**
 * A letter as plain text, for readers and programs that want no HTML. A line of ours begins a line: what a person wrote is
 * quoted, or kept on one line, so that nobody can write a line that looks like ours.
 */
import { type Letter, type LetterEntry, oneLine, STATUS_ICONS } from './letter.ts';

export function toText(letter: Letter): string {
  const { company, title, facts, status, intro, entries, button, notes, switchOff } = letter;
  const parts = [
    oneLine(company.name),
    [
      oneLine(title),
      oneLine(facts.join(' · ')),
      ...(status === null ? [] : [withIcon(status)]),
    ].join('\n'),
    ...intro.map(oneLine),
    ...entries.map(entry),
    `${button.label}:\n${button.url}`,
    [
      '-- ',
      ...notes.map(oneLine),
      ...(switchOff === null ? [] : [`${switchOff.label}: ${switchOff.url}`]),
    ].join('\n'),
  ];
  return `${parts.join('\n\n')}\n`;
}

const withIcon = ({ status, word }: NonNullable<Letter['status']>) =>
  `${STATUS_ICONS[status]} ${word}`;

function entry(one: LetterEntry): string {
  if (one.kind === 'moved') return `${withIcon(one.to)} (${one.at})`;
  const quoted = one.text.split(/\r\n?|\n/).map((line) => `> ${line}`.trimEnd());
  return [`${oneLine(one.heading)} (${one.at}):`, ...quoted].join('\n');
}
