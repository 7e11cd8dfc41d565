import type { SinkConfig } from '../gateway/config/config.ts';
import { monotonicMs, type Cancel } from '../gateway/core/clock.ts';
import { GatewayError } from '../gateway/core/errors.ts';
import type { RefusedRow, SinkBatch, SinkDefinition, SinkRow } from '../gateway/io/sinks/sink.ts';
import { SeededRandom } from '../modbus-sim/random.ts';
import type { SimulatedClock } from './simulated-clock.ts';

/**
 * What can be wrong with who takes readings.
 * - `killed`: nobody listens there
 * - `hangs`: nobody answers
 * - `slow`: each answer takes seconds
 * - `late`: it has all of it, and says so when nobody listens any more
 * - `cut`: it has half of it, and hangs up
 * - `forgets`: it crashes before it says that it has it, and has it not
 * - `unwell`: it says that it cannot now
 * - `limits`: it asks to be left alone for a while
 */
const receiverTroubles = ['killed', 'hangs', 'slow', 'late', 'cut', 'forgets', 'unwell', 'limits'] as const;
export type ReceiverTrouble = (typeof receiverTroubles)[number];

/** From `startMs` until `endMs`, UTC epoch ms by the true time. */
export interface ReceiverFault {
  readonly startMs: number;
  readonly endMs: number;
  readonly trouble: ReceiverTrouble;
}

/** Hears what arrives, when the receiver has said that it has it. */
export type HearDelivery = (receiver: VirtualReceiver, batch: SinkBatch) => void;

export interface ReceiverOptions {
  readonly id: string;
  readonly faults: readonly ReceiverFault[];
  /** Rows that it will never take. */
  readonly refuses?: (row: Pick<SinkRow, 'quantity'>) => boolean;
}

const answerMs = 50;
const slowMs = 2_000;
/** Longer than any sink is waited for. */
const lateMs = 45_000;
const limitMs = 300_000;
const timeoutMs = 30_000;

/** A server that takes readings, and outlives the gateway. A reading of a series at a time is there once. */
export class VirtualReceiver {
  readonly id: string;
  readonly faults: readonly ReceiverFault[];
  /** By series and time; a value that differs from what was there counts in `changed`. */
  readonly #series = new Map<string, Map<number, number | null>>();
  readonly #refuses: ReceiverOptions['refuses'];
  #changed = 0;
  #repeated = 0;
  #rows = 0;
  #newestMs = -Infinity;

  constructor({ id, faults, refuses }: ReceiverOptions) {
    this.id = id;
    this.faults = faults;
    this.#refuses = refuses;
  }

  /** How many readings it has. */
  get rows(): number {
    return this.#rows;
  }

  /** Readings that came again with another value: there must be none. */
  get changed(): number {
    return this.#changed;
  }

  /** Readings that came again as they were. */
  get repeated(): number {
    return this.#repeated;
  }

  /** The time of the newest reading that it has. */
  get newestMs(): number {
    return this.#newestMs;
  }

  /** Value by time, of one series. */
  seriesOf(device: string, quantity: string): ReadonlyMap<number, number | null> {
    return this.#series.get(`${device} ${quantity}`) ?? new Map<number, number | null>();
  }

  refuses(row: Pick<SinkRow, 'quantity'>): boolean {
    return this.#refuses?.(row) ?? false;
  }

  troubleAt(nowMs: number): ReceiverTrouble | undefined {
    return this.faults.find(({ startMs, endMs }) => startMs <= nowMs && nowMs < endMs)?.trouble;
  }

  /** Answers the rows that it will never take. */
  take(rows: readonly SinkRow[]): readonly RefusedRow[] {
    const refused: RefusedRow[] = [];
    for (const [index, row] of rows.entries()) {
      if (this.refuses(row)) refused.push({ index, reason: 'there is no such column' });
      else this.#put(row);
    }
    return refused;
  }

  #put({ device, quantity, atMs, value }: SinkRow): void {
    const name = `${device} ${quantity}`;
    const known = this.#series.get(name) ?? new Map<number, number | null>();
    this.#series.set(name, known);
    const before = known.get(atMs);
    if (before === undefined) this.#rows += 1;
    else if (Object.is(before, value)) this.#repeated += 1;
    else this.#changed += 1;
    known.set(atMs, value);
    this.#newestMs = Math.max(this.#newestMs, atMs);
  }
}

/** The kind of sink that sends to a virtual receiver: its id is that of the receiver. */
export function receiverSink(
  receiver: VirtualReceiver,
  clock: SimulatedClock,
  hear: HearDelivery,
): SinkDefinition {
  const open = async (signal: AbortSignal): Promise<void> => {
    const trouble = receiver.troubleAt(clock.truth());
    if (trouble === 'hangs') await pass(clock, Infinity, signal);
    await pass(clock, 2, signal);
    if (trouble === 'killed') throw refusedBy(receiver);
    if (trouble === 'unwell') throw unwell(receiver);
    if (trouble === 'limits')
      throw new GatewayError('rate_limited', `${receiver.id} wants to be left alone`, {
        facts: { retryAfterMs: limitMs },
      });
  };
  const write = async (batch: SinkBatch, signal: AbortSignal): Promise<readonly RefusedRow[]> => {
    const trouble = receiver.troubleAt(clock.truth());
    if (trouble === 'killed' || trouble === 'forgets') throw hungUp(receiver);
    if (trouble === 'unwell' || trouble === 'limits') throw unwell(receiver);
    if (trouble === 'hangs') await pass(clock, Infinity, signal);
    if (trouble === 'late') {
      receiver.take(batch.rows);
      await pass(clock, lateMs, signal);
    }
    if (trouble === 'cut') {
      receiver.take(batch.rows.slice(0, Math.ceil(batch.rows.length / 2)));
      throw hungUp(receiver);
    }
    await pass(clock, trouble === 'slow' ? slowMs : answerMs, signal);
    const refused = receiver.take(batch.rows);
    hear(receiver, batch);
    return refused;
  };
  return {
    id: receiver.id,
    title: 'Virtual receiver',
    source: 'This file',
    options: {},
    rowsMax: 1_000,
    timeoutMs,
    open: async (_options, _ports, signal) => {
      await open(signal);
      return { write, close: async () => await Promise.resolve() };
    },
  };
}

/** What the gateway is told of it. */
export function receiverConfig({ id }: VirtualReceiver): SinkConfig {
  const nothing = { options: {}, missingSecrets: [], only: {} };
  return { ...nothing, id, kind: id, enabled: true, backlogRowsPerSecond: 1_000 };
}

/** Faults one after another, of one receiver; the same for the same seed and id. */
export function randomReceiverFaults(
  seed: number,
  id: string,
  { startMs, endMs, gapMsMean }: { startMs: number; endMs: number; gapMsMean: number },
): readonly ReceiverFault[] {
  const random = new SeededRandom(seed).fork(`receiver ${id}`);
  const faults: ReceiverFault[] = [];
  let atMs = Math.floor(startMs + random.exponential(gapMsMean));
  while (atMs < endMs) {
    const isLong = random.isLucky(0.2);
    const lengthMs = Math.floor(random.between(30_000, isLong ? 4 * 3_600_000 : 1_800_000));
    faults.push({
      startMs: atMs,
      endMs: Math.min(endMs, atMs + lengthMs),
      trouble: random.pick(receiverTroubles),
    });
    atMs = Math.floor(atMs + lengthMs + 60_000 + random.exponential(gapMsMean));
  }
  return faults;
}

function refusedBy({ id }: VirtualReceiver): GatewayError {
  return new GatewayError('connection_refused', `${id} refused the connection`);
}

function hungUp({ id }: VirtualReceiver): GatewayError {
  return new GatewayError('connection_closed', `${id} hung up`);
}

function unwell({ id }: VirtualReceiver): GatewayError {
  return new GatewayError('sink_unavailable', `${id} cannot take anything now`);
}

async function pass(clock: SimulatedClock, forMs: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    let cancel: Cancel = () => undefined;
    const abort = (): void => {
      cancel();
      reject(signal.reason as Error);
    };
    if (signal.aborted) {
      abort();
      return;
    }
    signal.addEventListener('abort', abort, { once: true });
    if (forMs === Infinity) return;
    cancel = clock.at(monotonicMs(clock.monotonic() + forMs), () => {
      signal.removeEventListener('abort', abort);
      resolve();
    });
  });
}
