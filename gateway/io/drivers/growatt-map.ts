import type { ControlDefinition } from './control-definition.ts';
import { netOf } from './alternatives.ts';
import type { DerivedField, RegisterField, TextField } from './register-map.ts';
import type { DeviceLimits } from './driver.ts';

type Input = Omit<RegisterField, 'name' | 'table'>;

export function growattInput(name: string, field: Input): RegisterField {
  return { name, table: 'input', ...field };
}

const stringVoltage = { encoding: 'u16', scale: 0.1, min: 0, max: 1_500 } as const;
const stringCurrent = { encoding: 'u16', scale: 0.1, min: 0, max: 200 } as const;
const gridVoltage = { encoding: 'u16', scale: 0.1, min: 0, max: 500 } as const;
const phaseCurrent = { encoding: 'u16', scale: 0.1, min: 0, max: 400 } as const;

export const growattPower = { encoding: 'u32', scale: 0.1, min: 0, max: 500_000 } as const;
export const growattEnergy = { encoding: 'u32', scale: 0.1, min: 0, max: 100_000_000 } as const;

/** Strings of four registers each: volts, amperes, and watts in two. */
export function growattStrings(first: number, names: readonly ('1' | '2' | '3')[]): RegisterField[] {
  return names.flatMap((string, index) => [
    growattInput(`pv_string${string}_voltage_v`, { address: first + 4 * index, ...stringVoltage }),
    growattInput(`pv_string${string}_current_a`, { address: first + 4 * index + 1, ...stringCurrent }),
    growattInput(`pv_string${string}_power_w`, { address: first + 4 * index + 2, ...growattPower }),
  ]);
}

/** Phases of four registers each: volts, amperes, and volt-amperes in two. */
export function growattPhases(first: number): RegisterField[] {
  return ['l1', 'l2', 'l3'].flatMap((phase, index) => [
    growattInput(`grid_voltage_${phase}_v`, { address: first + 4 * index, ...gridVoltage }),
    growattInput(`inverter_current_${phase}_a`, { address: first + 4 * index + 1, ...phaseCurrent }),
  ]);
}

/**
 * Where each direction has a register of its own: `import_power`, `export_power`, `load_power` and the battery's.
 * Without a meter the first three are 0, which no house draws: then they are unknown.
 */
export const growattFlows: readonly DerivedField[] = [
  {
    quantity: 'grid_power_w',
    from: ['import_power', 'export_power', 'load_power'],
    compute: ([importW = NaN, exportW = NaN, loadW = NaN]) =>
      isMetered(importW, exportW, loadW) ? importW - exportW : undefined,
  },
  {
    quantity: 'home_power_w',
    from: ['import_power', 'export_power', 'load_power'],
    compute: ([importW = NaN, exportW = NaN, loadW = NaN]) =>
      isMetered(importW, exportW, loadW) ? loadW : undefined,
  },
  ...netOf('grid_power_w', 'import_power', 'export_power').map((each) => ({
    ...each,
    unless: [...(each.unless ?? []), 'load_power'],
  })),
  {
    quantity: 'home_power_w',
    from: ['load_power'],
    compute: ([loadW]) => (loadW === 0 ? undefined : loadW),
  },
  ...netOf('battery_power_w', 'discharge_power', 'charge_power'),
];

function isMetered(importW: number, exportW: number, loadW: number): boolean {
  return importW !== 0 || exportW !== 0 || loadW !== 0;
}

/** On a line of 9600 bit/s; 125 registers take 290 ms. */
export const growattLimits: DeviceLimits = {
  registersMax: 125,
  responseMsMax: 500,
  requestGapMs: 100,
  connectDelayMs: 0,
  requestTimeoutMs: 3_000,
  perRequestMs: 160,
  perRegisterMs: 2.3,
};

/** By model and firmware; newer models that keep the older places leave them empty. */
export const growattSerialNumbers = {
  classic: { table: 'holding', address: 23, count: 5 },
  newer: { table: 'holding', address: 209, count: 15 },
  tlx: { table: 'holding', address: 3001, count: 15 },
} as const satisfies Record<string, TextField>;

/** In tenths of a degree; outdoors it falls below 0. */
export const growattTemperature = { encoding: 's16', scale: 0.1, min: -40, max: 150 } as const;

export const growattFirmware = { table: 'holding', address: 9, count: 6 } as const;

const activePowerLimit = { address: 3, encoding: 'u16', functionCode: 6 } as const;

/**
 * A setting, in memory that wears. The export limit (122 and 123) is left out: it is in percent of a power that the
 * device does not tell; so are the rates of a battery (1070 and 1090).
 */
export const growattControls: readonly ControlDefinition[] = [
  {
    name: 'active_power_limit_pct',
    source: 'Growatt, Inverter Modbus RTU Protocol II V1.24, holding register 3 "active power rate"',
    min: 0,
    max: 100,
    step: 1,
    minIntervalMs: 30_000,
    writesPerYearMax: 5_000,
    set: [{ register: activePowerLimit, value: (limitPct) => limitPct }],
    revert: [{ register: activePowerLimit, value: 100 }],
  },
];

/** Of models with registers from 3000: what tells them from the others. */
export const growattTlxFrequency = growattInput('grid_frequency_hz', {
  address: 3025,
  encoding: 'u16',
  scale: 0.01,
  min: 40,
  max: 70,
});
