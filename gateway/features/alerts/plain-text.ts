/** What is not seen, or turns around what is: controls, directions, halves of characters. Lines are parted before. */
const unseen = /[\p{Cc}\p{Cs}\u200B\u200E\u200F\u2028\u2029\u202A-\u202E\u2060-\u2069\uFEFF]/gu;
const lineEnd = /\r\n|[\n\r\v\f\u0085\u2028\u2029]/;

/** One line of text, whatever it was. */
export function oneLine(text: string): string {
  return tidied(text.split(lineEnd).join(' '));
}

/** Lines of text; empty ones part paragraphs. */
export function plainLines(text: string): string {
  return text.split(lineEnd).map(tidied).join('\n').trim();
}

/** Where a place was filled with nothing, no gap is left. */
function tidied(line: string): string {
  return line
    .replace(/\t/g, ' ')
    .replace(unseen, '')
    .replace(/ {2,}/g, ' ')
    .replace(/ ([,.)])/g, '$1')
    .trim();
}
