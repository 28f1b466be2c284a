/**
 * A letter as HTML that mail programs keep: no tables, no images, no links but our own; inline styles for light, and one
 * style element for dark, which those that drop it do not need. Everything a person wrote is escaped here and nowhere else.
 */

import type { Status } from '../../../shared/incident.ts';
import { escapeHtml } from '../../http/escape-html.ts';
import { type Letter, type LetterEntry, type LetterStatus, STATUS_ICONS } from './letter.ts';

const FONT = "-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";
const INK = '#17181d';
const SOFT = '#5a5d6b';
const LINE = '#e3e4ea';

/** [text on light, background on light]; dark has its own below. All of at least 4.5:1. */
const COLOURS: Record<Status, readonly [string, string]> = {
  OPEN: ['#1d56b8', '#e7effc'],
  ACKNOWLEDGED: ['#6739b7', '#f0eafb'],
  INVESTIGATION: ['#8a5200', '#faefdf'],
  MITIGATED: ['#0b6478', '#e2f2f5'],
  RESOLVED: ['#1a6b3c', '#e4f4ea'],
  CLOSED: ['#4a4d59', '#eeeef2'],
};
const DARK: Record<Status, readonly [string, string]> = {
  OPEN: ['#8fb8ff', '#1c2942'],
  ACKNOWLEDGED: ['#c3a6ff', '#2b2342'],
  INVESTIGATION: ['#ffbf5f', '#382b17'],
  MITIGATED: ['#7fd3e6', '#163138'],
  RESOLVED: ['#7fdba2', '#173324'],
  CLOSED: ['#b4b7c4', '#2a2b31'],
};
const DARK_STYLE = [
  '.page{background:#0e0f12!important}',
  '.card{background:#17181d!important;border-color:#2a2b31!important}',
  '.ink{color:#eeeef2!important}',
  '.soft{color:#a3a6b4!important}',
  '.said{background:#202228!important;color:#eeeef2!important}',
  '.line{border-color:#2a2b31!important}',
  ...Object.entries(DARK).map(
    ([status, [ink, ground]]) =>
      `.s-${status},.i-${status}{color:${ink}!important}.s-${status}{background:${ground}!important}`,
  ),
].join('');

const DEFAULT_ACCENT = '#4353d6';

export function toHtml(letter: Letter): string {
  const { language, direction, company, facts, notes, switchOff, button } = letter;
  const accent = company.accent ?? DEFAULT_ACCENT;
  const onAccent = readableOn(accent);
  return `<!doctype html>
<html lang="${language}" dir="${direction}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${escapeHtml(letter.subject)}</title>
<style>:root{color-scheme:light dark}@media (prefers-color-scheme:dark){${DARK_STYLE}}</style>
</head>
<body class="page" style="margin:0;padding:0;background:#f4f4f7">
<div class="page" lang="${language}" dir="${direction}" style="background:#f4f4f7;padding:24px 12px;font:15px/1.5 ${FONT}">
<div class="card" style="max-width:560px;margin:0 auto;padding:24px;background:#ffffff;border:1px solid ${LINE};border-radius:16px">
<div style="margin:0 0 20px"><span aria-hidden="true" style="display:inline-block;width:28px;height:28px;border-radius:8px;background:${accent};color:${onAccent};font:700 15px/28px ${FONT};text-align:center;vertical-align:middle">${escapeHtml(initial(company.name))}</span><span class="ink" dir="auto" style="display:inline-block;margin:0 10px;color:${INK};font-weight:600;vertical-align:middle">${escapeHtml(company.name)}</span></div>
<h1 class="ink" dir="auto" style="margin:0 0 4px;color:${INK};font:600 20px/1.3 ${FONT};overflow-wrap:anywhere">${escapeHtml(letter.title)}</h1>
<p class="soft" style="margin:0 0 12px;color:${SOFT};font-size:13px">${facts.map((one) => `<bdi>${escapeHtml(one)}</bdi>`).join(' &middot; ')}</p>
${letter.status === null ? '' : `<p style="margin:0 0 20px">${pill(letter.status)}</p>`}
${letter.intro.map((one) => `<p class="ink" style="margin:0 0 12px;color:${INK};overflow-wrap:anywhere">${escapeHtml(one)}</p>`).join('\n')}
${letter.entries.map(entry).join('\n')}
<p style="margin:24px 0 0"><a href="${escapeHtml(button.url)}" style="display:inline-block;padding:11px 20px;border:1px solid rgba(128,128,140,.35);border-radius:10px;background:${accent};color:${onAccent};font-weight:600;text-decoration:none">${escapeHtml(button.label)}</a></p>
<div class="soft line" style="margin:24px 0 0;padding:16px 0 0;border-top:1px solid ${LINE};color:${SOFT};font-size:13px">
${notes.map((one) => `<p style="margin:0 0 6px">${escapeHtml(one)}</p>`).join('\n')}
${switchOff === null ? '' : `<p style="margin:0"><a class="soft" href="${escapeHtml(switchOff.url)}" style="color:${SOFT}">${escapeHtml(switchOff.label)}</a></p>`}
</div>
</div>
</div>
</body>
</html>
`;
}

function entry(one: LetterEntry): string {
  const at = `<bdi>${escapeHtml(one.at)}</bdi>`;
  if (one.kind === 'moved') {
    return `<p class="soft" style="margin:16px 0 0;color:${SOFT};font-size:13px">${quiet(one.to)} &nbsp;${at}</p>`;
  }
  const lines = escapeHtml(one.text).replace(/\r\n?|\n/g, '<br>\n');
  return `<div style="margin:16px 0 0"><p class="soft" style="margin:0 0 4px;color:${SOFT};font-size:13px"><strong class="ink" dir="auto" style="color:${INK};font-weight:600">${escapeHtml(one.heading)}</strong> &nbsp;${at}</p>
<div class="said" dir="auto" style="padding:10px 14px;border-radius:10px;background:#f4f4f7;color:${INK};overflow-wrap:anywhere">${lines}</div></div>`;
}

/** In the course of things: the same icon, word and colour, without the ground. */
function quiet({ status, word }: LetterStatus): string {
  const [ink] = COLOURS[status];
  return `<strong class="i-${status}" style="color:${ink};font-weight:600"><span aria-hidden="true">${STATUS_ICONS[status]}</span>&nbsp;${escapeHtml(word)}</strong>`;
}

function pill({ status, word }: LetterStatus): string {
  const [ink, ground] = COLOURS[status];
  return `<span class="s-${status}" style="display:inline-block;padding:3px 12px;border-radius:99px;background:${ground};color:${ink};font-size:13px;font-weight:600"><span aria-hidden="true">${STATUS_ICONS[status]}</span>&nbsp;${escapeHtml(word)}</span>`;
}

const initial = (name: string) => [...name.trim()][0]?.toUpperCase() ?? '';

/** White or nearly black, whichever is read more easily on the colour (#rrggbb): never less than 4.5:1. */
export function readableOn(colour: string): '#ffffff' | '#000000' {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return channel <= 0.03928 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  const luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  // Where the contrast with white equals that with black.
  return luminance > 0.179 ? '#000000' : '#ffffff';
}
