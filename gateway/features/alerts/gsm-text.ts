import { gsmSeptets } from '../../core/gsm-septets.ts';

/** What is written otherwise where a letter without its accent would not do. */
const others: Readonly<Record<string, string>> = {
  '‘': "'",
  '’': "'",
  '‚': "'",
  ʼ: "'",
  '`': "'",
  '´': "'",
  '“': '"',
  '”': '"',
  '„': '"',
  '«': '"',
  '»': '"',
  '‐': '-',
  '‑': '-',
  '–': '-',
  '—': '-',
  '−': '-',
  '…': '...',
  '→': '->',
  '≤': '<=',
  '≥': '>=',
  '×': 'x',
  '÷': '/',
  '⁄': '/',
  '·': '.',
  '•': '-',
  '°': '',
  œ: 'oe',
  Œ: 'OE',
  ð: 'd',
  Ð: 'D',
  þ: 'th',
  Þ: 'Th',
  ł: 'l',
  Ł: 'L',
  đ: 'd',
  Đ: 'D',
  ı: 'i',
  ẞ: 'SS',
};

const cutSign = '...';
const marks = /\p{M}/gu;
const spaces = /\p{Z}/u;
const unseen = /\p{Cf}/u;

/**
 * The text in characters that every telephone shows, and in at most so many septets: one that is longer is cut, and
 * ends in `...`. What has no likeness there is `?`.
 */
export function gsmText(text: string, septetsMax: number): string {
  const whole = Array.from(text.normalize('NFC'), likeness).join('').replace(/ +/g, ' ').trim();
  if (septetsOf(whole) <= septetsMax) return whole;
  const room = septetsMax - cutSign.length;
  let septets = 0;
  let end = 0;
  for (const character of whole) {
    septets += septetsOf(character);
    if (septets > room) break;
    end += character.length;
  }
  return `${whole.slice(0, end).trimEnd()}${cutSign}`;
}

/** What a text of GSM characters takes in a message that holds 160. */
export function septetsOf(text: string): number {
  return Array.from(text).reduce((sum, character) => sum + (gsmSeptets(character) ?? 1), 0);
}

function likeness(character: string): string {
  if (isGsm(character)) return character;
  if (Object.hasOwn(others, character)) return others[character] ?? '';
  if (spaces.test(character) || character < ' ') return ' ';
  if (unseen.test(character)) return '';
  // A mark by itself has nothing left of it.
  const plain = character.normalize('NFKD').replace(marks, '');
  return Array.from(plain, (part) => others[part] ?? (isGsm(part) ? part : '?')).join('');
}

function isGsm(character: string): boolean {
  // Lines end by a space here.
  return gsmSeptets(character) !== undefined && character >= ' ';
}
