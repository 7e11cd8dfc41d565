import type { QuantityName } from '../../core/quantity.ts';
import { readFields, type FieldRow } from './fields.ts';
import type { SourceAnswer, SourceValue } from './source.ts';

type Fields = Readonly<Record<string, unknown>>;

interface EnergyField {
  readonly name: string;
  readonly quantity: QuantityName;
  /** Of the phases or channels, where they have a name. */
  readonly phases?: readonly [QuantityName, QuantityName, QuantityName];
  /** What the phases have in common: their sum, or nothing. */
  readonly isSum?: true;
  readonly min: number;
  readonly max: number;
}

const powerWMax = 100_000;

/** tasmota.github.io/docs, “JSON Status Responses”: Status 10. Today and Yesterday start anew, and keep their names. */
const energyFields: readonly EnergyField[] = [
  { name: 'Total', quantity: 'load_energy_kwh', isSum: true, min: 0, max: 1e9 },
  { name: 'ExportActive', quantity: 'load_feed_kwh', isSum: true, min: 0, max: 1e9 },
  {
    name: 'Power',
    quantity: 'load_power_w',
    phases: ['load_power_l1_w', 'load_power_l2_w', 'load_power_l3_w'],
    isSum: true,
    min: -powerWMax,
    max: powerWMax,
  },
  { name: 'ApparentPower', quantity: 'load_apparent_power_va', isSum: true, min: 0, max: powerWMax },
  {
    name: 'ReactivePower',
    quantity: 'load_reactive_power_var',
    isSum: true,
    min: -powerWMax,
    max: powerWMax,
  },
  { name: 'Factor', quantity: 'load_power_factor', min: -1, max: 1 },
  {
    name: 'Voltage',
    quantity: 'load_voltage_v',
    phases: ['load_voltage_l1_v', 'load_voltage_l2_v', 'load_voltage_l3_v'],
    min: 0,
    max: 500,
  },
  {
    name: 'Current',
    quantity: 'load_current_a',
    phases: ['load_current_l1_a', 'load_current_l2_a', 'load_current_l3_a'],
    min: -500,
    max: 500,
  },
  { name: 'Frequency', quantity: 'load_frequency_hz', min: 0, max: 100 },
];

/**
 * ENERGY of StatusSNS. A meter of several phases, or a plug of several channels, gives lists where others give
 * numbers: each item by itself, and what they sum to when all are there.
 */
export function tasmotaEnergy(energy: Fields): SourceAnswer {
  const rows = energyFields.flatMap((field) => rowsOf(field, energy[field.name]));
  const sums = energyFields.flatMap((field) => sumOf(field, energy[field.name]));
  // Under the names that they have in the whole answer.
  const nested = readFields(
    rows.map((row) => ({ ...row, path: `ENERGY.${row.path}` })),
    { ENERGY: energy },
  );
  return { values: [...sums, ...nested.values], texts: nested.texts };
}

function rowsOf({ name, quantity, phases, min, max }: EnergyField, said: unknown): readonly FieldRow[] {
  if (said === null || said === undefined) return [];
  if (!Array.isArray(said)) return [{ path: name, quantity, min, max }];
  if (said.length === 1) return said[0] === null ? [] : [{ path: `${name}[0]`, quantity, min, max }];
  return (phases ?? []).flatMap((phase, index) =>
    typeof said[index] === 'number' || typeof said[index] === 'string'
      ? [{ path: `${name}[${index}]`, quantity: phase, min, max }]
      : [],
  );
}

function sumOf({ quantity, isSum, min, max }: EnergyField, said: unknown): readonly SourceValue[] {
  if (isSum !== true || !Array.isArray(said) || said.length < 2) return [];
  if (!said.every((item): item is number => typeof item === 'number')) return [];
  // To the milliwatt-hour and milliwatt: sums of decimals have no more.
  const value = Math.round(said.reduce((sum, item) => sum + item, 0) * 1e6) / 1e6;
  return [{ quantity, value, quality: value >= min && value <= max ? 'good' : 'suspect' }];
}
