import { selfConsumption } from '../home-controls.ts';
import type { HybridController, HybridControls } from '../home-controls.ts';
import type { DeviceDefinition } from './device-definition.ts';
import type { DeviceQuirks } from './device-quirks.ts';
import { isAllowed } from './writable-register.ts';
import type { RevertTimer, Settings, WritableRegister } from './writable-register.ts';

interface Change {
  readonly register: WritableRegister;
  readonly counts: number;
}

interface DueChanges {
  readonly atMs: number;
  readonly changes: readonly Change[];
}

/** Hears of every change, when it happens in simulated time: a write, a timer that ends, a reboot. */
export type OnSettingsChange = (atMs: number, settings: Settings) => void;

/**
 * What a device has been told by writing: its writable registers through simulated time, with revert timers, reboots
 * and the device's quirks. It acts on the home by itself, whether or not anybody reads the device.
 */
export class DeviceSettings implements HybridController {
  readonly #definition: DeviceDefinition;
  readonly #quirks: DeviceQuirks;
  readonly #onChange: OnSettingsChange | undefined;
  readonly #counts = new Map<number, number>();
  readonly #deadlinesMs = new Map<RevertTimer, number>();
  #late: DueChanges[] = [];
  #rebootsMs: number[] = [];
  /** When the last change happened that the home has not been told of yet. */
  #changedMs = Infinity;

  constructor(definition: DeviceDefinition, quirks: DeviceQuirks, onChange?: OnSettingsChange) {
    this.#definition = definition;
    this.#quirks = quirks;
    this.#onChange = onChange;
    this.#forget();
  }

  get nextChangeMs(): number {
    return Math.min(this.#changedMs, this.#nextEventMs());
  }

  controlsAt(nowMs: number): HybridControls {
    const settings = this.at(nowMs);
    this.#changedMs = Infinity;
    const { controls } = this.#definition;
    return controls === undefined || this.#quirks.obeysNothing === true
      ? selfConsumption
      : controls(settings);
  }

  at(nowMs: number): Settings {
    for (let atMs = this.#nextEventMs(); atMs <= nowMs; atMs = this.#nextEventMs()) this.#happen(atMs);
    return this.#counts;
  }

  /** The moments at which the device starts anew. */
  rebootAt(momentsMs: readonly number[]): void {
    if (this.#quirks.forgetsAtReboot ?? this.#definition.forgetsAtReboot ?? false) {
      this.#rebootsMs = [...this.#rebootsMs, ...momentsMs].sort((a, b) => a - b);
    }
  }

  /** Values that have been found allowed. */
  write(changes: readonly Change[], nowMs: number): void {
    if (this.#quirks.ignoresWrites === true) return;
    this.at(nowMs);
    this.#late.push({ atMs: nowMs + (this.#quirks.appliesLateMs ?? 0), changes });
    this.at(nowMs);
  }

  #nextEventMs(): number {
    let nextMs = Math.min(this.#late[0]?.atMs ?? Infinity, this.#rebootsMs[0] ?? Infinity);
    for (const deadlineMs of this.#deadlinesMs.values()) nextMs = Math.min(nextMs, deadlineMs);
    return nextMs;
  }

  #happen(atMs: number): void {
    this.#changedMs = Math.min(this.#changedMs, atMs);
    if (this.#rebootsMs[0] === atMs) {
      this.#rebootsMs.shift();
      this.#forget();
    } else {
      for (const [timer, deadlineMs] of this.#deadlinesMs) if (deadlineMs === atMs) this.#revert(timer);
      const [due] = this.#late;
      if (due?.atMs === atMs) {
        this.#late.shift();
        this.#apply(due);
      }
    }
    this.#onChange?.(atMs, this.#counts);
  }

  #apply({ atMs, changes }: DueChanges): void {
    for (const { register, counts } of changes)
      this.#counts.set(register.address, this.#rounded(register, counts));
    const written = new Set(changes.map(({ register }) => register.address));
    for (const timer of this.#definition.revertTimers ?? []) {
      if (!written.has(timer.timer) && !timer.armedBy.some((address) => written.has(address))) continue;
      const seconds = this.#counts.get(timer.timer) ?? 0;
      if (seconds > 0) this.#deadlinesMs.set(timer, atMs + seconds * 1000);
      else this.#deadlinesMs.delete(timer);
    }
  }

  #rounded({ allowed }: WritableRegister, counts: number): number {
    const step = this.#quirks.roundsWritesTo;
    if (step === undefined || 'oneOf' in allowed) return counts;
    const rounded = Math.round(counts / step) * step;
    return isAllowed(allowed, rounded) ? rounded : counts;
  }

  #revert(timer: RevertTimer): void {
    this.#deadlinesMs.delete(timer);
    for (const { address, initial } of this.#definition.writable ?? []) {
      if (timer.reverts.includes(address)) this.#counts.set(address, initial);
    }
  }

  #forget(): void {
    this.#late = [];
    this.#deadlinesMs.clear();
    for (const { address, initial } of this.#definition.writable ?? []) this.#counts.set(address, initial);
  }
}
