import type { DriverDefinition } from './driver.ts';
import {
  froniusFamily,
  froniusHolding as holding,
  froniusModuleFields,
  froniusModuleQuantities,
  froniusPowerLimit,
  froniusRecognition,
  froniusStatusLabels,
} from './fronius-family.ts';

const unsigned = { encoding: 'u16', notAvailable: [0xffff] } as const;
const signed = { encoding: 's16', notAvailable: [-0x8000] } as const;
const current = { ...unsigned, scaleRegister: 40075, min: 0, max: 1_000 } as const;
const voltage = { ...unsigned, scaleRegister: 40082, min: 0, max: 500 } as const;
const temperature = { ...signed, scaleRegister: 40106, min: -40, max: 150 } as const;
const power = { ...signed, min: -500_000, max: 500_000 } as const;

/** Models of the chain 1, 103, 120, 121, 122, 123, 160, with their headers. */
const model123 = 40227;
const model160 = 40253;

/**
 * Fronius inverters set to "int + SF". A GEN24 does not implement the DC values of the inverter model: its panels
 * and its battery are in model 160. Any meter is a device of its own, unit 200 or 240.
 */
export const froniusSf: DriverDefinition = {
  ...froniusFamily,
  id: 'fronius-sf',
  title: 'Fronius inverters (Symo, Primo, GEN24, Verto, Tauro), set to "int + SF"',
  source:
    'SunSpec, Information Model Reference, models 1, 101 to 103, 123, 124 and 160, in the order of Fronius, Modbus ' +
    'TCP & RTU; after evcc-io/evcc and srcfl/srcful-gateway.',
  fields: [
    holding('inverter_current_a', { address: 40071, ...current }),
    holding('inverter_current_l1_a', { address: 40072, ...current }),
    holding('inverter_current_l2_a', { address: 40073, ...current }),
    holding('inverter_current_l3_a', { address: 40074, ...current }),
    holding('grid_voltage_l1_v', { address: 40079, ...voltage }),
    holding('grid_voltage_l2_v', { address: 40080, ...voltage }),
    holding('grid_voltage_l3_v', { address: 40081, ...voltage }),
    holding('inverter_power_w', { address: 40083, scaleRegister: 40084, ...power }),
    holding('grid_frequency_hz', { address: 40085, scaleRegister: 40086, ...unsigned, min: 40, max: 70 }),
    holding('inverter_apparent_power_va', { address: 40087, scaleRegister: 40088, ...power }),
    holding('inverter_reactive_power_var', { address: 40089, scaleRegister: 40090, ...power }),
    holding('inverter_power_factor', {
      address: 40091,
      scaleRegister: 40092,
      ...signed,
      scale: 0.01,
      min: -1,
      max: 1,
    }),
    holding('inverter_energy_kwh', {
      address: 40093,
      encoding: 'u32',
      scaleRegister: 40095,
      scale: 0.001,
      notAvailable: [0, 0xffffffff],
      min: 0,
      max: 100_000_000,
    }),
    holding('inverter_dc_current_a', {
      address: 40096,
      scaleRegister: 40097,
      ...unsigned,
      min: 0,
      max: 1_000,
    }),
    holding('inverter_dc_voltage_v', {
      address: 40098,
      scaleRegister: 40099,
      ...unsigned,
      min: 0,
      max: 1_500,
    }),
    holding('inverter_dc_power_w', { address: 40100, scaleRegister: 40101, ...power }),
    holding('inverter_temperature_c', { address: 40102, ...temperature }),
    holding('inverter_heatsink_temperature_c', { address: 40103, ...temperature }),
    holding('device_status', { address: 40107, ...unsigned, min: 1, max: 8, labels: froniusStatusLabels }),
    ...froniusModuleFields(model160),
  ],
  derived: froniusModuleQuantities,
  controls: [froniusPowerLimit(model123)],
  recognition: froniusRecognition([101, 102, 103]),
};
