import type { DerivedField, RegisterField } from './register-map.ts';
import { sunspecCounter, sunspecInt } from './solaredge-point.ts';

/**
 * Where the first meter's model begins: its own common block of 67 registers precedes it. Which place counts is
 * told by the block after the inverter's, by its id and length as one number: a common block (1, 65), or the
 * trackers of a Synergy inverter (160), 20 registers for each of its units.
 */
const places = [
  { suffix: '', address: 40188, blockAfterInverter: 0x0001_0041 },
  { suffix: '_synergy2', address: 40238, blockAfterInverter: 0x00a0_0030 },
  { suffix: '_synergy3', address: 40258, blockAfterInverter: 0x00a0_0044 },
] as const;

/** A meter's value: its offset in the models 201 to 204, and that of its scale factor. */
interface MeterPoint {
  readonly quantity: DerivedField['quantity'];
  readonly offset: number;
  readonly scaleOffset: number;
  readonly scale?: number;
  readonly min: number;
  readonly max: number;
}

type Phase = 'l1' | 'l2' | 'l3';

const power = { scaleOffset: 22, scale: -1, min: -500_000, max: 500_000 } as const;
const energy = { scaleOffset: 54, scale: 0.001, min: 0, max: 100_000_000 } as const;
const total: readonly MeterPoint[] = [
  { quantity: 'grid_power_w', offset: 18, ...power },
  { quantity: 'grid_apparent_power_va', offset: 23, scaleOffset: 27, min: -500_000, max: 500_000 },
  { quantity: 'grid_reactive_power_var', offset: 28, scaleOffset: 32, min: -500_000, max: 500_000 },
  { quantity: 'grid_power_factor', offset: 33, scaleOffset: 37, scale: 0.01, min: -1, max: 1 },
  { quantity: 'grid_export_kwh', offset: 38, ...energy },
  { quantity: 'grid_import_kwh', offset: 46, ...energy },
];

function phasePoints(phase: Phase, index: number): MeterPoint[] {
  return [
    { quantity: `grid_current_${phase}_a`, offset: 3 + index, scaleOffset: 6, min: -2_000, max: 2_000 },
    { quantity: `grid_power_${phase}_w`, offset: 19 + index, ...power },
    { quantity: `grid_export_${phase}_kwh`, offset: 40 + 2 * index, ...energy },
    { quantity: `grid_import_${phase}_kwh`, offset: 48 + 2 * index, ...energy },
  ];
}

/**
 * The first meter, at the grid connection. Its power counts export positive, ours import. A register of the wrong
 * place may hold anything, such as half a counter: a value counts only where both the block after the inverter
 * and the meter's own model, 201 to 204 with 105 registers, say so.
 */
export function solaredgeMeter(phases: readonly Phase[]): {
  readonly fields: RegisterField[];
  readonly derived: DerivedField[];
} {
  const points = [...total, ...phases.flatMap(phasePoints)];
  const fields: RegisterField[] = [idAndLength('block_after_inverter', 40121)];
  const derived: DerivedField[] = [];
  for (const { suffix, address, blockAfterInverter } of places) {
    const guards = ['block_after_inverter', `meter_model${suffix}`];
    fields.push(idAndLength(`meter_model${suffix}`, address));
    const isHere = (block: number, model: number): boolean => block === blockAfterInverter && isMeter(model);
    for (const point of points) {
      const name = `meter_${point.quantity}${suffix}`;
      fields.push(meterField(name, address, point));
      derived.push({
        quantity: point.quantity,
        from: [...guards, name],
        compute: ([block = NaN, model = NaN, value]) => (isHere(block, model) ? value : undefined),
      });
    }
    derived.push({
      quantity: 'home_power_w',
      from: [...guards, `meter_grid_power_w${suffix}`, 'inverter_power_w'],
      compute: ([block = NaN, model = NaN, gridPowerW = NaN, inverterPowerW = NaN]) =>
        isHere(block, model) ? gridPowerW + inverterPowerW : undefined,
    });
  }
  return { fields, derived };
}

function meterField(name: string, model: number, { offset, scaleOffset, ...how }: MeterPoint): RegisterField {
  const { scale = 1, min, max } = how;
  const field = { address: model + offset, scaleRegister: model + scaleOffset, scale, min, max };
  return scaleOffset === energy.scaleOffset
    ? sunspecCounter(name, field)
    : sunspecInt(name, { encoding: 's16', ...field });
}

/** A model's id and length, as one number. */
function idAndLength(name: string, address: number): RegisterField {
  return { name, table: 'holding', address, encoding: 'u32', min: 0, max: 0xffffffff };
}

const meterLength = 105;

function isMeter(idAndLength: number): boolean {
  const id = Math.floor(idAndLength / 0x10000);
  return id >= 201 && id <= 204 && idAndLength % 0x10000 === meterLength;
}
