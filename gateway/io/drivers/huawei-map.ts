import { firstFilled } from './alternatives.ts';
import type { DriverDefinition, ForbiddenRange, RecognitionCheck } from './driver.ts';
import type { DerivedField, RegisterField } from './register-map.ts';

type Holding = Omit<RegisterField, 'name' | 'table' | 'notAvailable'>;

const absent = { u16: 0xffff, s16: 0x7fff, u32: 0xffffffff, s32: 0x7fffffff } as const;

/** The manual's "invalid value" of each type, section 2.3. */
function holding(name: string, field: Holding & { encoding: keyof typeof absent }): RegisterField {
  return { name, table: 'holding', ...field, notAvailable: [absent[field.encoding]] };
}

const stringVoltage = { encoding: 's16', scale: 0.1, min: -10, max: 1_500 } as const;
const stringCurrent = { encoding: 's16', scale: 0.01, min: -10, max: 100 } as const;
const phaseVoltage = { encoding: 'u16', scale: 0.1, min: 0, max: 480 } as const;
const phaseCurrent = { encoding: 's32', scale: 0.001, min: -1_000, max: 1_000 } as const;
const meterCurrent = { encoding: 's32', scale: 0.01, min: -1_000, max: 1_000 } as const;
const meterPower = { encoding: 's32', scale: -1, min: -500_000, max: 500_000 } as const;
const energyTotal = { encoding: 'u32', scale: 0.01, min: 0, max: 10_000_000 } as const;
const code = { encoding: 'u16', min: 0, max: 0xfffe } as const;

const inverterStatus = {
  0x0000: 'standby: initialising',
  0x0001: 'standby: checking the insulation',
  0x0002: 'standby: checking the irradiation',
  0x0003: 'standby: checking the grid',
  0x0100: 'starting',
  0x0200: 'on grid',
  0x0201: 'on grid, limited',
  0x0202: 'on grid, derating itself',
  0x0203: 'off grid',
  0x0300: 'shut down by a fault',
  0x0301: 'shut down by command',
  0x0303: 'shut down: communication lost',
  0x0304: 'shut down: limited',
  0x0305: 'shut down: must be started by hand',
  0x0306: 'shut down: DC switch open',
  0x0308: 'shut down: no input power',
  0x0500: 'ready for a spot check',
  0xa000: 'standby: no irradiation',
} as const;

export const huaweiInverterFields: readonly RegisterField[] = [
  holding('pv_string1_voltage_v', { address: 32016, ...stringVoltage }),
  holding('pv_string1_current_a', { address: 32017, ...stringCurrent }),
  holding('pv_string2_voltage_v', { address: 32018, ...stringVoltage }),
  holding('pv_string2_current_a', { address: 32019, ...stringCurrent }),
  holding('grid_voltage_l1_v', { address: 32069, ...phaseVoltage }),
  holding('grid_voltage_l2_v', { address: 32070, ...phaseVoltage }),
  holding('grid_voltage_l3_v', { address: 32071, ...phaseVoltage }),
  holding('inverter_current_l1_a', { address: 32072, ...phaseCurrent }),
  holding('inverter_current_l2_a', { address: 32074, ...phaseCurrent }),
  holding('inverter_current_l3_a', { address: 32076, ...phaseCurrent }),
  holding('inverter_power_w', { address: 32080, encoding: 's32', min: -500_000, max: 500_000 }),
  holding('inverter_reactive_power_var', { address: 32082, encoding: 's32', min: -500_000, max: 500_000 }),
  holding('inverter_power_factor', { address: 32084, encoding: 's16', scale: 0.001, min: -1, max: 1 }),
  holding('grid_frequency_hz', { address: 32085, encoding: 'u16', scale: 0.01, min: 40, max: 70 }),
  holding('inverter_temperature_c', { address: 32087, encoding: 's16', scale: 0.1, min: -40, max: 120 }),
  holding('device_status', { address: 32089, ...code, labels: inverterStatus }),
  holding('alarm_code', { address: 32090, ...code }),
  holding('inverter_energy_kwh', { address: 32106, ...energyTotal }),
  holding('pv_energy_today_kwh', { address: 32114, encoding: 'u32', scale: 0.01, min: 0, max: 20_000 }),
];

/** DC power of the panels: the battery of a hybrid is not in it. */
export const huaweiPvPower = holding('pv_power_w', {
  address: 32064,
  encoding: 's32',
  min: -1_000,
  max: 500_000,
});

/** The DTSU666-H or DDSU666-H at the grid connection. Its power counts feed-in positive, ours import. */
export const huaweiMeterFields: readonly RegisterField[] = [
  holding('meter_status', { address: 37100, ...code, labels: { 0: 'offline', 1: 'normal' } }),
  holding('grid_current_l1_a', { address: 37107, ...meterCurrent }),
  holding('grid_current_l2_a', { address: 37109, ...meterCurrent }),
  holding('grid_current_l3_a', { address: 37111, ...meterCurrent }),
  holding('grid_power_w', { address: 37113, ...meterPower }),
  holding('grid_reactive_power_var', { address: 37115, encoding: 's32', min: -500_000, max: 500_000 }),
  holding('grid_power_factor', { address: 37117, encoding: 's16', scale: 0.001, min: -1, max: 1 }),
  holding('grid_export_kwh', { address: 37119, encoding: 's32', scale: 0.01, min: 0, max: 10_000_000 }),
  holding('grid_import_kwh', { address: 37121, ...energyTotal }),
  holding('grid_power_l1_w', { address: 37132, ...meterPower }),
  holding('grid_power_l2_w', { address: 37134, ...meterPower }),
  holding('grid_power_l3_w', { address: 37136, ...meterPower }),
];

const batteryStatus = holding('battery_status', {
  address: 37000,
  ...code,
  labels: { 0: 'offline', 1: 'standby', 2: 'running', 3: 'fault', 4: 'asleep' },
});

const batterySoc = { encoding: 'u16', scale: 0.1, min: 0, max: 100 } as const;
const batteryPower = { encoding: 's32', scale: -1, min: -500_000, max: 500_000 } as const;

/**
 * LUNA2000 or LG RESU batteries: all of them, but for the first one's voltage, temperature and status. Their power
 * counts charging positive, ours discharging. The sign of the current (37021) is not documented: left out.
 */
export const huaweiBatteryFields: readonly RegisterField[] = [
  batteryStatus,
  holding('battery_voltage_v', { address: 37003, encoding: 'u16', scale: 0.1, min: 0, max: 1_000 }),
  holding('battery_temperature_c', { address: 37022, encoding: 's16', scale: 0.1, min: -40, max: 100 }),
  holding('battery1_power', { address: 37001, ...batteryPower }),
  holding('battery1_soc', { address: 37004, ...batterySoc }),
  holding('batteries_soc', { address: 37760, ...batterySoc }),
  holding('batteries_power', { address: 37765, ...batteryPower }),
  holding('battery_charge_kwh', { address: 37780, ...energyTotal }),
  holding('battery_discharge_kwh', { address: 37782, ...energyTotal }),
];

/** Some models with one battery have its own registers only, and leave those of all batteries empty. */
export const huaweiBatteryQuantities: readonly DerivedField[] = [
  ...firstFilled('battery_power_w', ['batteries_power', 'battery1_power']),
  ...firstFilled('battery_soc_pct', ['batteries_soc', 'battery1_soc']),
];

/** Reading across a hole is refused. The strings from the third on are among them: many models do not have them. */
export const huaweiHoles: readonly ForbiddenRange[] = [
  { table: 'holding', first: 32020, last: 32063 },
  { table: 'holding', first: 32095, last: 32105 },
  { table: 'holding', first: 32108, last: 32113 },
  { table: 'holding', first: 32116, last: 36999 },
  { table: 'holding', first: 37123, last: 37131 },
  { table: 'holding', first: 37138, last: 37759 },
];

/** What all models have in common. */
export const huaweiCommon = {
  source:
    'Huawei, Solar Inverter Modbus Interface Definitions (V3.0), section 3.1, zero-based addresses as printed; ' +
    'battery and meter after wlcrs/huawei-solar-lib. The SDongle needs a second after connecting, and a pause ' +
    'between requests.',
  wordOrder: 'big',
  defaultUnit: 1,
  defaultPort: 502,
  limits: {
    registersMax: 64,
    responseMsMax: 300,
    requestGapMs: 50,
    connectDelayMs: 1_000,
    requestTimeoutMs: 5_000,
    perRequestMs: 150,
  },
  derived: [
    {
      quantity: 'home_power_w',
      from: ['inverter_power_w', 'grid_power_w'],
      compute: ([inverterPowerW = NaN, gridPowerW = NaN]) => inverterPowerW + gridPowerW,
    },
  ],
  serialNumber: { table: 'holding', address: 30015, count: 10 },
  model: { table: 'holding', address: 30000, count: 15 },
} as const satisfies Partial<DriverDefinition>;

export const isHuaweiInverter: RecognitionCheck = {
  text: { table: 'holding', address: 30000, count: 15 },
  matches: /^SUN2000/,
};

/** A battery that is not offline: an inverter for batteries without one says 0. */
export const hasHuaweiBattery: RecognitionCheck = { number: batteryStatus, anyOf: [1, 2, 3, 4] };
