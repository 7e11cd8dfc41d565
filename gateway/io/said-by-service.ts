import { oneLine } from './plain-text.ts';

const saidLengthMax = 160;
/** Of a longer answer nothing is shown. */
const searchedLengthMax = 65_536;
/** Shorter ones are no secrets, and would leave nothing to read. */
const secretLengthMin = 4;
/** What looks like a token or a key that is handed out: long, and no word. */
const tokenLike = /[A-Za-z0-9+/_=~-]{20,}/g;
const mask = '…';

/** What a service says, for an error's message: one line, without what we told it in confidence. */
export function saidByService(text: string, secrets: readonly string[]): string {
  if (text.length > searchedLengthMax) return '';
  const shown = secrets
    .flatMap(spellings)
    .filter(({ length }) => length >= secretLengthMin)
    .toSorted((left, right) => right.length - left.length)
    .reduce((rest, secret) => rest.replaceAll(secret, mask), text)
    .replace(tokenLike, (word) => (/^[A-Za-z]+$/.test(word) ? word : mask));
  return oneLine(shown, saidLengthMax);
}

/** As they may come back. */
function spellings(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  return [
    secret,
    secret.toLowerCase(),
    encodeURIComponent(secret.toWellFormed()),
    JSON.stringify(secret).slice(1, -1),
    bytes.toString('base64'),
    bytes.toString('base64url'),
  ];
}
