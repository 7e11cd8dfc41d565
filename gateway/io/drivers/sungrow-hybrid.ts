import type { DriverDefinition } from './driver.ts';
import type { DerivedField, RegisterField } from './register-map.ts';
import { sungrowControls } from './sungrow-controls.ts';
import {
  isSungrow,
  isSungrowHybrid,
  sungrowCoarseFrequency,
  sungrowFrequency,
  sungrowModel,
  sungrowSerialNumber,
  sungrowStates,
} from './sungrow-map.ts';

type Input = Omit<RegisterField, 'name' | 'table' | 'notAvailable'>;

/** Bits of 13000, "power flow status": what the battery does. */
const isCharging = 0x02;
const isDischarging = 0x04;

/** What is not there: all ones, but for the sign. */
const absent = { u16: 0xffff, s16: 0x7fff, u32: 0xffffffff, s32: 0x7fffffff } as const;

function input(name: string, field: Input & { encoding: keyof typeof absent }): RegisterField {
  return { name, table: 'input', ...field, notAvailable: [absent[field.encoding]] };
}

const voltage = { encoding: 'u16', scale: 0.1, min: 0, max: 1_100 } as const;
const current = { encoding: 'u16', scale: 0.1, min: 0, max: 100 } as const;
const phaseCurrent = { encoding: 's16', scale: 0.1, min: -200, max: 200 } as const;
const energyTotal = { encoding: 'u32', scale: 0.1, min: 0, max: 10_000_000 } as const;

/**
 * Battery values without a sign take it from 13000. Neither bit: the battery rests, and what is measured is its own
 * consumption; more than that has a direction that nobody tells.
 */
function signed(quantity: DerivedField['quantity'], name: string, restMax: number): DerivedField {
  return {
    quantity,
    from: [name, 'power_flow'],
    compute: ([value = NaN, flow = NaN]) => {
      const magnitude = Math.abs(value);
      if ((flow & isDischarging) !== 0) return magnitude;
      if ((flow & isCharging) !== 0) return -magnitude;
      return magnitude <= restMax ? 0 : undefined;
    },
  };
}

/**
 * Sungrow SH hybrids: panels, battery, and the meter at the grid connection. Firmware differs: 5213 and 5241 are
 * absent, or 0, on older ones, and the sign of 13020 and 13021 depends on it, so these are taken without their sign
 * (sources disagree). Phase powers of the meter (5602 to 5606) are left out for the same reason, and a fourth string
 * (5114) because it would cost every model a request of its own: 5016 is the power of all.
 */
export const sungrowHybrid: DriverDefinition = {
  id: 'sungrow-hybrid',
  title: 'Sungrow SH hybrid inverters (SH3.0RS to SH25T)',
  source:
    'Sungrow, Communication Protocol of Residential Hybrid Inverter V1.1.x, section 3.2 "running information": ' +
    'wire address = number in the manual − 1; low word first. Signs and firmware differences after ' +
    'mkaiser/Sungrow-SHx-Inverter-Modbus-Home-Assistant and evcc-io/evcc.',
  wordOrder: 'little',
  defaultUnit: 1,
  defaultPort: 502,
  limits: {
    registersMax: 100,
    // Over the LAN port; a WiNet-S stick is slower, and then has a longer period.
    responseMsMax: 150,
    requestGapMs: 0,
    connectDelayMs: 0,
    requestTimeoutMs: 3_000,
  },
  fields: [
    input('inverter_temperature_c', { address: 5007, encoding: 's16', scale: 0.1, min: -40, max: 120 }),
    input('pv_string1_voltage_v', { address: 5010, ...voltage }),
    input('pv_string1_current_a', { address: 5011, ...current }),
    input('pv_string2_voltage_v', { address: 5012, ...voltage }),
    input('pv_string2_current_a', { address: 5013, ...current }),
    input('pv_string3_voltage_v', { address: 5014, ...voltage }),
    input('pv_string3_current_a', { address: 5015, ...current }),
    input('pv_power_w', { address: 5016, encoding: 'u32', min: 0, max: 100_000 }),
    input('grid_voltage_l1_v', { address: 5018, encoding: 'u16', scale: 0.1, min: 0, max: 480 }),
    input('grid_voltage_l2_v', { address: 5019, encoding: 'u16', scale: 0.1, min: 0, max: 480 }),
    input('grid_voltage_l3_v', { address: 5020, encoding: 'u16', scale: 0.1, min: 0, max: 480 }),
    input('inverter_reactive_power_var', {
      address: 5032,
      encoding: 's32',
      min: -100_000,
      max: 100_000,
    }),
    input('inverter_power_factor', { address: 5034, encoding: 's16', scale: 0.001, min: -1, max: 1 }),
    sungrowCoarseFrequency,
    input('battery_power_signed', { address: 5213, encoding: 's32', min: -100_000, max: 100_000 }),
    input('grid_frequency_fine', { address: 5241, encoding: 'u16', scale: 0.01, min: 40, max: 70 }),
    input('device_status', {
      address: 12999,
      encoding: 'u16',
      min: 0,
      max: 0xffff,
      labels: sungrowStates,
    }),
    input('power_flow', { address: 13000, encoding: 'u16', min: 0, max: 0xffff }),
    input('pv_energy_today_kwh', { address: 13001, encoding: 'u16', scale: 0.1, min: 0, max: 2_000 }),
    input('pv_energy_kwh', { address: 13002, ...energyTotal }),
    input('home_power_w', { address: 13007, encoding: 's32', min: -100_000, max: 100_000 }),
    input('grid_power_w', { address: 13009, encoding: 's32', scale: -1, min: -100_000, max: 100_000 }),
    input('battery_voltage_v', { address: 13019, encoding: 'u16', scale: 0.1, min: 0, max: 1_000 }),
    input('battery_current_unsigned', { address: 13020, encoding: 's16', scale: 0.1, min: -200, max: 200 }),
    input('battery_power_unsigned', { address: 13021, encoding: 's16', min: -32_000, max: 32_000 }),
    input('battery_soc_pct', { address: 13022, encoding: 'u16', scale: 0.1, min: 0, max: 100 }),
    input('battery_soh_pct', { address: 13023, encoding: 'u16', scale: 0.1, min: 0, max: 100 }),
    input('battery_temperature_c', { address: 13024, encoding: 's16', scale: 0.1, min: -40, max: 100 }),
    input('battery_discharge_kwh', { address: 13026, ...energyTotal }),
    input('inverter_current_l1_a', { address: 13030, ...phaseCurrent }),
    input('inverter_current_l2_a', { address: 13031, ...phaseCurrent }),
    input('inverter_current_l3_a', { address: 13032, ...phaseCurrent }),
    input('inverter_power_w', { address: 13033, encoding: 's32', min: -100_000, max: 100_000 }),
    input('grid_import_kwh', { address: 13036, ...energyTotal }),
    input('battery_capacity_kwh', {
      address: 13038,
      encoding: 'u16',
      scale: 0.1,
      min: 0,
      max: 1_000,
    }),
    input('battery_charge_kwh', { address: 13040, ...energyTotal }),
    input('grid_export_kwh', { address: 13045, ...energyTotal }),
  ],
  derived: [
    {
      quantity: 'battery_power_w',
      from: ['battery_power_signed'],
      compute: ([powerW]) => (powerW === 0 ? undefined : powerW),
    },
    signed('battery_power_w', 'battery_power_unsigned', 100),
    {
      quantity: 'battery_power_w',
      from: ['battery_power_signed'],
      unless: ['battery_power_unsigned'],
      compute: ([powerW]) => powerW,
    },
    {
      quantity: 'battery_power_w',
      from: ['battery_power_signed', 'battery_power_unsigned'],
      compute: ([powerW, unsignedW]) => (unsignedW === 0 ? powerW : undefined),
    },
    signed('battery_current_a', 'battery_current_unsigned', 1),
    {
      quantity: 'grid_frequency_hz',
      from: ['grid_frequency_fine'],
      compute: ([hz]) => (hz === 0 ? undefined : hz),
    },
    sungrowFrequency,
  ],
  serialNumber: sungrowSerialNumber,
  model: sungrowModel,
  controls: sungrowControls,
  recognition: { certainty: 'likely', checks: [...isSungrow, isSungrowHybrid] },
  /** The holes between the registers of the manual. */
  forbidden: [
    { table: 'input', first: 5008, last: 5009 },
    { table: 'input', first: 5021, last: 5031 },
    { table: 'input', first: 5036, last: 5113 },
    { table: 'input', first: 5116, last: 5212 },
    { table: 'input', first: 5215, last: 5240 },
    { table: 'input', first: 5242, last: 5599 },
    { table: 'input', first: 13014, last: 13015 },
    { table: 'input', first: 13028, last: 13029 },
    { table: 'input', first: 13042, last: 13043 },
  ],
};
