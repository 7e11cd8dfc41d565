import fc from 'fast-check';

/** Characters of one to four bytes in UTF-8, and those that JSON and headers give a meaning. */
const characters = [
  'a',
  'B',
  '7',
  ' ',
  '"',
  '\\',
  '\r',
  '\n',
  '\u0000',
  '\u007f',
  'é',
  'ß',
  '€',
  '\u2028',
  '😀',
];

/** Texts of up to so many characters. Quicker than to draw from all of Unicode. */
export function anyText(charactersMax: number): fc.Arbitrary<string> {
  return fc.string({ unit: fc.constantFrom(...characters), maxLength: charactersMax });
}
