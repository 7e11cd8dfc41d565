import type { DriverDefinition } from './driver.ts';
import type { DerivedField, TextField } from './register-map.ts';
import {
  solisCurrent,
  solisEnergyTotal,
  solisFamily,
  solisFrequency,
  solisInput as input,
  solisStatus,
  solisStringCurrent,
  solisStringVoltage,
  solisTemperature,
  solisToday,
  solisVoltage,
} from './solis-family.ts';

type Quantity = DerivedField['quantity'];

/** Of 3002, "AC output type". */
const singlePhase = 0;
const threePhaseWithoutNeutral = 2;

const serialNumber: TextField = { table: 'input', address: 3060, count: 4, coding: 'nibbles' };
const frequency = input('grid_frequency_hz', { address: 3042, ...solisFrequency });

/**
 * A single-phase inverter has its phase where others have their third; as not all models say what they are, it shows
 * by nothing in the first two. Without a neutral the voltages are those between lines.
 */
function phases(kind: 'grid_voltage' | 'inverter_current', names: readonly string[]): DerivedField[] {
  const unit = kind === 'grid_voltage' ? 'v' : 'a';
  return ([1, 2, 3] as const).flatMap((phase): DerivedField[] => {
    const quantity = `${kind}_l${phase}_${unit}` as Quantity;
    const valueOf = (values: readonly number[], outputType: number): number | undefined => {
      const [first, second, third] = values;
      const isSingle = outputType === singlePhase && first === 0 && second === 0;
      if (isSingle) return phase === 1 ? third : undefined;
      return unit === 'v' && outputType === threePhaseWithoutNeutral ? undefined : values[phase - 1];
    };
    return [
      {
        quantity,
        from: [...names, 'output_type'],
        compute: (values) => valueOf(values.slice(0, -1), values.at(-1) ?? NaN),
      },
      { quantity, from: names, unless: ['output_type'], compute: (values) => valueOf(values, singlePhase) },
    ];
  });
}

/**
 * Solis string inverters. The meter is as in all of Solis' maps, export positive; where there is none its power is 0,
 * so that a 0 is not taken for one. The counter is in whole kilowatt hours.
 */
export const solis: DriverDefinition = {
  ...solisFamily,
  id: 'solis',
  title: 'Solis string inverters (1P and 3P, 4G and 5G)',
  source:
    'Ginlong Solis, grid-tied inverters, RS485 Modbus protocol (2018), input registers, wire address = printed number ' +
    '− 1; after davidrapan/ha-solarman, hn/ginlong-solis (serial number) and evcc-io/evcc (sign of the meter).',
  fields: [
    input('output_type', { address: 3002, encoding: 'u16', min: 0, max: 3 }),
    input('inverter_power_w', { address: 3004, encoding: 'u32', min: 0, max: 200_000 }),
    input('pv_power_w', { address: 3006, encoding: 'u32', min: 0, max: 300_000 }),
    input('pv_energy_kwh', { address: 3008, ...solisEnergyTotal }),
    input('pv_energy_today_kwh', { address: 3014, ...solisToday }),
    input('pv_string1_voltage_v', { address: 3021, ...solisStringVoltage }),
    input('pv_string1_current_a', { address: 3022, ...solisStringCurrent }),
    input('pv_string2_voltage_v', { address: 3023, ...solisStringVoltage }),
    input('pv_string2_current_a', { address: 3024, ...solisStringCurrent }),
    input('voltage_a', { address: 3033, ...solisVoltage }),
    input('voltage_b', { address: 3034, ...solisVoltage }),
    input('voltage_c', { address: 3035, ...solisVoltage }),
    input('phase_a_current', { address: 3036, ...solisCurrent }),
    input('phase_b_current', { address: 3037, ...solisCurrent }),
    input('phase_c_current', { address: 3038, ...solisCurrent }),
    input('inverter_temperature_c', { address: 3041, ...solisTemperature }),
    frequency,
    input('device_status', { address: 3043, ...solisStatus }),
    input('grid_power_w', {
      address: 3083,
      encoding: 's32',
      scale: -1,
      notAvailable: [0],
      min: -500_000,
      max: 500_000,
    }),
  ],
  derived: [
    ...phases('grid_voltage', ['voltage_a', 'voltage_b', 'voltage_c']),
    ...phases('inverter_current', ['phase_a_current', 'phase_b_current', 'phase_c_current']),
  ],
  serialNumber,
  model: input('product_model', { address: 2999, encoding: 'u16', min: 0, max: 0xffff }),
  firmware: input('dsp_version', { address: 3000, encoding: 'u16', min: 0, max: 0xffff }),
  recognition: {
    certainty: 'likely',
    checks: [{ text: serialNumber, matches: /^[0-9A-F]{16}$/ }, { number: frequency }],
  },
};
