import type { Device, Source } from './api-types.ts';

/** Who says values: a device, or a source with its parts. */
export interface Owner {
  readonly id: string;
  readonly name: string;
  readonly isActive: boolean;
  readonly isDown: boolean;
  /** The age above which a value of it is older than it may be. */
  staleAfterMs(quantity: string): number;
}

/** For the way to the page, and for clocks that are read to the second. */
const slackMs = 2_500;
/** The gateway, too, waits for so many periods before it says that nothing comes. */
const silentPeriods = 3;
/** Weather, grids, and meters of gas and water tell what was measured an hour ago or more. */
const toldLateMs = 2 * 3_600_000;
const oftenReadMs = 60_000;

const inactive: ReadonlySet<string> = new Set(['retired', 'quarantined', 'disabled', 'skipped']);

/** Whether it is asked: old values of one that is switched off are no part of the home. */
export function isActive({ state }: { readonly state: string }): boolean {
  return !inactive.has(state);
}

/** The age above which a device's readings are older than they may be. */
export function staleAfterMs({ ageBoundMs, effectivePeriodMs }: Device): number {
  return (ageBoundMs ?? 2 * effectivePeriodMs) + slackMs;
}

export function ownerOfDevice(device: Device): Owner {
  const { id, name, state } = device;
  const ageMs = staleAfterMs(device);
  return { id, name, isActive: isActive(device), isDown: state === 'down', staleAfterMs: () => ageMs };
}

export function ownerOfSource(source: Source): Owner {
  const { id, name, state } = source;
  const periodMs = source.periodMs ?? 0;
  const readMs = silentPeriods * periodMs + slackMs;
  return {
    id,
    name,
    isActive: isActive(source),
    isDown: state === 'down',
    staleAfterMs: (quantity) =>
      periodMs >= oftenReadMs || /_(m3|gj)$/.test(quantity) ? readMs + toldLateMs : readMs,
  };
}

/** The source of a part: `p1` of `p1/gas-4730`. */
export function rootOf(device: string): string {
  return device.split('/', 1)[0] ?? device;
}
