import { isQuantityName, quantityDefinition, quantityNames } from '../../core/quantity.ts';
import type { RegisterRange } from '../transports/transport.ts';
import { createPollDecoder, type PollBlock } from './decode-poll.ts';
import { compileField, qualityOf, type FieldDecoder } from './decode.ts';
import { exceptionOf, isRefusal, readIdentity, type DeviceIdentity } from './device-identity.ts';
import type { DescribedPoint, DriverDefinition, RegisterMap, RegisterReader } from './driver.ts';
import { planOptionsOf, planRanges, plannedFor, spansOf, type PlannedSpan } from './plan-ranges.ts';
import type { RegisterField } from './register-map.ts';

/** One value of a device, as it stands there now. */
export interface FieldValue {
  readonly name: string;
  /** In the unit, with the house's sign. Null when there is none. */
  readonly value: number | null;
  readonly unit: string;
  readonly quality: 'good' | 'suspect' | 'missing';
  /** What a code means, the names of the bits that are set, or why there is no value; null when there is nothing to say. */
  readonly text: string | null;
  /** `holding 5016`, the zero-based wire address; null of what is derived from other fields. */
  readonly register: string | null;
  /** The words that it was decoded from, hexadecimal; null when there are none. */
  readonly words: string | null;
}

/** All that a driver knows to read from its device. */
export interface DeviceValues {
  readonly identity: DeviceIdentity;
  readonly fields: readonly FieldValue[];
  /** Of a device that describes itself. */
  readonly points: readonly DescribedPoint[];
}

/** Words for people and machines: `00e6 ffff`. */
export function hexOf(words: Uint16Array): string {
  return Array.from(words, (word) => word.toString(16).padStart(4, '0')).join(' ');
}

/**
 * Reads everything once, whatever the plan of the polls reads. `map` is what is known of the device; one that
 * describes itself and has not been asked yet is asked. What the device refuses is missing, and costs no other
 * field. Errors: the reader's, but for refusals.
 */
export async function readValues(
  driver: DriverDefinition,
  known: RegisterMap,
  read: RegisterReader,
): Promise<DeviceValues> {
  const map =
    known.fields.length === 0 && driver.discover !== undefined ? await driver.discover(read) : known;
  const options = planOptionsOf({ limits: driver.limits, forbidden: map.forbidden });
  const blocks: PollBlock[] = [];
  for (const { spans } of planRanges(spansOf(map.fields), options)) {
    blocks.push(...(await readSpans(spans, read)));
  }
  return {
    identity: await readIdentity(map, read),
    fields: [...map.fields.map((field) => fieldValue(field, map, blocks)), ...derivedValues(map, blocks)],
    points: (await driver.describe?.(read)) ?? [],
  };
}

/** In one request, or in ever smaller ones when the device refuses it. */
async function readSpans(spans: readonly PlannedSpan[], read: RegisterReader): Promise<PollBlock[]> {
  const { range } = plannedFor(spans);
  try {
    return [{ range, words: await read(range) }];
  } catch (error) {
    const exception = exceptionOf(error);
    if (exception === undefined || !isRefusal(exception)) throw error;
    if (spans.length === 1) return [{ range, words: undefined }];
    const middle = Math.ceil(spans.length / 2);
    const first = await readSpans(spans.slice(0, middle), read);
    return [...first, ...(await readSpans(spans.slice(middle), read))];
  }
}

function fieldValue(field: RegisterField, map: RegisterMap, blocks: readonly PollBlock[]): FieldValue {
  const decoder = compileField(field, map.wordOrder);
  const words = wordsOf(decoder, blocks);
  const value = words === undefined ? NaN : decoder.valueAt(words, 0);
  return {
    name: field.name,
    value: Number.isNaN(value) ? null : value,
    unit: unitOf(field.name),
    quality: qualityOf(value, field),
    text: words === undefined ? 'refused by the device' : textOf(field, value),
    register: `${field.table} ${field.address}`,
    words: words === undefined ? null : hexOf(words),
  };
}

function wordsOf(
  { field, address, count }: FieldDecoder,
  blocks: readonly PollBlock[],
): Uint16Array | undefined {
  const isIn = (range: RegisterRange): boolean =>
    range.table === field.table && range.address <= address && address + count <= range.address + range.count;
  const block = blocks.find(({ range, words }) => words !== undefined && isIn(range));
  const at = address - (block?.range.address ?? 0);
  return block?.words?.slice(at, at + count);
}

function textOf({ labels, flags }: RegisterField, value: number): string | null {
  if (Number.isNaN(value)) return null;
  if (labels !== undefined) return labels[value] ?? `unknown code ${value}`;
  if (flags === undefined) return null;
  const isSet = (bit: number): boolean => Math.floor(value / 2 ** bit) % 2 === 1;
  const names = Object.entries(flags).filter(([bit]) => isSet(Number(bit)));
  return names.map(([, name]) => name).join(', ') || 'none';
}

function derivedValues(map: RegisterMap, blocks: readonly PollBlock[]): FieldValue[] {
  const own = new Set(map.fields.map(({ name }) => name));
  const refused = map.fields.filter(
    (field) => wordsOf(compileField(field, map.wordOrder), blocks) === undefined,
  );
  const decode = createPollDecoder(map, new Set(refused.map(({ name }) => name)));
  return decode(blocks)
    .filter(({ quantity }) => !own.has(quantity))
    .map(({ quantity, value, quality }) => ({
      name: quantity,
      value: Number.isNaN(value) ? null : value,
      unit: unitOf(quantity),
      quality,
      text: null,
      register: null,
      words: null,
    }));
}

/** The units of all quantities by the last part of their names: `w` is W. */
const unitsByEnding = new Map(
  quantityNames.map((name) => [endingOf(name), quantityDefinition(name).unit] as const),
);

/** Fields that are no quantity, such as a rated power, have their unit last as well. */
function unitOf(name: string): string {
  return isQuantityName(name) ? quantityDefinition(name).unit : (unitsByEnding.get(endingOf(name)) ?? '');
}

function endingOf(name: string): string {
  return name.slice(name.lastIndexOf('_') + 1);
}
