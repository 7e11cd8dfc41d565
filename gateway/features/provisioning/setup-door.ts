import { monotonicMs, type Alarm, type Cancel, type Clock } from '../../core/clock.ts';
import type { Disk } from '../../core/disk.ts';
import { describeError, GatewayError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import type { NearbyDoor } from '../nearby.ts';
import {
  doorAtStart,
  nextDoor,
  positionOf,
  type DoorFacts,
  type DoorInput,
  type DoorState,
} from './door-machine.ts';
import { refusal } from './refusal.ts';

export interface SetupDoorParts {
  readonly clock: Clock;
  readonly alarm: Alarm;
  readonly disk: Disk;
  /** `undefined`: nothing is kept. */
  readonly path: string | undefined;
  isOwned(): boolean;
  /** Which of the two unencrypted ways are switched on at all. */
  readonly ways: { readonly improv: boolean; readonly ancestor: boolean };
}

const formatVersion = 1;
const allTries: DoorFacts = { wrongTries: 0, triesLeft: limits.nearbyTriesMax };

/** Who nearby is let in, and how many wrong codes there were: that is on the disk, before anybody hears of it. */
export class SetupDoor {
  readonly #parts: SetupDoorParts;
  readonly #listeners = new Set<(door: NearbyDoor) => void>();
  #state: DoorState;
  #problem: string | undefined;
  #cancel: Cancel | undefined;
  #told = '';

  constructor(parts: SetupDoorParts) {
    this.#parts = parts;
    this.#state = doorAtStart(this.#read(), parts.clock.monotonic());
    this.#told = JSON.stringify(this.#form());
  }

  /** Why wrong codes are counted in this run only. */
  get problem(): string | undefined {
    return this.#problem;
  }

  door(): NearbyDoor {
    const nowMs = this.#parts.clock.monotonic();
    const { improvUntilMs, ancestorUntilMs, triesLeft } = this.#state;
    const { improv, ancestor } = this.#parts.ways;
    const left = (isOn: boolean, untilMs: number): number | null =>
      isOn && untilMs > nowMs ? Math.ceil(untilMs - nowMs) : null;
    return {
      state: positionOf(this.#state, nowMs, this.#parts.isOwned()),
      improvUntilMs: left(improv, improvUntilMs),
      ancestorUntilMs: left(ancestor, ancestorUntilMs),
      triesLeft,
    };
  }

  /** How long it stays open by itself; null when it is not open, or has no end. */
  get openMs(): number | null {
    const leftMs = this.#state.openUntilMs - this.#parts.clock.monotonic();
    return this.#parts.isOwned() && leftMs > 0 ? leftMs : null;
  }

  /** Errors: `refused` (closed, barred, wait). */
  admitCode(): void {
    const { state } = this.door();
    if (state !== 'open') throw refusal(state);
    const waitMs = this.#state.waitUntilMs - this.#parts.clock.monotonic();
    if (waitMs > 0) throw refusal('wait', Math.ceil(waitMs / 1_000));
  }

  /** Until a code may be tried again, in whole seconds. */
  get waitSeconds(): number {
    return Math.max(0, Math.ceil((this.#state.waitUntilMs - this.#parts.clock.monotonic()) / 1_000));
  }

  /** Errors: `refused` (closed). */
  admitWay(way: 'improv' | 'ancestor'): void {
    const { improvUntilMs, ancestorUntilMs } = this.door();
    if ((way === 'improv' ? improvUntilMs : ancestorUntilMs) === null) throw refusal('closed');
  }

  /** What counts is on the disk when this returns, where there is one that takes it. */
  send(input: DoorInput): void {
    const before = this.#state;
    this.#state = nextDoor(before, input, this.#parts.clock.monotonic());
    const { wrongTries, triesLeft } = this.#state;
    if (wrongTries !== before.wrongTries || triesLeft !== before.triesLeft)
      this.#write({ wrongTries, triesLeft });
    this.look();
  }

  /** Tells what has changed by itself: time has passed, or somebody owns the gateway now. */
  look(): void {
    this.#arm();
    const told = JSON.stringify(this.#form());
    if (told === this.#told) return;
    this.#told = told;
    for (const listener of [...this.#listeners]) listener(this.door());
  }

  onDoor(listener: (door: NearbyDoor) => void): Cancel {
    const own = (door: NearbyDoor): void => listener(door);
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }

  close(): void {
    this.#cancel?.();
    this.#listeners.clear();
  }

  /** What makes another door of it: ends that count, not how far off they are. */
  #form(): unknown {
    const { state, triesLeft, improvUntilMs, ancestorUntilMs } = this.door();
    return [
      state,
      triesLeft,
      improvUntilMs === null ? null : this.#state.improvUntilMs,
      ancestorUntilMs === null ? null : this.#state.ancestorUntilMs,
    ];
  }

  #arm(): void {
    this.#cancel?.();
    const { clock, alarm } = this.#parts;
    const { openUntilMs, improvUntilMs, ancestorUntilMs } = this.#state;
    const ends = [openUntilMs, improvUntilMs, ancestorUntilMs].filter((endMs) => endMs > clock.monotonic());
    this.#cancel =
      ends.length === 0 ? undefined : alarm.at(monotonicMs(Math.min(...ends)), () => this.look());
  }

  /** What cannot be understood counts as nothing known. */
  #read(): DoorFacts {
    const { disk, path } = this.#parts;
    try {
      const text = path === undefined ? undefined : disk.readText(path);
      return (text === undefined ? undefined : factsIn(JSON.parse(text))) ?? allTries;
    } catch (error) {
      this.#problem = describeError(error);
      return allTries;
    }
  }

  #write(facts: DoorFacts): void {
    const { disk, path } = this.#parts;
    if (path === undefined) return;
    try {
      disk.writeText(path, `${JSON.stringify({ formatVersion, ...facts })}\n`, 0o600);
      this.#problem = undefined;
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      this.#problem = describeError(error);
    }
  }
}

function factsIn(kept: unknown): DoorFacts | undefined {
  const { wrongTries, triesLeft, formatVersion: version } = (kept ?? {}) as Record<string, unknown>;
  if (version !== formatVersion || !isCount(wrongTries) || !isCount(triesLeft)) return undefined;
  return triesLeft <= limits.nearbyTriesMax ? { wrongTries, triesLeft } : undefined;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
