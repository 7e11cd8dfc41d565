import type { DriverDefinition } from './driver.ts';
import type { RegisterField } from './register-map.ts';
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

/** An absent meter, and some firmware, fills all bits of a signed value as well. */
const absent = { u16: [0xffff], s16: [0x7fff], u32: [0xffffffff], s32: [0x7fffffff, -1] } as const;

function input(name: string, field: Input & { encoding: keyof typeof absent }): RegisterField {
  return { name, table: 'input', ...field, notAvailable: absent[field.encoding] };
}

const voltage = { encoding: 'u16', scale: 0.1, min: 0, max: 1_500 } as const;
const current = { encoding: 'u16', scale: 0.1, min: 0, max: 200 } as const;
const gridVoltage = { encoding: 'u16', scale: 0.1, min: 0, max: 1_000 } as const;

/**
 * Sungrow SG string inverters, with a meter where there is one: its power (5082) counts import positive, unlike that
 * of hybrids. The total yield (5003) is in whole kWh, and in tenths on hybrids.
 */
export const sungrowString: DriverDefinition = {
  id: 'sungrow-string',
  title: 'Sungrow SG string inverters',
  source:
    'Sungrow, Communication Protocol of PV Grid-Connected String Inverters V1.1.x, "running information": wire ' +
    'address = number in the manual − 1; low word first. Meter after evcc-io/evcc and srcfl/srcful-gateway.',
  wordOrder: 'little',
  defaultUnit: 1,
  defaultPort: 502,
  limits: {
    registersMax: 100,
    responseMsMax: 300,
    requestGapMs: 0,
    connectDelayMs: 0,
    requestTimeoutMs: 3_000,
    perRequestMs: 60,
  },
  fields: [
    input('pv_energy_today_kwh', { address: 5002, encoding: 'u16', scale: 0.1, min: 0, max: 6_000 }),
    input('inverter_energy_kwh', { address: 5003, encoding: 'u32', min: 0, max: 100_000_000 }),
    input('inverter_temperature_c', { address: 5007, encoding: 's16', scale: 0.1, min: -40, max: 120 }),
    input('pv_string1_voltage_v', { address: 5010, ...voltage }),
    input('pv_string1_current_a', { address: 5011, ...current }),
    input('pv_string2_voltage_v', { address: 5012, ...voltage }),
    input('pv_string2_current_a', { address: 5013, ...current }),
    input('pv_string3_voltage_v', { address: 5014, ...voltage }),
    input('pv_string3_current_a', { address: 5015, ...current }),
    input('pv_power_w', { address: 5016, encoding: 'u32', min: 0, max: 500_000 }),
    input('grid_voltage_l1_v', { address: 5018, ...gridVoltage }),
    input('grid_voltage_l2_v', { address: 5019, ...gridVoltage }),
    input('grid_voltage_l3_v', { address: 5020, ...gridVoltage }),
    input('inverter_power_w', { address: 5030, encoding: 'u32', min: 0, max: 500_000 }),
    input('inverter_reactive_power_var', { address: 5032, encoding: 's32', min: -500_000, max: 500_000 }),
    input('inverter_power_factor', { address: 5034, encoding: 's16', scale: 0.001, min: -1, max: 1 }),
    sungrowCoarseFrequency,
    input('device_status', { address: 5037, encoding: 'u16', min: 0, max: 0xffff, labels: sungrowStates }),
    input('grid_power_w', { address: 5082, encoding: 's32', min: -500_000, max: 500_000 }),
    input('grid_import_kwh', { address: 5098, encoding: 'u32', scale: 0.1, min: 0, max: 10_000_000 }),
  ],
  derived: [
    sungrowFrequency,
    {
      quantity: 'home_power_w',
      from: ['inverter_power_w', 'grid_power_w'],
      compute: ([inverterPowerW = NaN, gridPowerW = NaN]) => inverterPowerW + gridPowerW,
    },
  ],
  serialNumber: sungrowSerialNumber,
  model: sungrowModel,
  recognition: { certainty: 'likely', checks: [...isSungrow, { not: isSungrowHybrid }] },
};
