import type { Gateway } from '../gateway/app.ts';
import type { LiveValue } from '../gateway/core/live-feed.ts';
import type { FaultPlan } from '../modbus-sim/fault-plan.ts';
import type { SimulatedHome } from '../modbus-sim/home.ts';
import { simulatedDeviceIds } from '../modbus-sim/simulated-home-devices.ts';
import type { Violation } from './invariants.ts';

export interface ReadingWatchParts {
  readonly plan: FaultPlan;
  readonly home: SimulatedHome;
  readonly periodMs: number;
  /** By so much a reading may come later when the clock is set, and with it the grid of beats. */
  readonly graceMs?: number;
  report(violation: Violation): void;
}

/** Longest time for an exchange that ends with a fault: an answer may be under way when it begins or ends. */
const exchangeMsMax = 2_000;
/** How long an answer of the meter is on its way. */
const answerMsMax = 50;
/** A watt of rounding in each device. */
const toleranceW = 1.5;

/**
 * Watches what is read, as it is read: no reading of a healthy device older than its bound, a device back
 * within two periods of its return, and no value other than the simulated truth.
 */
export class ReadingWatch {
  readonly #parts: ReadingWatchParts;
  readonly #lastMs = new Map<string, number>();
  /** As it was at the latest reading: a plan that changes does so after a poll, for the next one. */
  readonly #lastBoundMs = new Map<string, number>();
  #checks = 0;

  constructor(parts: ReadingWatchParts) {
    this.#parts = parts;
  }

  get checks(): number {
    return this.#checks;
  }

  /** The gateway was down: the ages start anew. */
  restarted(): void {
    this.#lastMs.clear();
    this.#lastBoundMs.clear();
  }

  /** @param atMs when that really is */
  see(values: readonly LiveValue[], gateway: Gateway, atMs: number): void {
    const device = values[0]?.device;
    if (device === undefined) return;
    this.#checks += values.length;
    this.#checkAge(device, atMs, gateway);
    if (this.#isSwapped(device, atMs - 2 * this.#parts.periodMs)) {
      const message = `${device} has values of the device that took its place`;
      this.#parts.report({ atMs, rule: 'truth', message });
    }
    if (device === 'meter-1' && !this.#isDisturbed(device, atMs - exchangeMsMax, atMs)) {
      this.#checkTruth(values, atMs);
    }
    this.#lastMs.set(device, atMs);
  }

  /** Devices that have been well for long enough must have fresh readings now. */
  checkFreshness(nowMs: number, gateway: Gateway): void {
    for (const id of simulatedDeviceIds) this.#checkAge(id, nowMs, gateway);
  }

  #checkAge(device: string, atMs: number, gateway: Gateway): void {
    const lastMs = this.#lastMs.get(device);
    const boundNowMs = gateway.devices().find((read) => read.device.id === device)?.timing.ageBoundMs ?? 0;
    const boundMs = Math.max(boundNowMs, this.#lastBoundMs.get(device) ?? 0);
    this.#lastBoundMs.set(device, boundNowMs);
    if (lastMs === undefined || this.#isSwapped(device, atMs)) return;
    const wellSinceMs = this.#wellSinceMs(device, lastMs, atMs);
    const { periodMs, graceMs = 0 } = this.#parts;
    const allowedMs = (wellSinceMs === lastMs ? boundMs : 2 * periodMs + boundMs) + graceMs;
    if (atMs - wellSinceMs <= allowedMs) return;
    const message = `${device} had no readings for ${atMs - wellSinceMs} ms although it was well; its bound is ${allowedMs}`;
    this.#parts.report({ atMs, rule: 'age', message });
  }

  /** Since when it has been well without a break; its last reading when it was well all the time. */
  #wellSinceMs(device: string, fromMs: number, toMs: number): number {
    let sinceMs = fromMs;
    for (const fault of this.#parts.plan.windows(device)) {
      if (fault.kind === 'frozen') continue;
      if (fault.startMs < toMs && fault.endMs + exchangeMsMax > fromMs)
        sinceMs = Math.max(sinceMs, fault.endMs + exchangeMsMax);
    }
    return sinceMs;
  }

  /** Another device stands in its place since: it is quarantined. */
  #isSwapped(device: string, atMs: number): boolean {
    return this.#parts.plan.lastingState(device, atMs).serialNumber !== undefined;
  }

  #isDisturbed(device: string, fromMs: number, toMs: number): boolean {
    return this.#parts.plan.windows(device).some((fault) => fault.startMs < toMs && fault.endMs > fromMs);
  }

  #checkTruth(values: readonly LiveValue[], atMs: number): void {
    const grid = values.find((value) => value.quantity === 'grid_power_w');
    if (grid?.value === undefined || grid.value === null) return;
    const { home } = this.#parts;
    home.advanceTo(atMs);
    const { gridW, atMs: sinceMs } = home.truth();
    const read = grid.value;
    // The home may have changed while the answer was on its way.
    const mayBe = atMs - sinceMs < answerMsMax ? [gridW, home.flowBefore.gridW] : [gridW];
    if (mayBe.some((powerW) => Math.abs(powerW - read) <= toleranceW)) return;
    const message = `meter-1 reads ${read} W from the grid, the simulated home takes ${gridW} W`;
    this.#parts.report({ atMs, rule: 'truth', message });
  }
}
