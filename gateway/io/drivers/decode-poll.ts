import { isQuantityName, type QuantityName } from '../../core/quantity.ts';
import type { RegisterRange } from '../transports/transport.ts';
import { compileField, qualityOf, type FieldDecoder } from './decode.ts';
import type { DecodedValue, RegisterMap } from './driver.ts';
import type { DerivedField } from './register-map.ts';

/** The answer to one request of a poll: exactly `range.count` words, or undefined when it failed. */
export interface PollBlock {
  readonly range: RegisterRange;
  readonly words: Uint16Array | undefined;
}

/** Decodes the blocks of one poll into one value for each quantity of the map. */
export type PollDecoder = (blocks: readonly PollBlock[]) => DecodedValue[];

/**
 * Makes the map's decoder, once. A block is atomic: when it is missing, or not of the length that its
 * range says, all of its fields are missing; a value never comes from two blocks. Fields come first, in the
 * map's order, then the derived quantities. `without` leaves out the fields that the device is known not
 * to have, and what cannot be derived then.
 */
export function createPollDecoder(map: RegisterMap, without: ReadonlySet<string> = new Set()): PollDecoder {
  const fields = map.fields.filter((field) => !without.has(field.name));
  const decoders = fields.map((field) => compileField(field, map.wordOrder));
  const quantityOf = fields.map(({ name }) => (isQuantityName(name) ? name : undefined));
  const derived = groupDerived(map.derived, new Map(fields.map(({ name }, slot) => [name, slot])));
  const values = new Float64Array(fields.length);
  return (blocks) => {
    const decoded: DecodedValue[] = [];
    decoders.forEach((decoder, slot) => {
      const value = valueIn(blocks, decoder);
      values[slot] = value;
      const quantity = quantityOf[slot];
      if (quantity !== undefined) decoded.push({ quantity, value, quality: qualityOf(value, decoder.field) });
    });
    for (const quantity of derived) decoded.push(derive(quantity, values, decoders));
    return decoded;
  };
}

/** The alternatives of one derived quantity, each with the places of its inputs. */
interface DerivedQuantity {
  readonly quantity: QuantityName;
  readonly alternatives: { readonly definition: DerivedField; readonly slots: readonly number[] }[];
}

function groupDerived(
  derived: readonly DerivedField[],
  slotOf: ReadonlyMap<string, number>,
): DerivedQuantity[] {
  const groups = new Map<QuantityName, DerivedQuantity>();
  for (const definition of derived) {
    const slots = definition.from.map((name) => slotOf.get(name)).filter((slot) => slot !== undefined);
    if (slots.length < definition.from.length) continue;
    if (definition.unless?.some((name) => slotOf.has(name)) === true) continue;
    const group = groups.get(definition.quantity) ?? { quantity: definition.quantity, alternatives: [] };
    group.alternatives.push({ definition, slots });
    groups.set(definition.quantity, group);
  }
  return [...groups.values()];
}

function valueIn(blocks: readonly PollBlock[], { field, address, count, valueAt }: FieldDecoder): number {
  for (const { range, words } of blocks) {
    const at = address - range.address;
    if (at < 0 || at + count > range.count || range.table !== field.table) continue;
    if (words?.length === range.count) return valueAt(words, at);
  }
  return NaN;
}

function derive(
  { quantity, alternatives }: DerivedQuantity,
  values: Float64Array,
  decoders: readonly FieldDecoder[],
): DecodedValue {
  for (const { definition, slots } of alternatives) {
    const inputs = slots.map((slot) => values[slot] ?? NaN);
    if (inputs.some((input) => Number.isNaN(input))) continue;
    const value = definition.compute(inputs);
    if (value === undefined || !Number.isFinite(value)) continue;
    const isSuspect = slots.some((slot, index) => {
      const field = decoders[slot]?.field;
      return field !== undefined && qualityOf(inputs[index] ?? NaN, field) === 'suspect';
    });
    return { quantity, value: value + 0, quality: isSuspect ? 'suspect' : 'good' };
  }
  return { quantity, value: NaN, quality: 'missing' };
}
