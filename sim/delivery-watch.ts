import { monotonicMs } from '../gateway/core/clock.ts';
import type { SinkBatch } from '../gateway/io/sinks/sink.ts';
import type { Database } from '../gateway/storage/store-calls.ts';
import type { SimulatedClock } from './simulated-clock.ts';
import type { ReceiverFault, ReceiverTrouble, VirtualReceiver } from './virtual-receiver.ts';

/** What the comparison of a receiver with the database has found. */
export interface DeliveryAccount {
  /** Readings that it should have, and those that it has. */
  readonly committed: number;
  readonly received: number;
  readonly lost: number;
  /** It has them, and they were never stored. */
  readonly foreign: number;
  /** They came again with another value. */
  readonly changed: number;
  /** How long after each of its outages it had the newest that was stored, ms. */
  readonly liveAgainMs: readonly number[];
}

export interface DeliveryParts {
  readonly clock: SimulatedClock;
  readonly receivers: readonly VirtualReceiver[];
  /** What was read while the time was not known is not sent before it is. */
  readonly isClockFaulty: boolean;
  report(message: string): void;
}

/** What it waits for when an outage has ended. */
interface Awaited {
  readonly fault: ReceiverFault;
  readonly newestMs: number;
}

/** What is promised for when it is back: to be tried, and to be told the newest. */
const liveMsMax = 5_000;
/** An attempt that is under way then has its time. */
const attemptMs = 30_000;
/** A receiver that said that it cannot, or hung up often, is left alone for longer, so nothing is promised. */
const promisedMs: Readonly<Partial<Record<ReceiverTrouble, number>>> = {
  killed: liveMsMax,
  slow: attemptMs + liveMsMax,
  hangs: attemptMs + liveMsMax,
  late: attemptMs + liveMsMax,
};
/** The longest time between two attempts, and what is stored meanwhile. */
const wellMs = 20 * 60_000;
const lagMsMax = 10_000;
const rowsMax = 1_000_000;

/** Watches that each receiver gets what is stored: soon while it is well, and all of it in the end. */
export class DeliveryWatch {
  readonly #parts: DeliveryParts;
  readonly #awaited = new Map<VirtualReceiver, Awaited>();
  readonly #liveAgainMs = new Map<VirtualReceiver, number[]>();
  #commits: { readonly atMs: number; readonly newestMs: number }[] = [];
  #bootMs = 0;
  #checks = 0;

  constructor(parts: DeliveryParts) {
    this.#parts = parts;
    const { clock, receivers } = parts;
    const startMs = clock.truth() - clock.monotonic();
    for (const receiver of receivers)
      for (const fault of receiver.faults)
        clock.at(monotonicMs(fault.endMs - startMs), () => this.#ended(receiver, fault));
  }

  get checks(): number {
    return this.#checks;
  }

  restarted(nowMs: number): void {
    this.#bootMs = nowMs;
    this.#awaited.clear();
    this.#commits = [];
  }

  /** @param newestMs the time of the newest reading of a device in it */
  committed(newestMs: number): void {
    const atMs = this.#parts.clock.truth();
    while ((this.#commits[0]?.atMs ?? atMs) < atMs - 60_000) this.#commits.shift();
    this.#commits.push({ atMs, newestMs });
  }

  delivered(receiver: VirtualReceiver, { isLive }: SinkBatch): void {
    const awaited = this.#awaited.get(receiver);
    if (awaited === undefined || !isLive || receiver.newestMs < awaited.newestMs) return;
    this.#awaited.delete(receiver);
    const { fault } = awaited;
    const afterMs = this.#parts.clock.truth() - fault.endMs;
    const times = this.#liveAgainMs.get(receiver) ?? [];
    this.#liveAgainMs.set(receiver, times);
    times.push(afterMs);
    this.#checks += 1;
    if (afterMs > (promisedMs[fault.trouble] ?? Infinity))
      this.#parts.report(`${receiver.id}, which was ${fault.trouble}, was live again after ${afterMs} ms`);
  }

  /** Now and then. */
  look(): void {
    if (this.#parts.isClockFaulty) return;
    const nowMs = this.#parts.clock.truth();
    const due = this.#commits.findLast(({ atMs }) => atMs <= nowMs - lagMsMax);
    if (due === undefined || this.#bootMs > nowMs - wellMs) return;
    for (const receiver of this.#parts.receivers) {
      if (receiver.faults.some(({ startMs, endMs }) => startMs <= nowMs && endMs > nowMs - wellMs)) continue;
      this.#checks += 1;
      if (receiver.newestMs >= due.newestMs) continue;
      const lagMs = due.newestMs - receiver.newestMs;
      this.#parts.report(`${receiver.id} is well and ${lagMs} ms behind what was stored`);
    }
  }

  /** Compares what a receiver has with what is stored of that time. */
  async settle(receiver: VirtualReceiver, database: Database, span: Span): Promise<DeliveryAccount> {
    let [committed, received, lost, foreign] = [0, 0, 0, 0];
    for (const { id, device, quantity } of await database.call('listSeries')) {
      const { rows } = await database.call('rawRange', { series: id, ...span, rowsMax });
      const stored = Map.groupBy(rows, ({ atMs }) => atMs);
      const had = receiver.seriesOf(device, quantity);
      const isRefused = receiver.refuses({ quantity });
      for (const [atMs, known] of stored) {
        if (isRefused) continue;
        committed += 1;
        const value = had.get(atMs);
        if (value === undefined || !known.some((row) => Object.is(row.value, value))) lost += 1;
      }
      for (const atMs of had.keys()) {
        if (atMs < span.fromMs || atMs >= span.toMs) continue;
        received += 1;
        if (!stored.has(atMs)) foreign += 1;
      }
    }
    this.#checks += committed;
    const { changed } = receiver;
    const account = { committed, received, lost, foreign, changed };
    if (lost + foreign + changed > 0)
      this.#parts.report(`${receiver.id} has not what is stored: ${JSON.stringify(account)}`);
    return { ...account, liveAgainMs: this.#liveAgainMs.get(receiver) ?? [] };
  }

  #ended(receiver: VirtualReceiver, fault: ReceiverFault): void {
    const newest = this.#commits.at(-1);
    const isAlone = !receiver.faults.some(
      ({ endMs }) => endMs <= fault.startMs && endMs > fault.startMs - wellMs,
    );
    if (newest === undefined || !isAlone || this.#parts.isClockFaulty) return;
    this.#awaited.set(receiver, { fault, newestMs: newest.newestMs });
  }
}

interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}
