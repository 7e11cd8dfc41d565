/** Controls, and what ends a line anywhere: CR, LF, NEL, LS, PS. */
const lineBreaking = /[\p{Cc}\u2028\u2029]+/gu;
/** All of those but the line feed and the tab. */
const odd = /[\p{Cc}\u2028\u2029]/gu;
const ellipsis = '…';

/** In one line and of at most so many UTF-16 units, an ellipsis at its end where it was cut. Never half a character. */
export function oneLine(text: string, lengthMax: number): string {
  return cutAt(text.toWellFormed().replace(lineBreaking, ' ').trim(), lengthMax);
}

/** The same of text of several lines; what breaks a line in any other way than LF does it by LF. */
export function plainLines(text: string, lengthMax: number): string {
  const lines = text
    .toWellFormed()
    .replace(/\r\n?|[\u0085\u2028\u2029]/g, '\n')
    .replace(odd, (character) => (character === '\n' || character === '\t' ? character : ''));
  return cutAt(lines, lengthMax);
}

function cutAt(text: string, lengthMax: number): string {
  if (text.length <= lengthMax) return text;
  // A pair that would be cut apart goes as a whole.
  const kept = text.slice(0, lengthMax - ellipsis.length).replace(/[\ud800-\udbff]$/, '');
  return `${kept}${ellipsis}`;
}
