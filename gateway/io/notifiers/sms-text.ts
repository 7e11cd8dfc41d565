import { gsmSeptets } from '../../core/gsm-septets.ts';
import { oneLine } from '../plain-text.ts';

export interface SmsText {
  readonly text: string;
  /** Whether it has characters that the alphabet of GSM has not. */
  readonly isUnicode: boolean;
}

/** Of three parts: 153 septets each, or 67 UTF-16 units where one character is not of the alphabet of GSM. */
const septetsMax = 459;
const unitsMax = 201;

/** What an SMS says: one line, of three parts at most. */
export function smsText(words: string): SmsText {
  const line = oneLine(words, septetsMax);
  const septets = gsmSeptets(line);
  if (septets === undefined) return { text: oneLine(line, unitsMax), isUnicode: true };
  if (septets <= septetsMax) return { text: line, isUnicode: false };
  // Each character takes two septets at most.
  return { text: line.slice(0, Math.floor(septetsMax / 2)), isUnicode: false };
}
