import type { DerivedField, RegisterField } from './register-map.ts';
import { sunspecCounter, sunspecInt } from './solaredge-point.ts';

interface Place {
  readonly suffix: string;
  readonly address: number;
  /** The block after the inverter's, its id and length as one number; undefined of the usual place. */
  readonly blockAfterInverter?: number;
}

/**
 * Where the first meter's model begins: its own common block of 67 registers precedes it. Which place counts is
 * told by the block after the inverter's: the meter's common block, or the trackers of a Synergy inverter (160), 20
 * registers for each of its units.
 */
const places: readonly Place[] = [
  { suffix: '', address: 40188 },
  { suffix: '_synergy2', address: 40238, blockAfterInverter: 0x00a0_0030 },
  { suffix: '_synergy3', address: 40258, blockAfterInverter: 0x00a0_0044 },
];

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
 * place may hold anything, such as half a counter: a value counts where the block after the inverter and the meter's
 * own model, 201 to 204, say so. At the usual place, where only a Synergy inverter has something else, some gateways
 * leave both 0 or refuse them: then what is not 0 counts.
 */
export function solaredgeMeter(phases: readonly Phase[]): {
  readonly fields: RegisterField[];
  readonly derived: DerivedField[];
} {
  const points = [...total, ...phases.flatMap(phasePoints)];
  const fields: RegisterField[] = [idAndLength('block_after_inverter', 40121)];
  const derived: DerivedField[] = [];
  for (const place of places) {
    const { suffix, address } = place;
    fields.push(idAndLength(`meter_model${suffix}`, address));
    for (const point of points) {
      const name = `meter_${point.quantity}${suffix}`;
      fields.push(meterField(name, address, point));
      derived.push(
        ...whereMeter(place, { quantity: point.quantity, from: [name], compute: ([value]) => value }),
      );
    }
    derived.push(
      ...whereMeter(place, {
        quantity: 'home_power_w',
        from: [`meter_grid_power_w${suffix}`, 'inverter_power_w'],
        compute: ([gridPowerW = NaN, inverterPowerW = NaN]) => gridPowerW + inverterPowerW,
      }),
    );
  }
  return { fields, derived };
}

/** The quantity where the meter is at this place. Its first input is the meter's. */
function whereMeter(place: Place, meter: DerivedField): DerivedField[] {
  const { quantity, from } = meter;
  const compute = (values: readonly number[]): number | undefined => meter.compute(values);
  const block = 'block_after_inverter';
  const model = `meter_model${place.suffix}`;
  const guarded: DerivedField = {
    quantity,
    from: [block, model, ...from],
    compute: ([blockId = NaN, modelId = NaN, ...values]) =>
      isHere(place, { blockId, modelId, value: values[0] }) ? compute(values) : undefined,
  };
  if (place.blockAfterInverter !== undefined) return [guarded];
  return [
    guarded,
    {
      quantity,
      from: [block, ...from],
      unless: [model],
      compute: ([blockId = NaN, ...values]) =>
        isHere(place, { blockId, modelId: 0, value: values[0] }) ? compute(values) : undefined,
    },
    {
      quantity,
      from: [model, ...from],
      unless: [block],
      compute: ([modelId = NaN, ...values]) =>
        isHere(place, { blockId: 0, modelId, value: values[0] }) ? compute(values) : undefined,
    },
    {
      quantity,
      from,
      unless: [block, model],
      compute: (values) => (values[0] === 0 ? undefined : compute(values)),
    },
  ];
}

interface Found {
  readonly blockId: number;
  /** With its length, as `blockId`. */
  readonly modelId: number;
  readonly value: number | undefined;
}

function isHere({ blockAfterInverter }: Place, { blockId, modelId, value }: Found): boolean {
  if (blockAfterInverter !== undefined) return blockId === blockAfterInverter && isMeter(modelId);
  if (idOf(blockId) !== commonModel && blockId !== 0) return false;
  return isMeter(modelId) || (modelId === 0 && value !== 0);
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

const commonModel = 1;

function isMeter(modelId: number): boolean {
  const id = idOf(modelId);
  return id >= 201 && id <= 204;
}

function idOf(modelId: number): number {
  return Math.floor(modelId / 0x10000);
}
