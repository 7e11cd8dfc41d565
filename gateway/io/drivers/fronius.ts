import type { DriverDefinition } from './driver.ts';
import {
  froniusFamily,
  froniusHolding,
  froniusModuleFields,
  froniusModuleQuantities,
  froniusPowerLimit,
  froniusRecognition,
  froniusStatusLabels,
} from './fronius-family.ts';
import type { RegisterField } from './register-map.ts';

type Float = Pick<RegisterField, 'address' | 'min' | 'max' | 'scale'>;

function float(name: string, field: Float): RegisterField {
  return froniusHolding(name, { encoding: 'f32', ...field });
}

const current = { min: -1_000, max: 1_000 } as const;
const voltage = { min: 0, max: 500 } as const;
const power = { min: -500_000, max: 500_000 } as const;
const temperature = { min: -40, max: 150 } as const;

/** Models of the chain 1, 113, 120, 121, 122, 123, 160, with their headers. */
const model123 = 40237;
const model160 = 40263;

/**
 * Fronius inverters set to "float". Panels and battery of a GEN24 are in model 160, which is integers in this
 * output as well. Any meter is a device of its own, unit 200 or 240.
 */
export const fronius: DriverDefinition = {
  ...froniusFamily,
  id: 'fronius',
  title: 'Fronius inverters (Symo, Primo, GEN24, Verto, Tauro), set to "float"',
  source:
    'SunSpec, Information Model Reference, models 1, 111 to 113, 123, 124 and 160, in the order of Fronius, Modbus ' +
    'TCP & RTU; after evcc-io/evcc and srcfl/srcful-gateway.',
  fields: [
    float('inverter_current_a', { address: 40071, ...current }),
    float('inverter_current_l1_a', { address: 40073, ...current }),
    float('inverter_current_l2_a', { address: 40075, ...current }),
    float('inverter_current_l3_a', { address: 40077, ...current }),
    float('grid_voltage_l1_v', { address: 40085, ...voltage }),
    float('grid_voltage_l2_v', { address: 40087, ...voltage }),
    float('grid_voltage_l3_v', { address: 40089, ...voltage }),
    float('inverter_power_w', { address: 40091, ...power }),
    float('grid_frequency_hz', { address: 40093, min: 40, max: 70 }),
    float('inverter_apparent_power_va', { address: 40095, ...power }),
    float('inverter_reactive_power_var', { address: 40097, ...power }),
    float('inverter_power_factor', { address: 40099, scale: 0.01, min: -1, max: 1 }),
    float('inverter_energy_kwh', { address: 40101, scale: 0.001, min: 0, max: 100_000_000 }),
    float('inverter_dc_current_a', { address: 40103, ...current }),
    float('inverter_dc_voltage_v', { address: 40105, min: 0, max: 1_500 }),
    float('inverter_dc_power_w', { address: 40107, ...power }),
    float('inverter_temperature_c', { address: 40109, ...temperature }),
    float('inverter_heatsink_temperature_c', { address: 40111, ...temperature }),
    froniusHolding('device_status', {
      address: 40117,
      encoding: 'u16',
      notAvailable: [0xffff],
      min: 1,
      max: 8,
      labels: froniusStatusLabels,
    }),
    ...froniusModuleFields(model160),
  ],
  derived: froniusModuleQuantities,
  controls: [froniusPowerLimit(model123)],
  recognition: froniusRecognition([111, 112, 113]),
};
