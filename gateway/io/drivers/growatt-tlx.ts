import type { DriverDefinition } from './driver.ts';
import {
  growattControls,
  growattEnergy,
  growattFirmware,
  growattFlows,
  growattInput,
  growattLimits,
  growattPhases,
  growattPower,
  growattSerialNumbers,
  growattStrings,
  growattTemperature,
  growattTlxFrequency,
} from './growatt-map.ts';

/**
 * Growatt MIN and MOD TL-X and, with battery, TL-XH. Each direction of the battery and of the grid has a register
 * of its own. The battery's voltage (3169) is left out: its scale depends on the model; and its current (3170), whose
 * sign is not documented.
 */
export const growattTlx: DriverDefinition = {
  id: 'growatt-tlx',
  title: 'Growatt MIN and MOD TL-X inverters and TL-XH hybrids',
  source:
    'Growatt, Inverter Modbus RTU Protocol II V1.24, input registers 3000 to 3249, zero-based as printed; after ' +
    'wills106/homeassistant-solax-modbus and evcc-io/evcc.',
  wordOrder: 'big',
  defaultUnit: 1,
  defaultPort: 502,
  limits: growattLimits,
  fields: [
    growattInput('device_status', { address: 3000, encoding: 'u16', min: 0, max: 0xffff }),
    growattInput('pv_power_w', { address: 3001, ...growattPower }),
    ...growattStrings(3003, ['1', '2', '3']),
    growattInput('inverter_power_w', {
      address: 3023,
      encoding: 's32',
      scale: 0.1,
      min: -500_000,
      max: 500_000,
    }),
    growattTlxFrequency,
    ...growattPhases(3026),
    growattInput('import_power', { address: 3041, ...growattPower }),
    growattInput('export_power', { address: 3043, ...growattPower }),
    growattInput('load_power', { address: 3045, ...growattPower }),
    growattInput('inverter_energy_kwh', { address: 3051, ...growattEnergy }),
    growattInput('pv_energy_kwh', { address: 3053, ...growattEnergy }),
    growattInput('grid_import_kwh', { address: 3069, ...growattEnergy }),
    growattInput('grid_export_kwh', { address: 3073, ...growattEnergy }),
    growattInput('inverter_temperature_c', { address: 3093, ...growattTemperature }),
    growattInput('battery_discharge_kwh', { address: 3127, ...growattEnergy }),
    growattInput('battery_charge_kwh', { address: 3131, ...growattEnergy }),
    growattInput('battery_soc_pct', { address: 3171, encoding: 'u16', min: 0, max: 100 }),
    growattInput('discharge_power', { address: 3178, ...growattPower }),
    growattInput('charge_power', { address: 3180, ...growattPower }),
  ],
  derived: growattFlows,
  serialNumber: growattSerialNumbers.tlx,
  otherSerialNumbers: [growattSerialNumbers.newer, growattSerialNumbers.classic],
  firmware: growattFirmware,
  controls: growattControls,
  recognition: {
    certainty: 'likely',
    checks: [
      { text: growattSerialNumbers.tlx, matches: /^[A-Z0-9]{10,30}$/ },
      { number: growattTlxFrequency },
    ],
  },
  /** Some firmware refuses what crosses from one block of 125 registers into the next. */
  forbidden: [{ table: 'input', first: 3124, last: 3124 }],
};
