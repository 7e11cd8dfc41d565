import assert from 'node:assert';
import { setImmediate as turn } from 'node:timers/promises';
import {
  monotonicMs,
  wallMs,
  type Alarm,
  type Cancel,
  type MonotonicMs,
  type WallMs,
} from '../gateway/core/clock.ts';
import {
  steadyMs,
  type ClockEvidence,
  type MachineClock,
  type StampingClock,
  type SteadyMs,
  type TimeStamp,
} from '../gateway/core/machine-clock.ts';

interface Timer {
  readonly atMs: number;
  readonly callback: () => void;
  isCancelled: boolean;
}

/**
 * Steps of promises that are let go on before time does. The longest chain of the firmware between two
 * waits, from an answer on the wire over the store to the next request, is under 24. One turn of the event loop would do
 * the same at ten times the cost; it is still made now and then, so that the process stays responsive.
 */
const promiseStepsMax = 40;
const settled = Promise.resolve();
const settlesPerTurn = 1_024;

/**
 * Time that passes only when nothing is left to do: it stands still while code runs, jumps to the next
 * timer, and waits for real calls (`pend`). Timers of one instant fire in the order they were set.
 */
export class SimulatedClock implements MachineClock, StampingClock, Alarm {
  #nowMs = 0;
  readonly #startWallMs: number;
  #wallAheadMs: number;
  #sleptMs = 0;
  #machineStartMs = 0;
  #machineStarts = 1;
  /** Whether a time service says that it has set the wall clock. */
  isSynchronized = true;
  readonly #timers: Timer[] = [];
  #turns: Timer[] = [];
  #pending = new Set<Promise<unknown>>();
  readonly #held = new Set<Promise<unknown>>();
  #settles = 0;

  constructor(startWallMs: number) {
    this.#startWallMs = startWallMs;
    this.#wallAheadMs = startWallMs;
  }

  /** What it really was when the machine started: steady times count from that. */
  get startedMs(): number {
    return this.#startWallMs + this.#machineStartMs;
  }

  /** For how long it has slept, in all. */
  get sleptMs(): number {
    return this.#sleptMs;
  }

  /** What time it really is, whatever the wall clock says. */
  truth(): WallMs {
    return wallMs(Math.floor(this.#startWallMs + this.#nowMs + this.#sleptMs));
  }

  wall(): WallMs {
    // Whole milliseconds, as the machine's own.
    return wallMs(Math.floor(this.#nowMs + this.#wallAheadMs));
  }

  monotonic(): MonotonicMs {
    return monotonicMs(this.#nowMs);
  }

  /** Sets the wall clock, as a person or NTP does; the monotonic one goes on. */
  stepWall(byMs: number): void {
    this.#wallAheadMs += byMs;
  }

  steady(): SteadyMs {
    return steadyMs(this.#nowMs + this.#sleptMs - this.#machineStartMs);
  }

  get timeline(): string {
    return `machine-start-${this.#machineStarts}`;
  }

  evidence(): ClockEvidence {
    const synchronizedMs = this.isSynchronized ? this.wall() : undefined;
    return { synchronizedMs, hardwareMs: undefined, hasTimeService: true };
  }

  stamp(): TimeStamp {
    return { basis: 'wall', atMs: this.wall() };
  }

  /** The machine sleeps: its monotonic clock stands still, and its wall clock does not. */
  suspend(forMs: number): void {
    this.#sleptMs += forMs;
    this.#wallAheadMs += forMs;
  }

  /** The machine starts anew. Without a battery its wall clock says what it is told here. */
  restartMachine(wallMsThen?: number): void {
    this.#machineStarts += 1;
    this.#machineStartMs = this.#nowMs + this.#sleptMs;
    if (wallMsThen !== undefined) this.#wallAheadMs = wallMsThen - this.#nowMs;
  }

  /** Sets the wall clock right, as a time service does. */
  synchronize(): void {
    this.#wallAheadMs = this.#startWallMs + this.#sleptMs;
    this.isSynchronized = true;
  }

  at(atMs: MonotonicMs, callback: () => void): Cancel {
    const timer: Timer = { atMs: Math.max(atMs, this.#nowMs), callback, isCancelled: false };
    let position = this.#timers.length;
    while (position > 0 && (this.#timers[position - 1]?.atMs ?? 0) > timer.atMs) position -= 1;
    this.#timers.splice(position, 0, timer);
    return () => this.#forget(timer);
  }

  nextTurn(callback: () => void): Cancel {
    const timer: Timer = { atMs: this.#nowMs, callback, isCancelled: false };
    this.#turns.push(timer);
    return () => (timer.isCancelled = true);
  }

  /** Time does not pass until the promise has settled: for calls that take real time. */
  async pend<Result>(call: Promise<Result>): Promise<Result> {
    const settled = call.then(
      () => undefined,
      () => undefined,
    );
    this.#pending.add(settled);
    void settled.then(() => this.#pending.delete(settled));
    return await call;
  }

  /**
   * As `pend`, and nothing else goes on meanwhile, not even what is due in this instant: for what another thread does,
   * which ends when it likes.
   */
  async hold<Result>(call: Promise<Result>): Promise<Result> {
    const settled = call.then(
      () => undefined,
      () => undefined,
    );
    this.#held.add(settled);
    void settled.then(() => this.#held.delete(settled));
    return await call;
  }

  #forget(timer: Timer): void {
    timer.isCancelled = true;
    const position = this.#timers.lastIndexOf(timer);
    if (position >= 0) this.#timers.splice(position, 1);
  }

  /** Lets this much time pass. */
  async advance(byMs: number): Promise<void> {
    await this.advanceTo(this.#nowMs + byMs);
  }

  async advanceTo(untilMs: number): Promise<void> {
    for (;;) {
      await this.settle();
      const timer = this.#timers[0];
      if (timer === undefined || timer.atMs > untilMs) break;
      this.#timers.shift();
      assert(timer.atMs >= this.#nowMs, 'a timer was left behind');
      this.#nowMs = timer.atMs;
      timer.callback();
    }
    this.#nowMs = Math.max(this.#nowMs, untilMs);
  }

  /** Lets all that can go on without time passing go on. */
  async settle(): Promise<void> {
    this.#settles += 1;
    if (this.#settles % settlesPerTurn === 0) await turn();
    for (let step = 0; step < promiseStepsMax; step += 1) await settled;
    if (this.#held.size > 0) await this.#release();
    while (this.#turns.length > 0 || this.#pending.size > 0) {
      const ready = this.#turns;
      this.#turns = [];
      for (const timer of ready) {
        if (timer.isCancelled) continue;
        timer.callback();
      }
      if (this.#turns.length === 0 && this.#pending.size > 0) await Promise.race(this.#pending);
      await turn();
      if (this.#held.size > 0) await this.#release();
    }
  }

  async #release(): Promise<void> {
    while (this.#held.size > 0) {
      await Promise.race(this.#held);
      await turn();
    }
  }
}
