/** Which announcement is offered for what somebody types. */
import { describe, expect, it } from 'vitest';
import { findMatch } from '../../../widget/panel/state/matching.ts';
import { buildAnnouncement } from './support.ts';

const meters = buildAnnouncement({
  shortDescription: 'Meter readings are delayed',
  description: 'Since this morning the import stands still.',
});
const invoices = buildAnnouncement({
  shortDescription: 'Rechnungen mit falscher Umsatzsteuer',
  description: 'Wir korrigieren alle Rechnungen vom November.',
});
const hebrew = buildAnnouncement({
  shortDescription: 'קריאות המונה מתעכבות',
  description: '',
});
const russian = buildAnnouncement({
  shortDescription: 'Показания счётчиков задерживаются',
  description: 'Мы восстанавливаем загрузку.',
});
const french = buildAnnouncement({ shortDescription: 'Paiements refusés', description: '' });
const all = [meters, invoices, hebrew, russian, french];

describe('an announcement is offered', () => {
  it.each([
    ['two words of it, whatever their case', 'no METER reading', meters],
    ['other forms of its words', 'my meters show no readings', meters],
    ['a word of its title and one of its text', 'import of my meter', meters],
    ['one long word of its title', 'Umsatzsteuer', invoices],
    ['long words with other endings', 'Die Rechnung', invoices],
    ['words with and without accents', 'paiement refuse', french],
    ['Hebrew, with vowel points or without', 'אין קְרִיאוֹת של המונה', hebrew],
    ['Cyrillic', 'нет показаний счетчиков', russian],
    ['decomposed letters', 'Показания счётчиков'.normalize('NFD'), russian],
  ])('for %s', (_why, typed, expected) => {
    expect(findMatch(typed, all)).toBe(expected);
  });

  it('of several the first that fits', () => {
    const other = buildAnnouncement({ shortDescription: 'Readings of the meter are wrong' });
    expect(findMatch('meter reading', [other, meters])).toBe(other);
  });
});

describe('nothing is offered', () => {
  it.each([
    ['nothing typed', ''],
    ['one short word', 'meter'],
    ['one long word that stands in the text only', 'korrigieren'],
    ['words that every report has', 'this problem since this morning, please help with it'],
    ['short words', 'a mit are my'],
    ['something else', 'I cannot log in after the password reset'],
    ['signs and numbers', '!!! 4711 (12:30) 🙂🙂🙂🙂'],
  ])('for %s', (_why, typed) => {
    expect(findMatch(typed, all)).toBeNull();
  });

  it('where nothing is announced', () => {
    expect(findMatch('meter reading', [])).toBeNull();
  });
});
