import assert from 'node:assert';
import type { EnergyCounter, HomeState } from '../home-state.ts';
import type { Site } from '../site.ts';
import type { Settings } from './writable-register.ts';

export interface DeviceIdentity {
  readonly serialNumber: string;
  readonly site: Site;
}

/** How a device's lifetime counters differ from the home's. */
export interface CounterCourse {
  /** The home when they restarted at zero; undefined when they never did. */
  readonly reset?: HomeState | undefined;
  /** Added to them. */
  readonly shiftWh: number;
  readonly wrapAtWh: number;
}

const honestCounters: CounterCourse = { shiftWh: 0, wrapAtWh: Infinity };
const noSettings: Settings = new Map();

/** What a device knows when it is read: its own identity, and the home through its own counters. */
export class DeviceView {
  readonly serialNumber: string;
  readonly site: Site;
  readonly state: HomeState;
  /** What has been written to the device. */
  readonly settings: Settings;
  readonly #counters: CounterCourse;

  constructor(
    identity: DeviceIdentity,
    state: HomeState,
    counters: CounterCourse = honestCounters,
    settings: Settings = noSettings,
  ) {
    this.serialNumber = identity.serialNumber;
    this.site = identity.site;
    this.state = state;
    this.settings = settings;
    this.#counters = counters;
  }

  /** The counts in a writable register. */
  setting(address: number): number {
    const counts = this.settings.get(address);
    assert(counts !== undefined, `register ${address} is writable`);
    return counts;
  }

  /** Never below zero: a counter that falls short of it stands there. */
  lifetimeWh(counter: EnergyCounter): number {
    const { reset, shiftWh, wrapAtWh } = this.#counters;
    const wh = (this.state.energy[counter] - (reset?.energy[counter] ?? 0)) / 3600 + shiftWh;
    return wh < wrapAtWh ? Math.max(0, wh) : wh % wrapAtWh;
  }

  /** Since local midnight, or since the reset when that was later. */
  todayWh(counter: EnergyCounter): number {
    const sinceWs = Math.max(this.state.midnightEnergy[counter], this.#counters.reset?.energy[counter] ?? 0);
    return (this.state.energy[counter] - sinceWs) / 3600;
  }
}
