import type { QuantityName } from '../../core/quantity.ts';
import type { DerivedField, RegisterField } from './register-map.ts';

/** Where each battery's block begins. */
const blocks = [0xe100, 0xe200, 0xe400] as const;

type Part = Omit<RegisterField, 'name' | 'table' | 'address' | 'wordOrder'> & { readonly offset: number };

const energyTotal = { encoding: 'u64', scale: 0.001, notAvailable: [0xffff_ffff_ffff_ffffn] } as const;
const storedEnergy = { encoding: 'f32', scale: 0.001, min: 0, max: 10_000 } as const;

/**
 * What is taken of each battery, by its offset. The rated energy is taken as its bits: not a number, zero and less
 * all mean that there is no battery, and have to be told from a read that failed.
 */
const partsOfEach = {
  rated_bits: { offset: 66, encoding: 'u32', min: 0, max: 0xffffffff },
  power: { offset: 116, encoding: 'f32', scale: -1, min: -100_000, max: 100_000 },
  discharged: { offset: 118, ...energyTotal, min: 0, max: 10_000_000 },
  charged: { offset: 122, ...energyTotal, min: 0, max: 10_000_000 },
  capacity: { offset: 126, ...storedEnergy },
  available: { offset: 128, ...storedEnergy },
  soc: { offset: 132, encoding: 'f32', min: 0, max: 100 },
} as const satisfies Record<string, Part>;

const partsOfFirst: Readonly<Record<string, Part>> = {
  temperature: { offset: 108, encoding: 'f32', min: -40, max: 100 },
  voltage: { offset: 112, encoding: 'f32', min: 0, max: 1_000 },
  soh: { offset: 130, encoding: 'f32', min: 0, max: 100 },
};

type PartName = keyof typeof partsOfEach;

function batteryFields(index: number, parts: Readonly<Record<string, Part>>): RegisterField[] {
  return Object.entries(parts).map(([part, { offset, ...field }]) => ({
    name: `battery${index + 1}_${part}`,
    table: 'holding',
    address: (blocks[index] ?? NaN) + offset,
    wordOrder: 'little',
    ...field,
  }));
}

/** Floats, counters and words of the batteries' own registers have their low word first. Charging counts positive there. */
const fields: readonly RegisterField[] = [
  ...blocks.flatMap((_, index) => batteryFields(index, partsOfEach)),
  ...batteryFields(0, partsOfFirst),
  {
    name: 'battery_status',
    table: 'holding',
    address: blocks[0] + 134,
    wordOrder: 'little',
    encoding: 'u32',
    notAvailable: [0xffffffff],
    min: 0,
    max: 0xffff,
    labels: {
      0: 'off',
      1: 'standby',
      2: 'initialising',
      3: 'charging',
      4: 'discharging',
      5: 'fault',
      6: 'preserving its charge',
      7: 'idle',
      10: 'saving power',
    },
  },
];

/** A positive finite float has these bits. */
function isBattery(ratedBits: number): boolean {
  return ratedBits > 0 && ratedBits < 0x7f80_0000;
}

interface OverBatteries {
  readonly quantity: QuantityName;
  /** Parts of each battery that is there. */
  readonly parts: readonly PartName[];
  /** A field that is not the batteries'. */
  readonly also?: string;
  /** Batteries that there must be. */
  readonly countMin: 0 | 1;
  /** The values by part, each of one battery after the other; and that of `also`. */
  readonly compute: (values: readonly (readonly number[])[], also: number) => number;
}

/**
 * A quantity over the batteries that there are: an alternative for each number of them. A battery counts as
 * absent when its block says so, or when the device is known to refuse it; not when a read failed, or three
 * batteries would be taken for two.
 */
function overBatteries(how: OverBatteries): DerivedField[] {
  return [3, 2, 1, 0].filter((count) => count >= how.countMin).flatMap((count) => alternatives(count, how));
}

function alternatives(count: number, { quantity, parts, also, compute }: OverBatteries): DerivedField[] {
  const present = Array.from({ length: count }, (_, index) => index + 1);
  const guards = present.map((battery) => `battery${battery}_rated_bits`);
  const inputs = [
    ...(also === undefined ? [] : [also]),
    ...parts.flatMap((part) => present.map((battery) => `battery${battery}_${part}`)),
  ];
  const total = (values: readonly number[]): number | undefined => {
    const [alsoValue = NaN] = also === undefined ? [] : values.slice(count);
    const rows = values.slice(count + (also === undefined ? 0 : 1));
    const isAllThere = values.slice(0, count).every(isBattery);
    const byPart = parts.map((_, part) => rows.slice(part * count, (part + 1) * count));
    return isAllThere ? compute(byPart, alsoValue) : undefined;
  };
  if (count === blocks.length) return [{ quantity, from: [...guards, ...inputs], compute: total }];
  const next = `battery${count + 1}_rated_bits`;
  return [
    {
      quantity,
      from: [next, ...guards, ...inputs],
      compute: ([nextBits = NaN, ...values]) => (isBattery(nextBits) ? undefined : total(values)),
    },
    { quantity, from: [...guards, ...inputs], unless: [next], compute: total },
  ];
}

function ofFirst(quantity: QuantityName, part: string): DerivedField {
  return {
    quantity,
    from: ['battery1_rated_bits', `battery1_${part}`],
    compute: ([ratedBits = NaN, value]) => (isBattery(ratedBits) ? value : undefined),
  };
}

function sum(values: readonly number[] = []): number {
  return values.reduce((total, value) => total + value, 0);
}

function sumOf(quantity: QuantityName, part: PartName): DerivedField[] {
  return overBatteries({ quantity, parts: [part], countMin: 1, compute: ([values]) => sum(values) });
}

/**
 * Up to three batteries, as one. Voltage, temperature and health are the first one's. The inverter's DC power is
 * that of the panels and of the batteries together.
 */
export const solaredgeBatteries: {
  readonly fields: readonly RegisterField[];
  readonly derived: readonly DerivedField[];
} = {
  fields,
  derived: [
    ...overBatteries({
      quantity: 'pv_power_w',
      parts: ['power'],
      also: 'inverter_dc_power_w',
      countMin: 0,
      compute: ([powersW], dcPowerW) => dcPowerW - sum(powersW),
    }),
    ...sumOf('battery_power_w', 'power'),
    ...sumOf('battery_charge_kwh', 'charged'),
    ...sumOf('battery_discharge_kwh', 'discharged'),
    ...sumOf('battery_capacity_kwh', 'capacity'),
    ...sumOf('battery_available_kwh', 'available'),
    ...overBatteries({
      quantity: 'battery_soc_pct',
      parts: ['soc', 'capacity'],
      countMin: 1,
      compute: ([socsPct = [], capacities = []]) =>
        sum(capacities) === 0
          ? sum(socsPct) / socsPct.length
          : sum(socsPct.map((socPct, battery) => socPct * (capacities[battery] ?? NaN))) / sum(capacities),
    }),
    ofFirst('battery_voltage_v', 'voltage'),
    ofFirst('battery_temperature_c', 'temperature'),
    ofFirst('battery_soh_pct', 'soh'),
  ],
};
