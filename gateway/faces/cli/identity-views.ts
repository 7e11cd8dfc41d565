import { formatInstant, formatValue } from './format-value.ts';
import type { Paint } from './paint.ts';
import { renderFacts } from './table.ts';

interface Identity {
  readonly id: string;
  readonly serial: string;
  readonly name: string;
  readonly owner: string | null;
  readonly algorithm: string;
  readonly publicKey: string;
  readonly compactKey: string | null;
  readonly pem: string | null;
}

interface Signed {
  readonly id: string;
  readonly algorithm: string;
  readonly signed: string;
  readonly signature: string;
  readonly atMs: number;
}

/** The PEM below the rest, as it is put into a file. */
export function identityView(answer: unknown, paint: Paint): string {
  const { id, serial, name, owner, algorithm, publicKey, compactKey, pem } = answer as Identity;
  const facts = renderFacts(
    [
      ['id', id],
      ['serial', serial],
      ['name', formatValue(name)],
      ['owner', formatValue(owner)],
      ['algorithm', algorithm],
      ['public key', publicKey],
      ['compact key', formatValue(compactKey)],
    ],
    paint,
  );
  return pem === null ? facts : `${facts}\n${linesOf(pem)}`;
}

/** What was signed below the rest, line by line. */
export function signedView(answer: unknown, paint: Paint): string {
  const { id, algorithm, signed, signature, atMs } = answer as Signed;
  const facts = renderFacts(
    [
      ['id', id],
      ['algorithm', algorithm],
      ['at', formatInstant(atMs)],
      ['signature', signature === '' ? 'none' : signature],
    ],
    paint,
  );
  return `${facts}\n${linesOf(signed)}`;
}

/** Each without what a terminal would obey. */
function linesOf(text: string): string {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => `${formatValue(line)}\n`)
    .join('');
}
