import type { ControlDefinition } from './control-definition.ts';

const energyStorageMode = { address: 0x1110, encoding: 'u16' } as const;
const [selfUse, passive] = [0, 3];

/** Seconds without any communication, and what then happens: 1 is "return to previous mode". */
const passiveTimeout = { address: 0x1184, encoding: 'u16' } as const;
const passiveTimeoutAction = { address: 0x1185, encoding: 'u16' } as const;
const silenceS = 300;
const returnToPreviousMode = 1;

/** Import is positive at the grid there, charging at the battery. */
const gridPower = { address: 0x1187, encoding: 's32', scale: -1 } as const;
const batteryPowerMin = { address: 0x1189, encoding: 's32', scale: -1 } as const;
const batteryPowerMax = { address: 0x118b, encoding: 's32', scale: -1 } as const;

function asIs(powerW: number): number {
  return powerW;
}

/**
 * The time-out counts the silence of the line, which our polls break as well: it is no timer of a lease, and need
 * not be fed, but a gateway that is gone leaves the battery forced for no longer than it. A lease that ends while
 * the gateway lives is put back by the gateway. Between equal limits of the battery the power wanted at the grid
 * decides nothing.
 */
export const sofarControls: readonly ControlDefinition[] = [
  {
    name: 'battery_power_w',
    source:
      'SOFAR, Modbus protocol (G3) V1.x, 0x1110 "energy storage mode", 0x1184 and 0x1185 "passive timeout", ' +
      '0x1187 to 0x118C "passive mode", each group in one request; after wills106/homeassistant-solax-modbus',
    min: -20_000,
    max: 20_000,
    step: 1,
    minIntervalMs: 30_000,
    // Kept in an EEPROM of 100 000 writes.
    writesPerYearMax: 10_000,
    set: [
      {
        block: [
          { register: passiveTimeout, value: silenceS },
          { register: passiveTimeoutAction, value: returnToPreviousMode },
        ],
      },
      {
        block: [
          { register: gridPower, value: asIs },
          { register: batteryPowerMin, value: asIs },
          { register: batteryPowerMax, value: asIs },
        ],
      },
      { register: energyStorageMode, value: passive },
    ],
    revert: [{ register: energyStorageMode, value: selfUse }],
  },
];
