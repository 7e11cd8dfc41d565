import { firstFilled } from './alternatives.ts';
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
 * Growatt MIC, MIN, MAX and, from 1000 on, SPH with battery and meter: the others refuse those. Newer models give the
 * power of the panels at 3001 as well, and some there only. Each direction of
 * the battery and of the grid has a register of its own. The battery's voltage is left out: its place (97 or 1013)
 * depends on the protocol's version and nothing tells which.
 */
export const growatt: DriverDefinition = {
  id: 'growatt',
  title: 'Growatt MIC, MIN, MAX inverters and SPH hybrids',
  source:
    'Growatt, Inverter Modbus RTU Protocol II V1.24, input registers 0 to 124 and storage registers 1000 to 1124, ' +
    'zero-based as printed; after wills106/homeassistant-solax-modbus and evcc-io/evcc.',
  wordOrder: 'big',
  defaultUnit: 1,
  defaultPort: 502,
  limits: growattLimits,
  fields: [
    growattInput('device_status', {
      address: 0,
      encoding: 'u16',
      min: 0,
      max: 0xffff,
      labels: { 0: 'waiting', 1: 'normal', 3: 'fault' },
    }),
    growattInput('pv_power', { address: 1, ...growattPower }),
    ...growattStrings(3, ['1', '2']),
    growattInput('inverter_power_w', {
      address: 35,
      encoding: 's32',
      scale: 0.1,
      min: -500_000,
      max: 500_000,
    }),
    growattInput('grid_frequency_hz', { address: 37, encoding: 'u16', scale: 0.01, min: 40, max: 70 }),
    ...growattPhases(38),
    growattInput('inverter_energy_kwh', { address: 55, ...growattEnergy }),
    growattInput('pv_energy_kwh', { address: 91, ...growattEnergy }),
    growattInput('inverter_temperature_c', { address: 93, ...growattTemperature }),
    growattInput('alarm_code', { address: 105, encoding: 'u16', min: 0, max: 0xffff }),
    growattInput('battery_status', {
      address: 1000,
      encoding: 'u16',
      min: 0,
      max: 0xffff,
      labels: { 5: 'panels and battery on grid', 6: 'battery on grid', 8: 'normal' },
    }),
    growattInput('discharge_power', { address: 1009, ...growattPower }),
    growattInput('charge_power', { address: 1011, ...growattPower }),
    growattInput('battery_soc_pct', { address: 1014, encoding: 'u16', min: 0, max: 100 }),
    growattInput('import_power', { address: 1021, ...growattPower }),
    growattInput('export_power', { address: 1029, ...growattPower }),
    growattInput('load_power', { address: 1037, ...growattPower }),
    growattInput('battery_temperature_c', { address: 1040, ...growattTemperature, max: 100 }),
    growattInput('grid_import_kwh', { address: 1046, ...growattEnergy }),
    growattInput('grid_export_kwh', { address: 1050, ...growattEnergy }),
    growattInput('battery_discharge_kwh', { address: 1054, ...growattEnergy }),
    growattInput('battery_charge_kwh', { address: 1058, ...growattEnergy }),
    growattInput('home_energy_kwh', { address: 1062, ...growattEnergy }),
    growattInput('pv_power_tlx', { address: 3001, ...growattPower }),
  ],
  derived: [...firstFilled('pv_power_w', ['pv_power', 'pv_power_tlx']), ...growattFlows],
  serialNumber: growattSerialNumbers.classic,
  otherSerialNumbers: [growattSerialNumbers.newer, growattSerialNumbers.tlx],
  firmware: growattFirmware,
  controls: growattControls,
  recognition: {
    certainty: 'likely',
    checks: [
      { text: growattSerialNumbers.classic, matches: /^[A-Z0-9]{10}$/ },
      {
        number: growattInput('frequency', { address: 37, encoding: 'u16', scale: 0.01, min: 45, max: 65 }),
      },
      { not: { number: growattTlxFrequency } },
    ],
  },
};
