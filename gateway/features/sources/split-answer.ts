import { GatewayError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import { hasValue, type Quality } from '../../core/quality.ts';
import type { SourceAnswer, SourceText, SourceValue } from '../../io/sources/source.ts';

/** One value as it is kept. */
interface NamedValue {
  readonly quantity: string;
  readonly value: number;
  readonly quality: Quality;
  readonly atMs?: number;
  readonly ageMs?: number;
}

/** What a source said, by the device that it is of. */
export interface SplitAnswer {
  readonly values: ReadonlyMap<string, readonly NamedValue[]>;
  readonly texts: readonly { readonly device: string; readonly quantity: string; readonly text: string }[];
  /** Whether there is a value or a word in it. */
  readonly hasData: boolean;
}

/** It stands in topics, paths and file names. */
const partForm = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

/**
 * Names the devices of an answer: the source itself, and its parts as `<id>/<part>`. A number that is none is never
 * good. Errors: `answer_invalid` for what cannot be named or is too much.
 */
export function splitAnswer(id: string, answer: SourceAnswer): SplitAnswer {
  const count = answer.values.length + answer.texts.length;
  if (count > limits.sourceFieldsMax)
    throw invalid(id, `it has ${count} values, and ${limits.sourceFieldsMax} are taken`, 'values');
  const values = new Map<string, NamedValue[]>();
  for (const value of answer.values) {
    const device = deviceOf(id, value);
    const known = values.get(device) ?? [];
    known.push(namedValue(value));
    values.set(device, known);
  }
  const texts = answer.texts.map((one) => ({
    device: deviceOf(id, one),
    quantity: one.quantity,
    text: one.text.slice(0, limits.textLengthMax),
  }));
  const hasNumbers = [...values.values()].flat().some(({ quality }) => hasValue(quality));
  return { values, texts, hasData: hasNumbers || texts.length > 0 };
}

function namedValue({ quantity, value, quality = 'good', atMs, ageMs }: SourceValue): NamedValue {
  const isNumber = Number.isFinite(value);
  return {
    quantity,
    value: isNumber && hasValue(quality) ? value : Number.NaN,
    quality: !isNumber && hasValue(quality) ? 'sensor_error' : quality,
    ...(atMs !== undefined && Number.isFinite(atMs) && atMs > 0 && { atMs: Math.floor(atMs) }),
    ...(ageMs !== undefined && { ageMs }),
  };
}

function deviceOf(id: string, { part, quantity }: SourceValue | SourceText): string {
  if (quantity === '' || quantity.length > limits.quantityLengthMax)
    throw invalid(id, `it has a name of ${quantity.length} characters`, quantity.slice(0, 40));
  if (part === undefined) return id;
  if (!partForm.test(part) || part.length > limits.partLengthMax)
    throw invalid(id, `it has a part that cannot be named: ${JSON.stringify(part.slice(0, 40))}`, 'part');
  return `${id}/${part}`;
}

function invalid(id: string, what: string, where: string): GatewayError {
  return new GatewayError('answer_invalid', `what ${id} answered cannot be kept: ${what}`, {
    facts: { where },
  });
}
