import {
  deyeAlarmFlags,
  deyeEnergyTotal,
  deyeFamily,
  deyeHolding as holding,
  deyeRecognition,
  deyeStatusLabels,
  deyeTemperature,
  deyeType,
  deyeTypes,
} from './deye-family.ts';
import type { DriverDefinition } from './driver.ts';
import type { DerivedField } from './register-map.ts';

const phaseVoltage = { encoding: 'u16', scale: 0.1, min: 0, max: 480 } as const;
const current = { encoding: 's16', scale: 0.01, min: -327.68, max: 327.67 } as const;
/** One phase stays below 32 kW; a total may not, see `total`. */
const phasePower = { encoding: 's16', min: -32_000, max: 32_000 } as const;
const lowWord = { encoding: 'u16', min: 0, max: 0xffff } as const;
const stringPower = { encoding: 'u16', min: 0, max: 40_000 } as const;
const stringVoltage = { encoding: 'u16', scale: 0.1, min: 0, max: 1_100 } as const;
const stringCurrent = { encoding: 'u16', scale: 0.1, min: 0, max: 100 } as const;

/** What a raw value is multiplied by in devices with a low-voltage, and with a high-voltage battery. */
type Factors = readonly [low: number, high: number];

const powerFactors: Factors = [1, 10];
/** Hundredths and tenths of a volt, as divisors. */
const voltageDivisors: Factors = [100, 10];

/** Most have a low-voltage battery: so does one that does not say. */
function factorOf(deviceType: number, [low, high]: Factors): number {
  if (deviceType === 0 || deyeTypes.lowVoltageHybrid.some((type) => type === deviceType)) return low;
  return deyeTypes.highVoltageHybrid.some((type) => type === deviceType) ? high : NaN;
}

/** With the type of the device, or of one that is known to have no register for it. */
function byType(
  quantity: DerivedField['quantity'],
  { from, unless = [] }: { readonly from: readonly string[]; readonly unless?: readonly string[] },
  compute: (values: readonly number[], deviceType: number) => number,
): DerivedField[] {
  return [
    {
      quantity,
      from: [...from, 'device_type'],
      unless,
      compute: (values) => compute(values.slice(0, -1), values.at(-1) ?? NaN),
    },
    { quantity, from, unless: [...unless, 'device_type'], compute: (values) => compute(values, 0) },
  ];
}

/** The sum of powers that are in watts or in tens of watts, by the type of device. */
function power(
  quantity: DerivedField['quantity'],
  raws: readonly string[],
  unless: readonly string[] = [],
): DerivedField[] {
  return byType(quantity, { from: raws, unless }, (values, deviceType) => {
    return sumOf(values) * factorOf(deviceType, powerFactors);
  });
}

/**
 * A total power from its low word: the value that is nearest to the sum of its phases, which fit their
 * words. The high words stand far away (687 to 708), and are 0 in older firmware, whatever the sign.
 */
function totalOf([lowWordValue = NaN, ...powers]: readonly number[]): number {
  return lowWordValue + 0x10000 * Math.round((sumOf(powers) - lowWordValue) / 0x10000);
}

function sumOf(powers: readonly number[]): number {
  return powers.reduce((sum, powerW) => sum + powerW, 0);
}

/**
 * The first low word that is filled; without the phases it has its sign. Where none is filled the phases count.
 */
function total(
  quantity: DerivedField['quantity'],
  lows: readonly string[],
  phases: readonly string[],
): DerivedField[] {
  const filled = lows.flatMap((low): DerivedField[] => [
    {
      quantity,
      from: [low, ...phases],
      compute: (values) => (values[0] === 0 ? undefined : totalOf(values)),
    },
    {
      quantity,
      from: [low],
      unless: phases,
      compute: (values) => (values[0] === 0 ? undefined : totalOf(values)),
    },
  ]);
  const rests = (values: readonly number[]): number | undefined => (values[0] === 0 ? 0 : undefined);
  return [
    ...filled,
    ...lows.map((low): DerivedField => ({
      quantity,
      from: [...phases, low],
      compute: (values) => (values.at(-1) === 0 ? sumOf(values) : undefined),
    })),
    { quantity, from: phases, unless: lows, compute: sumOf },
    ...lows.map((low): DerivedField => ({ quantity, from: [low], unless: phases, compute: rests })),
  ];
}

/** The external transformers where they are fitted, otherwise those in the inverter. */
function gridCurrent(phase: 1 | 2 | 3): DerivedField[] {
  const quantity = `grid_current_l${phase}_a` as const;
  const [external, internal] = [`external_current_l${phase}`, `internal_current_l${phase}`];
  return [
    {
      quantity,
      from: [external, internal, 'external_power_low'],
      compute: ([externalA, internalA, externalPower]) =>
        externalPower === 0 || externalA === 0 ? internalA : externalA,
    },
    { quantity, from: [internal], unless: [external], compute: ([internalA]) => internalA },
  ];
}

const pvPowers = ['pv1_power_raw', 'pv2_power_raw', 'pv3_power_raw', 'pv4_power_raw'] as const;
const gridPhases = ['grid_power_l1_w', 'grid_power_l2_w', 'grid_power_l3_w'] as const;
const inverterPhases = ['inverter_power_l1_w', 'inverter_power_l2_w', 'inverter_power_l3_w'] as const;
const loadPhases = ['load_power_l1', 'load_power_l2', 'load_power_l3'] as const;

/**
 * Deye and Sunsynk three-phase hybrids with a low-voltage or a high-voltage battery, which register 0 tells: the
 * latter give battery and panel power in tens of watts; one that does not tell counts as the former. Signs are
 * ours: grid > 0 is import, battery > 0 is discharge. 622 to 625 follow the transformers that the inverter is set
 * to, external or internal. Nothing is written: register 143 counts watts or tens of watts, by the type.
 */
export const deye: DriverDefinition = {
  ...deyeFamily,
  id: 'deye',
  title: 'Deye and Sunsynk three-phase hybrid inverters (SG0xLP3, SG01HP3)',
  source:
    'Deye, Modbus RTU V105.1 (2023-10-06) and V104.3 for SG01HP3, zero-based addresses as printed, low word ' +
    'first; after davidrapan/ha-solarman (deye_p3) and evcc-io/evcc (deye-hybrid-3p).',
  fields: [
    deyeType,
    holding('device_status', { address: 500, encoding: 'u16', min: 0, max: 5, labels: deyeStatusLabels }),
    holding('battery_charge_kwh', { address: 516, ...deyeEnergyTotal }),
    holding('battery_discharge_kwh', { address: 518, ...deyeEnergyTotal }),
    holding('grid_import_kwh', { address: 522, ...deyeEnergyTotal }),
    holding('grid_export_kwh', { address: 524, ...deyeEnergyTotal }),
    holding('home_energy_kwh', { address: 527, ...deyeEnergyTotal }),
    holding('pv_energy_today_kwh', { address: 529, encoding: 'u16', scale: 0.1, min: 0, max: 2_000 }),
    holding('pv_energy_kwh', { address: 534, ...deyeEnergyTotal }),
    holding('inverter_temperature_c', { address: 540, ...deyeTemperature }),
    holding('inverter_heatsink_temperature_c', { address: 541, ...deyeTemperature }),
    holding('alarm_code', { address: 553, encoding: 'u32', min: 0, max: 0xffffffff, flags: deyeAlarmFlags }),
    holding('battery_temperature_c', { address: 586, ...deyeTemperature, max: 100 }),
    holding('battery_voltage_raw', { address: 587, encoding: 'u16', min: 0, max: 10_000 }),
    holding('battery_soc_pct', { address: 588, encoding: 'u16', min: 0, max: 100 }),
    holding('battery_power_raw', { address: 590, encoding: 's16', min: -32_000, max: 32_000 }),
    holding('battery_current_a', { address: 591, ...current }),
    holding('grid_voltage_l1_v', { address: 598, ...phaseVoltage }),
    holding('grid_voltage_l2_v', { address: 599, ...phaseVoltage }),
    holding('grid_voltage_l3_v', { address: 600, ...phaseVoltage }),
    holding('grid_frequency_hz', { address: 609, encoding: 'u16', scale: 0.01, min: 40, max: 70 }),
    holding('internal_current_l1', { address: 610, ...current }),
    holding('internal_current_l2', { address: 611, ...current }),
    holding('internal_current_l3', { address: 612, ...current }),
    holding('external_current_l1', { address: 613, ...current }),
    holding('external_current_l2', { address: 614, ...current }),
    holding('external_current_l3', { address: 615, ...current }),
    holding('external_power_low', { address: 619, ...lowWord }),
    holding('grid_power_l1_w', { address: 622, ...phasePower }),
    holding('grid_power_l2_w', { address: 623, ...phasePower }),
    holding('grid_power_l3_w', { address: 624, ...phasePower }),
    holding('grid_power_low', { address: 625, ...lowWord }),
    holding('inverter_current_l1_a', { address: 630, ...current }),
    holding('inverter_current_l2_a', { address: 631, ...current }),
    holding('inverter_current_l3_a', { address: 632, ...current }),
    holding('inverter_power_l1_w', { address: 633, ...phasePower }),
    holding('inverter_power_l2_w', { address: 634, ...phasePower }),
    holding('inverter_power_l3_w', { address: 635, ...phasePower }),
    holding('inverter_power_low', { address: 636, ...lowWord }),
    holding('load_power_l1', { address: 650, ...phasePower }),
    holding('load_power_l2', { address: 651, ...phasePower }),
    holding('load_power_l3', { address: 652, ...phasePower }),
    holding('load_power_low', { address: 653, ...lowWord }),
    holding('pv1_power_raw', { address: 672, ...stringPower }),
    holding('pv2_power_raw', { address: 673, ...stringPower }),
    holding('pv3_power_raw', { address: 674, ...stringPower }),
    holding('pv4_power_raw', { address: 675, ...stringPower }),
    holding('pv_string1_voltage_v', { address: 676, ...stringVoltage }),
    holding('pv_string1_current_a', { address: 677, ...stringCurrent }),
    holding('pv_string2_voltage_v', { address: 678, ...stringVoltage }),
    holding('pv_string2_current_a', { address: 679, ...stringCurrent }),
    holding('pv_string3_voltage_v', { address: 680, ...stringVoltage }),
    holding('pv_string3_current_a', { address: 681, ...stringCurrent }),
    holding('pv_string4_voltage_v', { address: 682, ...stringVoltage }),
    holding('pv_string4_current_a', { address: 683, ...stringCurrent }),
  ],
  derived: [
    ...byType('battery_voltage_v', { from: ['battery_voltage_raw'] }, ([raw = NaN], deviceType) => {
      return raw / factorOf(deviceType, voltageDivisors);
    }),
    ...power('battery_power_w', ['battery_power_raw']),
    ...power('pv_string1_power_w', ['pv1_power_raw']),
    ...power('pv_string2_power_w', ['pv2_power_raw']),
    ...power('pv_string3_power_w', ['pv3_power_raw']),
    ...power('pv_string4_power_w', ['pv4_power_raw']),
    ...power('pv_power_w', pvPowers),
    ...power('pv_power_w', pvPowers.slice(0, 3), pvPowers.slice(3)),
    ...power('pv_power_w', pvPowers.slice(0, 2), pvPowers.slice(2)),
    ...total('grid_power_w', ['grid_power_low', 'external_power_low'], gridPhases),
    ...total('inverter_power_w', ['inverter_power_low'], inverterPhases),
    ...total('home_power_w', ['load_power_low'], loadPhases),
    ...gridCurrent(1),
    ...gridCurrent(2),
    ...gridCurrent(3),
  ],
  recognition: deyeRecognition([...deyeTypes.lowVoltageHybrid, ...deyeTypes.highVoltageHybrid]),
};
