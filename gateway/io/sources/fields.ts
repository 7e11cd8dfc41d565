import { GatewayError } from '../../core/errors.ts';
import { isMap } from '../../core/is-map.ts';
import { isQuantityName, type QuantityName } from '../../core/quantity.ts';
import type { SourceAnswer, SourceText, SourceValue } from './source.ts';

const depthMax = 16;
const fieldsMax = 500;
const nameLengthMax = 200;
const textLengthMax = 1_000;

type Leaf = number | string | boolean;

/** The numbers and words of an answer, each by its flattened name: `a.b`, `c[0].d`. */
export interface FlatFields {
  /** A boolean is 0 or 1. */
  readonly values: ReadonlyMap<string, number>;
  readonly texts: ReadonlyMap<string, string>;
}

export interface FlattenOptions {
  /** Flattened names that are left out, with all below them. */
  readonly without?: readonly string[];
}

/** Where an answer has a number that we know, and what it means. */
export interface FieldRow {
  /** Flattened: `a.b`, `c[0]`. */
  readonly path: string;
  readonly quantity: QuantityName;
  /** What the number is multiplied by: 0.001 from Wh to kWh. */
  readonly scale?: number;
  readonly negate?: true;
  /** Outside of these, in the quantity's unit, the value is `suspect`. */
  readonly min?: number;
  readonly max?: number;
  /** `true` and `false`, not a number. */
  readonly isBoolean?: true;
  /** An answer without it is not what was expected. */
  readonly isRequired?: true;
}

/**
 * The leaves of an answer by their flattened names: keys joined with dots, items as `[i]`. What is empty vanishes,
 * null is none, and a number that is none (1e999) is left out. Errors: `answer_invalid` with more than 500 leaves,
 * nesting deeper than 16, a name longer than 200 characters, a text longer than 1 000.
 */
export function flatten(value: unknown, options: FlattenOptions = {}): FlatFields {
  const values = new Map<string, number>();
  const texts = new Map<string, string>();
  for (const [name, leaf] of leavesOf(value, options)) {
    if (typeof leaf === 'string') texts.set(name, leaf);
    else if (Number.isFinite(Number(leaf))) values.set(name, Number(leaf));
  }
  return { values, texts };
}

/**
 * One answer by a table: each known field becomes its quantity, all others are kept under their flattened names, so
 * that a new firmware's field is not lost. Fields that are absent or null are left out. Errors: `answer_invalid` for a
 * known field of another type, a required one that is missing, an answer with none of the table's, and those of
 * `flatten`.
 */
export function readFields(
  table: readonly FieldRow[],
  object: unknown,
  options: FlattenOptions & { readonly part?: string } = {},
): SourceAnswer {
  const leaves = leavesOf(object, options);
  const part = options.part === undefined ? {} : { part: options.part };
  const known = table.flatMap((row) => knownValue(row, leaves, object));
  if (known.length === 0 && table.length > 0)
    throw invalid('any of the fields that are expected', '', object);
  const taken = new Set(table.map(({ path }) => path));
  const values: SourceValue[] = known.map((value) => ({ ...value, ...part }));
  const texts: SourceText[] = [];
  for (const [name, leaf] of leaves) {
    if (taken.has(name)) continue;
    const quantity = isQuantityName(name) ? `raw.${name}` : name;
    if (typeof leaf === 'string') texts.push({ quantity, text: leaf, ...part });
    else if (Number.isFinite(Number(leaf))) values.push({ quantity, value: Number(leaf), ...part });
  }
  return { values, texts };
}

/** The object at a flattened path; the answer itself at ''. Errors: `answer_invalid`, naming where. */
export function objectAt(object: unknown, path: string): Readonly<Record<string, unknown>> {
  const found = valueAt(object, path);
  if (isMap(found)) return found;
  throw invalid('an object', path, found);
}

/** The list at a flattened path; the answer itself at ''. Errors: `answer_invalid`, naming where. */
export function listAt(object: unknown, path: string): readonly unknown[] {
  const found = valueAt(object, path);
  if (Array.isArray(found)) return found;
  throw invalid('a list', path, found);
}

/** The number at a flattened path. Errors: `answer_invalid`, naming where; also for a number without end. */
export function numberAt(object: unknown, path: string): number {
  const found = valueAt(object, path);
  if (typeof found === 'number' && Number.isFinite(found)) return found;
  throw invalid('a number', path, found);
}

/** The text at a flattened path. Errors: `answer_invalid`, naming where; also for one over 1 000 characters. */
export function textAt(object: unknown, path: string): string {
  const found = valueAt(object, path);
  if (typeof found === 'string' && found.length <= textLengthMax) return found;
  throw invalid('a text', path, found);
}

/** What stands at a flattened path; undefined where nothing does. */
function valueAt(object: unknown, path: string): unknown {
  const steps = path.match(/\[\d+\]|[^.[\]]+/g) ?? [];
  return steps.reduce<unknown>((found, step) => {
    const index = /^\[(\d+)\]$/.exec(step)?.[1];
    if (index !== undefined) return Array.isArray(found) ? (found as unknown[])[Number(index)] : undefined;
    return isMap(found) && Object.hasOwn(found, step) ? found[step] : undefined;
  }, object);
}

function knownValue(
  row: FieldRow,
  leaves: ReadonlyMap<string, Leaf>,
  object: unknown,
): readonly SourceValue[] {
  const leaf = leaves.get(row.path) ?? valueAt(object, row.path) ?? undefined;
  if (leaf === undefined && row.isRequired !== true) return [];
  const value = quantityValue(row, leaf);
  const { quantity, min = -Infinity, max = Infinity } = row;
  return [{ quantity, value, quality: value >= min && value <= max ? 'good' : 'suspect' }];
}

function quantityValue({ path, isBoolean, scale = 1, negate }: FieldRow, leaf: unknown): number {
  if (typeof leaf !== (isBoolean === true ? 'boolean' : 'number'))
    throw invalid(isBoolean === true ? 'true or false' : 'a number', path, leaf);
  const value = Number(leaf) * scale * (negate === true ? -1 : 1);
  if (!Number.isFinite(value)) throw invalid('a number', path, leaf);
  // Without the sign of a zero.
  return value + 0;
}

function leavesOf(value: unknown, { without = [] }: FlattenOptions): ReadonlyMap<string, Leaf> {
  const leaves = new Map<string, Leaf>();
  const left = new Set(without);
  const visit = (node: unknown, name: string, depth: number): void => {
    if (node === null || node === undefined || left.has(name)) return;
    if (depth > depthMax) throw tooMuch(`nesting deeper than ${depthMax}`, name);
    if (Array.isArray(node)) node.forEach((item, index) => visit(item, `${name}[${index}]`, depth + 1));
    else if (isMap(node)) {
      for (const [key, item] of Object.entries(node)) visit(item, joined(name, key), depth + 1);
    } else addLeaf(leaves, name, node);
  };
  if (typeof value !== 'object') throw invalid('an object or a list', '', value);
  visit(value, '', 0);
  return leaves;
}

function addLeaf(leaves: Map<string, Leaf>, name: string, node: unknown): void {
  if (typeof node !== 'number' && typeof node !== 'string' && typeof node !== 'boolean') return;
  if (name.length > nameLengthMax) throw tooMuch(`a name longer than ${nameLengthMax} characters`, name);
  if (typeof node === 'string' && node.length > textLengthMax)
    throw tooMuch(`a text longer than ${textLengthMax} characters`, name);
  // The first one keeps the name: `a.b` may be a key, and the b of an a.
  if (!leaves.has(name)) leaves.set(name, typeof node === 'string' ? node.toWellFormed() : node);
  if (leaves.size > fieldsMax) throw tooMuch(`more than ${fieldsMax} fields`, name);
}

/** Without what would break a line of a log or of a file. */
function joined(name: string, key: string): string {
  const clean = key.toWellFormed().replace(/\p{Cc}/gu, '\u{fffd}');
  return name === '' ? clean : `${name}.${clean}`;
}

function tooMuch(what: string, name: string): GatewayError {
  const where = name.slice(0, nameLengthMax).toWellFormed();
  return new GatewayError('answer_invalid', `the answer has ${what} at ${JSON.stringify(where)}`, {
    hint: 'check that this is the right address',
    facts: { where },
  });
}

/** Names the type of what stands there, never the value: it may be a secret. */
function invalid(expected: string, path: string, found: unknown): GatewayError {
  const where = path === '' ? 'body' : path;
  return new GatewayError(
    'answer_invalid',
    `the answer has not ${expected} at ${where}, but ${typeNameOf(found)}`,
    {
      hint: 'check whether this is the right device, and whether its firmware is new',
      facts: { where, expected },
    },
  );
}

function typeNameOf(found: unknown): string {
  if (found === undefined) return 'nothing';
  if (found === null) return 'null';
  if (Array.isArray(found)) return 'a list';
  if (typeof found === 'string') return 'a text';
  return typeof found === 'object' ? 'an object' : `a ${typeof found}`;
}
