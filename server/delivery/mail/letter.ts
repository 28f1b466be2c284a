/** A mail as its reader understands it, before it becomes HTML and plain text. All of it is plain text. */
import type { Status } from '../../../shared/incident.ts';

export interface LetterStatus {
  status: Status;
  word: string;
}

export type LetterEntry =
  | { kind: 'comment'; heading: string; at: string; text: string }
  | { kind: 'moved'; to: LetterStatus; at: string };

export interface Letter {
  language: string;
  direction: 'ltr' | 'rtl';
  subject: string;
  company: { name: string; accent: string | null };
  title: string;
  /** Small facts below the title: ticket number, customer, priority. */
  facts: string[];
  status: LetterStatus | null;
  /** Sentences above what has happened. */
  intro: string[];
  entries: LetterEntry[];
  button: { label: string; url: string };
  /** Sentences below the line at the end. */
  notes: string[];
  switchOff: { label: string; url: string } | null;
}

/** The same six everywhere; as characters, since mail programs take SVG out. */
export const STATUS_ICONS: Record<Status, string> = {
  OPEN: '○',
  ACKNOWLEDGED: '◐',
  INVESTIGATION: '◉',
  MITIGATED: '◇',
  RESOLVED: '✓',
  CLOSED: '■',
};

/** One line, for headers: whatever stands for a line break or is not seen at all becomes a blank. */
export const oneLine = (text: string) => text.replace(/[\s\p{C}\p{Zl}\p{Zp}]+/gu, ' ').trim();
