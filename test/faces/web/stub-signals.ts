import type { Interval } from '../../../gateway/core/interval.ts';
import {
  signalKinds,
  type PowerSignal,
  type PowerSignals,
  type SignalKind,
  type SignalReader,
  type SignalSlot,
} from '../../../gateway/core/power-signal.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

type ValueAt = (atMs: number, nowMs: number) => Pick<SignalSlot, 'value' | 'basis'> | undefined;

/** Dirty in the evening, clean before dawn and at noon: by the hour of the day in UTC. */
const carbonOfDay = [
  44, 39, 33, 28, 25, 27, 38, 52, 61, 57, 46, 36, 31, 30, 34, 45, 63, 82, 91, 88, 76, 64, 56, 49,
];

/** A grid that is made up: what is past is known, what comes a forecast. */
export class StubSignals implements SignalReader {
  revision = 1;
  /** Why a signal is not known; it has no slots from now on then. */
  readonly unknown: Partial<Record<SignalKind, string>> = {
    surplus: 'no source tells what the zone produces',
    own_export: 'the meter has not answered for 12 minutes',
  };
  readonly #values: Record<SignalKind, ValueAt> = {
    carbon: (atMs, nowMs) => ({
      value: (carbonOfDay[Math.floor(atMs / hourMs) % 24] ?? 0) + (Math.floor(atMs / dayMs) % 3) * 4,
      basis: atMs <= nowMs ? 'known' : 'forecast',
    }),
    price: (atMs) => {
      const hour = Math.floor(atMs / hourMs) % 24;
      return { value: hour >= 5 && hour < 21 ? 216_100 : 169_600, basis: 'known' };
    },
    red: (atMs, nowMs) => ({
      value: Math.floor((atMs - 5 * hourMs) / dayMs) === Math.floor((nowMs - 5 * hourMs) / dayMs) + 1 ? 1 : 0,
      basis: 'known',
    }),
    surplus: () => undefined,
    own_export: () => undefined,
  };
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** No source says anything. */
  forget(why: string): void {
    for (const kind of signalKinds) {
      this.unknown[kind] = why;
      this.#values[kind] = () => undefined;
    }
  }

  set(kind: SignalKind, valueAt: ValueAt): void {
    this.#values[kind] = valueAt;
  }

  read({ startMs, endMs }: Interval): Promise<PowerSignals> {
    const signal = (kind: SignalKind): PowerSignal => ({
      kind,
      slots: this.#slots(kind, startMs, endMs),
      unknown: this.unknown[kind],
    });
    return Promise.resolve({
      carbon: signal('carbon'),
      price: signal('price'),
      surplus: signal('surplus'),
      red: signal('red'),
      own_export: signal('own_export'),
    });
  }

  #slots(kind: SignalKind, fromMs: number, toMs: number): SignalSlot[] {
    const slots: SignalSlot[] = [];
    for (let startMs = Math.floor(fromMs / hourMs) * hourMs; startMs < toMs; startMs += hourMs) {
      const said = this.#values[kind](startMs, this.#now());
      if (said !== undefined) slots.push({ startMs, endMs: startMs + hourMs, ...said });
    }
    return slots;
  }
}
