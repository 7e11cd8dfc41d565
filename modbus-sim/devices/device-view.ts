import type { EnergyCounter, HomeState } from '../home-state.ts';
import type { Site } from '../site.ts';

/** What a device knows when it is read: its own identity, and the home through its own counters. */
export class DeviceView {
  readonly serialNumber: string;
  readonly site: Site;
  readonly state: HomeState;
  /** The home when this device's counters restarted at zero; undefined when they never did. */
  readonly #countersReset: HomeState | undefined;

  constructor(
    identity: { readonly serialNumber: string; readonly site: Site },
    state: HomeState,
    countersReset?: HomeState,
  ) {
    this.serialNumber = identity.serialNumber;
    this.site = identity.site;
    this.state = state;
    this.#countersReset = countersReset;
  }

  lifetimeWh(counter: EnergyCounter): number {
    return (this.state.energy[counter] - (this.#countersReset?.energy[counter] ?? 0)) / 3600;
  }

  /** Since local midnight, or since the reset when that was later. */
  todayWh(counter: EnergyCounter): number {
    const sinceWs = Math.max(this.state.midnightEnergy[counter], this.#countersReset?.energy[counter] ?? 0);
    return (this.state.energy[counter] - sinceWs) / 3600;
  }
}
