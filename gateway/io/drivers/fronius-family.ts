import type { ControlDefinition } from './control-definition.ts';
import type { DeviceLimits, Recognition } from './driver.ts';
import type { DerivedField, RegisterField, TextField } from './register-map.ts';

type Holding = Omit<RegisterField, 'name' | 'table'>;
type Quantity = DerivedField['quantity'];

/** The Datamanager of older inverters is the slow one. */
const limits: DeviceLimits = {
  registersMax: 125,
  responseMsMax: 800,
  requestGapMs: 20,
  connectDelayMs: 0,
  requestTimeoutMs: 5_000,
};

const maker: TextField = { table: 'holding', address: 40004, count: 16 };
const model: TextField = { table: 'holding', address: 40020, count: 16 };
const firmware: TextField = { table: 'holding', address: 40044, count: 8 };
const serialNumber: TextField = { table: 'holding', address: 40052, count: 16 };

/** What all Fronius inverters have in common: SunSpec at 40000, its common model with 65 registers. */
export const froniusFamily = {
  wordOrder: 'big',
  defaultUnit: 1,
  defaultPort: 502,
  limits,
  serialNumber,
  model,
  firmware,
} as const;

export function froniusHolding(name: string, field: Holding): RegisterField {
  return { name, table: 'holding', ...field };
}

/** The maker's name, and the inverter model of the output that the device is set to. */
export function froniusRecognition(inverterModels: readonly number[]): Recognition {
  return {
    certainty: 'certain',
    checks: [
      { text: maker, matches: /^Fronius/ },
      {
        number: froniusHolding('inverter_model', { address: 40069, encoding: 'u16', min: 101, max: 113 }),
        anyOf: inverterModels,
      },
    ],
  };
}

export const froniusStatusLabels: Readonly<Record<number, string>> = {
  1: 'off',
  2: 'sleeping',
  3: 'starting',
  4: 'tracking the maximum power point',
  5: 'throttled',
  6: 'shutting down',
  7: 'fault',
  8: 'standby',
};

const storageLabels: Readonly<Record<number, string>> = {
  1: 'off',
  2: 'empty',
  3: 'discharging',
  4: 'charging',
  5: 'full',
  6: 'holding',
  7: 'testing',
};

const modules = [1, 2, 3, 4] as const;
const multiMpptModel = 160;
const storageModel = 124;
/** Registers of model 160 before its first module, and of a module. */
const moduleOffset = 10;
const moduleLength = 20;

/**
 * Model 160 at its address in the chain, and the storage model 124 after four modules. An accumulated energy of 0
 * is SunSpec's "not implemented", and nothing is lost by taking it so.
 */
export function froniusModuleFields(model160: number): RegisterField[] {
  const model124 = model160 + moduleOffset + moduleLength * modules.length;
  const unsigned = { encoding: 'u16', notAvailable: [0xffff] } as const;
  return [
    froniusHolding('mppt_model', { address: model160, encoding: 'u16', min: 0, max: 0xffff }),
    froniusHolding('module_count', { address: model160 + 8, encoding: 'u16', min: 0, max: 0xffff }),
    ...modules.flatMap((module) => {
      const first = model160 + moduleOffset + moduleLength * (module - 1);
      const point = (name: string, field: Holding): RegisterField =>
        froniusHolding(`module${module}_${name}`, field);
      return [
        point('current', {
          ...unsigned,
          address: first + 9,
          scaleRegister: model160 + 2,
          min: 0,
          max: 1_000,
        }),
        point('voltage', {
          ...unsigned,
          address: first + 10,
          scaleRegister: model160 + 3,
          min: 0,
          max: 1_500,
        }),
        point('power', {
          ...unsigned,
          address: first + 11,
          scaleRegister: model160 + 4,
          min: 0,
          max: 500_000,
        }),
        point('energy', {
          address: first + 12,
          encoding: 'u32',
          scaleRegister: model160 + 5,
          scale: 0.001,
          notAvailable: [0, 0xffffffff],
          min: 0,
          max: 100_000_000,
        }),
      ];
    }),
    froniusHolding('storage_model', { address: model124, encoding: 'u16', min: 0, max: 0xffff }),
    froniusHolding('storage_charge', {
      ...unsigned,
      address: model124 + 8,
      scaleRegister: model124 + 22,
      min: 0,
      max: 100,
    }),
    froniusHolding('storage_status', {
      ...unsigned,
      address: model124 + 11,
      min: 1,
      max: 7,
      labels: storageLabels,
    }),
  ];
}

/** Strings are the modules, but for the last two of a hybrid, which are the charging and discharging battery. */
export const froniusModuleQuantities: readonly DerivedField[] = [
  ...sumOfStrings('pv_power_w', 'power'),
  ...sumOfStrings('pv_energy_kwh', 'energy'),
  ...modules.flatMap((module) => [
    ...ofString(`pv_string${module}_current_a`, module, 'current'),
    ...ofString(`pv_string${module}_voltage_v`, module, 'voltage'),
    ...ofString(`pv_string${module}_power_w`, module, 'power'),
  ]),
  ofBattery('battery_power_w', ['module3_power', 'module4_power'], ([chargeW = NaN, dischargeW = NaN]) => {
    return dischargeW - chargeW;
  }),
  ofBattery('battery_charge_kwh', ['module3_energy'], ([kwh]) => kwh),
  ofBattery('battery_discharge_kwh', ['module4_energy'], ([kwh]) => kwh),
  ofBattery('battery_soc_pct', ['storage_charge'], ([pct]) => pct),
  ofBattery('battery_status', ['storage_status'], ([status]) => status),
  // A hybrid does not implement the DC power; of all others it is that of the panels.
  {
    quantity: 'pv_power_w',
    from: ['mppt_model', 'inverter_dc_power_w'],
    compute: ([mppt, dcPowerW]) => (mppt === multiMpptModel ? undefined : dcPowerW),
  },
  {
    quantity: 'pv_power_w',
    from: ['inverter_dc_power_w'],
    unless: ['mppt_model'],
    compute: ([dcPowerW]) => dcPowerW,
  },
];

/** By number of modules. Four are two strings and a battery where the storage model follows, otherwise four strings. */
function sumOfStrings(quantity: Quantity, point: string): DerivedField[] {
  const names = modules.map((module) => `module${module}_${point}`);
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  return [
    ...[1, 2, 3].map((count) => ({
      quantity,
      from: ['mppt_model', 'module_count', ...names.slice(0, count)],
      compute: ([mppt, moduleCount, ...values]: readonly number[]) =>
        mppt === multiMpptModel && moduleCount === count ? sum(values) : undefined,
    })),
    ofBattery(quantity, names.slice(0, 2), sum),
    {
      quantity,
      from: ['mppt_model', 'module_count', 'storage_model', ...names],
      compute: ([mppt, moduleCount, storage, ...values]) =>
        mppt === multiMpptModel && moduleCount === 4 && storage !== storageModel ? sum(values) : undefined,
    },
  ];
}

function ofString(quantity: Quantity, module: (typeof modules)[number], point: string): DerivedField[] {
  const name = `module${module}_${point}`;
  const shortest: DerivedField = {
    quantity,
    from: ['mppt_model', 'module_count', name],
    compute: ([mppt, moduleCount = NaN, value]) => {
      const isString = moduleCount >= module && (module < 3 || moduleCount === 3);
      return mppt === multiMpptModel && isString ? value : undefined;
    },
  };
  if (module < 3) return [shortest];
  const withoutBattery: DerivedField = {
    quantity,
    from: ['mppt_model', 'module_count', 'storage_model', name],
    compute: ([mppt, moduleCount, storage, value]) =>
      mppt === multiMpptModel && moduleCount === 4 && storage !== storageModel ? value : undefined,
  };
  return module === 3 ? [shortest, withoutBattery] : [withoutBattery];
}

/** Of a hybrid: four modules, and the storage model after them. */
function ofBattery(
  quantity: Quantity,
  names: readonly string[],
  compute: DerivedField['compute'],
): DerivedField {
  return {
    quantity,
    from: ['mppt_model', 'module_count', 'storage_model', ...names],
    compute: ([mppt, moduleCount, storage, ...values]) =>
      mppt === multiMpptModel && moduleCount === 4 && storage === storageModel ? compute(values) : undefined,
  };
}

/**
 * Limit of the inverter's power, model 123 at its address in the chain. It goes back by itself when its revert time
 * passes; a restart forgets it.
 */
export function froniusPowerLimit(model123: number): ControlDefinition {
  const enabled = { address: model123 + 9, encoding: 'u16' } as const;
  return {
    name: 'active_power_limit_pct',
    source:
      'SunSpec model 123: WMaxLimPct, WMaxLimPct_RvrtTms, WMaxLim_Ena; Fronius, Modbus TCP & RTU, model 123',
    min: 0,
    max: 100,
    step: 1,
    minIntervalMs: 5_000,
    writesPerYearMax: 1_000_000,
    set: [
      {
        register: { address: model123 + 5, encoding: 'u16', scaleRegister: model123 + 23 },
        value: (setPointPct) => setPointPct,
      },
      { register: enabled, value: 1 },
    ],
    revert: [{ register: enabled, value: 0 }],
    revertTimer: { register: { address: model123 + 7, encoding: 'u16' }, maxS: 3_600 },
  };
}
