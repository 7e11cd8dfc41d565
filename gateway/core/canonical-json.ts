import { GatewayError } from './errors.ts';

/** A value that JSON can hold. Numbers are finite. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue | undefined };

/** Deeper values come from nobody who means well. */
const depthMax = 64;

/**
 * The one text of a value that is signed and hashed: RFC 8785 (JSON Canonicalization Scheme). No spaces, names in the
 * order of their UTF-16 units, numbers and strings as ECMAScript writes them; absent (`undefined`) members are left out.
 * Errors: `input_invalid` for what has no such text: numbers that are not finite, lone surrogates, values deeper than 64.
 */
export function canonicalJson(value: JsonValue): string {
  return textOf(value, 0);
}

function textOf(value: JsonValue, depth: number): string {
  if (depth > depthMax) throw notCanonical(`it is deeper than ${depthMax}`);
  if (typeof value === 'string') return stringText(value);
  if (typeof value === 'number') return numberText(value);
  if (value === null || typeof value === 'boolean') return String(value);
  if (isList(value)) return `[${value.map((item) => textOf(item, depth + 1)).join(',')}]`;
  const members = Object.keys(value)
    .sort()
    .flatMap((name) => {
      const member = value[name];
      return member === undefined ? [] : [`${stringText(name)}:${textOf(member, depth + 1)}`];
    });
  return `{${members.join(',')}}`;
}

// Array.isArray does not narrow a readonly list.
function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function numberText(value: number): string {
  if (!Number.isFinite(value)) throw notCanonical(`${value} is no number of JSON`);
  return JSON.stringify(value);
}

function stringText(value: string): string {
  if (!value.isWellFormed()) throw notCanonical('a text has half of a surrogate pair');
  return JSON.stringify(value);
}

function notCanonical(why: string): GatewayError {
  return new GatewayError('input_invalid', `the value has no canonical form: ${why}`);
}
