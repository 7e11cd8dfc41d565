import type { ControlDefinition } from './control-definition.ts';

const energyManagement = { address: 13049, encoding: 'u16' } as const;
const [selfConsumption, forced] = [0, 2];
const command = { address: 13050, encoding: 'u16' } as const;
const [charge, discharge, stop] = [0xaa, 0xbb, 0xcc];
const forcedPower = { address: 13051, encoding: 'u16' } as const;

const exportLimit = { address: 13073, encoding: 'u16' } as const;
const exportLimiting = { address: 13086, encoding: 'u16' } as const;
const enabled = 0xaa;

function commandFor(powerW: number): number {
  if (powerW === 0) return stop;
  return powerW < 0 ? charge : discharge;
}

const source =
  'Sungrow, Communication Protocol of Residential Hybrid Inverter V1.1.x, section 3.3 "parameter setting", ' +
  'after mkaiser/Sungrow-SHx-Inverter-Modbus-Home-Assistant: ';

/**
 * Nothing goes back by itself: what was set stays through a reboot. In forced mode without a command the battery
 * rests. A limit of the export that its installer has set comes back.
 */
export const sungrowControls: readonly ControlDefinition[] = [
  {
    name: 'battery_power_w',
    source: `${source}13049 "EMS mode", 13050 "charge/discharge command", 13051 "power"`,
    min: -5_000,
    max: 5_000,
    step: 1,
    ratedMax: {
      name: 'battery_rated_w',
      table: 'input',
      address: 5627,
      encoding: 'u16',
      scale: 100,
      notAvailable: [0, 0xffff],
      min: 100,
      max: 100_000,
    },
    minIntervalMs: 5_000,
    writesPerYearMax: 100_000,
    set: [
      { register: forcedPower, value: (powerW) => Math.abs(powerW) },
      { register: command, value: commandFor },
      { register: energyManagement, value: forced },
    ],
    revert: [
      { register: command, value: stop },
      { register: energyManagement, value: selfConsumption },
    ],
  },
  {
    name: 'grid_export_limit_w',
    source: `${source}13073 "export power limitation", 13086 "export power limitation enable"`,
    min: 0,
    max: 25_000,
    step: 1,
    ratedMax: {
      name: 'nominal_power_w',
      table: 'input',
      address: 5000,
      encoding: 'u16',
      scale: 100,
      notAvailable: [0, 0xffff],
      min: 100,
      max: 100_000,
    },
    minIntervalMs: 30_000,
    writesPerYearMax: 10_000,
    set: [
      { register: exportLimit, value: (limitW) => limitW },
      { register: exportLimiting, value: enabled },
    ],
    revert: [
      { register: exportLimiting, value: 'as_before' },
      { register: exportLimit, value: 'as_before' },
    ],
  },
];
