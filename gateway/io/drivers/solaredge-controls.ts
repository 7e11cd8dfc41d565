import type { ControlDefinition } from './control-definition.ts';

const wordOrder = 'little';
const controlMode = { address: 57348, encoding: 'u16' } as const;
const defaultCommand = { address: 57354, encoding: 'u16' } as const;
const commandTimeout = { address: 57355, encoding: 'u32', wordOrder } as const;
const command = { address: 57357, encoding: 'u16' } as const;
const chargeLimit = { address: 57358, encoding: 'f32', wordOrder } as const;
const dischargeLimit = { address: 57360, encoding: 'f32', wordOrder } as const;

const ownSelfConsumption = 1;
const remote = 4;
const [chargeFromAll, dischargeToExport, selfConsumption] = [3, 4, 7];

/** SolarEdge's own default. A gateway that is gone leaves a command for no longer than this. */
const commandTimeoutS = 3_600;

const activePowerLimit = { address: 61441, encoding: 'u16' } as const;

/**
 * Both kinds of register are kept in flash memory, which wears: they are not to be written all the time. The
 * command's time-out is therefore one that need not be fed with each renewal of a lease; what a device gave up
 * meanwhile is noticed when it is read back, and written again.
 */
export const solaredgeControls: readonly ControlDefinition[] = [
  {
    name: 'active_power_limit_pct',
    source: 'SolarEdge, Power Control Protocol, 0xF001 "active power limit"',
    min: 0,
    max: 100,
    step: 1,
    minIntervalMs: 30_000,
    writesPerYearMax: 5_000,
    set: [{ register: activePowerLimit, value: (limitPct) => limitPct }],
    revert: [{ register: activePowerLimit, value: 100 }],
  },
  {
    // The first registers take effect in remote mode only. A command to charge by nothing keeps a battery as it is.
    name: 'battery_power_w',
    source:
      'SolarEdge, Power Control Protocol, 0xE004 to 0xE010 "remote control"; after ' +
      'WillCodeForCats/solaredge-modbus-multi and evcc-io/evcc. Needs StorEdge, and export control set up.',
    min: -5_000,
    max: 5_000,
    step: 1,
    ratedMax: {
      name: 'battery1_charge_max_w',
      table: 'holding',
      address: 57668,
      encoding: 'f32',
      wordOrder,
      min: 1,
      max: 100_000,
    },
    minIntervalMs: 30_000,
    writesPerYearMax: 10_000,
    set: [
      { register: controlMode, value: remote },
      { register: defaultCommand, value: selfConsumption },
      { register: commandTimeout, value: commandTimeoutS },
      { register: chargeLimit, value: (powerW) => Math.max(0, -powerW) },
      { register: dischargeLimit, value: (powerW) => Math.max(0, powerW) },
      { register: command, value: (powerW) => (powerW > 0 ? dischargeToExport : chargeFromAll) },
    ],
    revert: [
      { register: command, value: selfConsumption },
      { register: controlMode, value: ownSelfConsumption },
    ],
  },
];
