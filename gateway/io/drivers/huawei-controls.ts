import type { ControlDefinition } from './control-definition.ts';
import type { RegisterField } from './register-map.ts';

const wattsOfTwoRegisters = { table: 'holding', encoding: 'u32', notAvailable: [0xffffffff] } as const;

const ratedPower: RegisterField = {
  name: 'active_power_max_w',
  ...wattsOfTwoRegisters,
  address: 30075,
  min: 1,
  max: 500_000,
};

const chargePowerMax: RegisterField = {
  name: 'battery_charge_max_w',
  ...wattsOfTwoRegisters,
  address: 47075,
  min: 1,
  max: 100_000,
};

const forcedCommand = { address: 47100, encoding: 'u16' } as const;
const [stop, charge, discharge] = [0, 1, 2];
const forcedPeriodMinutes = { address: 47083, encoding: 'u16' } as const;
const forcedUntil = { address: 47246, encoding: 'u16' } as const;
const endOfPeriod = 0;
const chargePower = { address: 47247, encoding: 'u32' } as const;
const dischargePower = { address: 47249, encoding: 'u32' } as const;

const exportControlMode = { address: 47415, encoding: 'u16' } as const;
const limitedInWatts = 6;
const exportPowerMax = { address: 47416, encoding: 's32' } as const;

const derating = { address: 40125, encoding: 'u16', scale: 0.1 } as const;

/**
 * Settings, in memory that bears 100 000 writes: these in ten years. The device may ask for a login first
 * (function 0x41), which we do not have: then it refuses.
 */
const settingWritesPerYearMax = 10_000;

/** Of all models. A limit of the export that the installer has set, of whatever kind, comes back. */
export const huaweiControls: readonly ControlDefinition[] = [
  {
    name: 'active_power_limit_pct',
    source:
      'Huawei, Solar Inverter Modbus Interface Definitions (V3.0), 40125 "active power percentage derating"',
    min: 0,
    max: 100,
    step: 1,
    minIntervalMs: 30_000,
    writesPerYearMax: settingWritesPerYearMax,
    set: [{ register: derating, value: (limitPct) => limitPct }],
    revert: [{ register: derating, value: 100 }],
  },
  {
    name: 'grid_export_limit_w',
    source:
      '47415 "active power control mode" and 47416 "maximum feed grid power", after wlcrs/huawei-solar-lib',
    min: 0,
    max: 100_000,
    step: 1,
    ratedMax: ratedPower,
    minIntervalMs: 30_000,
    writesPerYearMax: settingWritesPerYearMax,
    set: [
      { register: exportPowerMax, value: (limitW) => limitW },
      { register: exportControlMode, value: limitedInWatts },
    ],
    revert: [
      { register: exportControlMode, value: 'as_before' },
      { register: exportPowerMax, value: 'as_before' },
    ],
  },
];

/**
 * The period ends by itself, in minutes, too coarse for the timer of a lease: a gateway that is gone leaves the
 * battery forced for half an hour. While a lease is renewed, the command that has then stopped is read back and
 * given again.
 */
export const huaweiBatteryControls: readonly ControlDefinition[] = [
  {
    name: 'battery_power_w',
    source: '47083, 47100, 47246 to 47250 "forcible charge and discharge", after wlcrs/huawei-solar-lib',
    min: -5_000,
    max: 5_000,
    step: 1,
    ratedMax: chargePowerMax,
    minIntervalMs: 30_000,
    writesPerYearMax: 20_000,
    set: [
      { register: chargePower, value: (powerW) => Math.max(0, -powerW) },
      { register: dischargePower, value: (powerW) => Math.max(0, powerW) },
      { register: forcedPeriodMinutes, value: 30 },
      { register: forcedUntil, value: endOfPeriod },
      { register: forcedCommand, value: (powerW) => (powerW < 0 ? charge : discharge) },
    ],
    revert: [
      { register: forcedCommand, value: stop },
      { register: chargePower, value: 0 },
      { register: dischargePower, value: 0 },
    ],
  },
];
