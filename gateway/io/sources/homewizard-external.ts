import type { QuantityName } from '../../core/quantity.ts';
import { unitFactor, type Dimension } from './dsmr-measure.ts';
import { listAt, numberAt, objectAt, readFields, textAt, type FieldRow } from './fields.ts';
import { meterPart, pastTime } from './meter-part.ts';
import { meterIsoMs, meterTimeMs, type MeterClock } from './meter-time.ts';
import type { SourceAnswer, SourceText, SourceValue } from './source.ts';

const none: SourceAnswer = { values: [], texts: [] };

interface ExternalKind {
  readonly name: string;
  readonly quantity: QuantityName;
  readonly dimension: Dimension;
}

const kinds = new Map<string, ExternalKind>([
  ['gas_meter', { name: 'gas', quantity: 'gas_m3', dimension: 'volume' }],
  ['heat_meter', { name: 'heat', quantity: 'heat_gj', dimension: 'heat' }],
  ['warm_water_meter', { name: 'warm-water', quantity: 'water_m3', dimension: 'volume' }],
  ['water_meter', { name: 'water', quantity: 'water_m3', dimension: 'volume' }],
  ['inlet_heat_meter', { name: 'inlet-heat', quantity: 'heat_gj', dimension: 'heat' }],
]);

/** A HomeWizard answer: an object of fields. */
type Data = Readonly<Record<string, unknown>>;

/**
 * The meters behind a P1 meter, each as a part with its own time: the list `external`, and the gas meter of older
 * firmware where the list has none. Of a kind or in a unit that is not known, the number is kept as `value`.
 * Errors: `answer_invalid`, naming where.
 */
export function externalMeters(data: Data, clock: MeterClock): SourceAnswer {
  const items = isNone(data['external']) ? [] : listAt(data, 'external');
  const listed = items.map((_, index) => externalMeter(data, index, clock));
  const hasGas = listed.some(({ values }) => values.some(({ quantity }) => quantity === 'gas_m3'));
  const meters = hasGas ? listed : [...listed, olderGasMeter(data, clock)];
  return {
    values: firstOfEach(meters.flatMap(({ values }) => values)),
    texts: firstOfEach(meters.flatMap(({ texts }) => texts)),
  };
}

function externalMeter(data: Data, index: number, clock: MeterClock): SourceAnswer {
  const where = `external[${index}]`;
  const item = objectAt(data, where);
  if (isNone(item['value'])) return none;
  // A number where it should be is asked for before anything else is made of the item.
  numberAt(data, `${where}.value`);
  const type = textAt(data, `${where}.type`);
  const kind = kinds.get(type);
  const name = kind?.name ?? meterPart('meter', type.replaceAll('_', '-')) ?? 'meter';
  const id = optionalText(data, `${where}.unique_id`, item['unique_id']);
  const part = meterPart(name, id) ?? `${name}-channel-${index + 1}`;
  const unit = optionalText(data, `${where}.unit`, item['unit']);
  const row = kind === undefined ? undefined : rowOf(kind, unit);
  const without = ['unique_id', 'timestamp', ...(row === undefined ? [] : ['type', 'unit'])];
  const read = readFields(row === undefined ? [] : [row], item, { part, without });
  const time = pastTime(timeOf(item['timestamp'], clock), clock);
  return {
    values: read.values.map((value) => (isMeasured(value, kind) ? { ...value, ...time } : value)),
    texts: [...idTexts(id, part), ...read.texts],
  };
}

/** Undefined for a unit that is not one of its dimension. */
function rowOf({ quantity, dimension }: ExternalKind, unit: string): FieldRow | undefined {
  const scale = unitFactor(unit, dimension);
  return scale === undefined ? undefined : { path: 'value', quantity, scale, min: 0 };
}

function isMeasured({ quantity }: SourceValue, kind: ExternalKind | undefined): boolean {
  return quantity === 'value' || quantity === kind?.quantity;
}

function olderGasMeter(data: Data, clock: MeterClock): SourceAnswer {
  if (isNone(data['total_gas_m3'])) return none;
  const id = optionalText(data, 'gas_unique_id', data['gas_unique_id']);
  const part = meterPart('gas', id) ?? 'gas-channel-1';
  const value = numberAt(data, 'total_gas_m3');
  const time = pastTime(timeOf(data['gas_timestamp'], clock), clock);
  return {
    values: [{ quantity: 'gas_m3', value, quality: value < 0 ? 'suspect' : 'good', part, ...time }],
    texts: idTexts(id, part),
  };
}

function idTexts(id: string, part: string): readonly SourceText[] {
  return id === '' ? [] : [{ quantity: 'meter_id', text: id, part }];
}

function optionalText(data: Data, path: string, found: unknown): string {
  return isNone(found) ? '' : textAt(data, path);
}

/** v1 writes the time as an integer, which loses the zeros of the years before 2010; v2 as ISO 8601. */
export function timeOf(written: unknown, clock: MeterClock): number | undefined {
  if (typeof written === 'number') return meterTimeMs(String(written).padStart(12, '0'), clock);
  return typeof written === 'string' ? meterIsoMs(written, clock) : undefined;
}

/** A name comes once a part. */
function firstOfEach<Item extends SourceValue | SourceText>(items: readonly Item[]): readonly Item[] {
  const names = new Set<string>();
  return items.filter(({ part = '', quantity }) => {
    const name = `${part}\n${quantity}`;
    return !names.has(name) && names.add(name);
  });
}

function isNone(value: unknown): boolean {
  return value === undefined || value === null;
}
