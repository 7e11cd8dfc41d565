import type { LiveValue } from '../../core/live-feed.ts';
import type { BoilerInput } from './boiler-input.ts';
import { boilerMinute, minuteOf, type BoilerMinute, type InputMinute } from './boiler-minute.ts';
import type { FoundInput } from './input-directory.ts';
import type { PhaseRange } from './phase-spans.ts';

interface Sum {
  readonly sum: number;
  readonly min: number;
  readonly max: number;
  readonly n: number;
}

/** Minutes that are not closed yet, or that is not known yet: those before give way. */
const minutesMax = 120;

/** The minutes that are still open, as they are read: for what is shown before they are on disk. */
export class LiveMinutes {
  readonly #byMinute = new Map<number, Map<BoilerInput, Sum>>();

  heard(values: readonly LiveValue[], inputs: readonly FoundInput[]): void {
    for (const { input, series } of inputs) {
      for (const { device, quantity, atMs, value, quality } of values) {
        if (device !== series.device || quantity !== series.quantity || value === null) continue;
        if (quality === 'good' || quality === 'estimated') this.#add(minuteOf(atMs), input, value);
      }
    }
  }

  /** Those that begin in a range, oldest first; others are forgotten: what is ahead is from before the clock was set back. */
  within({ fromMs, toMs }: PhaseRange, inputs: readonly FoundInput[]): readonly BoilerMinute[] {
    for (const startMs of this.#byMinute.keys())
      if (startMs < fromMs || startMs > toMs) this.#byMinute.delete(startMs);
    const tests = new Map(inputs.map(({ input, isOn }) => [input, isOn]));
    return [...this.#byMinute]
      .sort(([left], [right]) => left - right)
      .map(([startMs, sums]) => {
        const said = [...sums].map(([input, sum]): [BoilerInput, InputMinute] => [
          input,
          inputMinute(sum, tests.get(input)),
        ]);
        return boilerMinute(startMs, new Map(said));
      });
  }

  #add(startMs: number, input: BoilerInput, value: number): void {
    const sums = this.#byMinute.get(startMs) ?? new Map<BoilerInput, Sum>();
    this.#byMinute.set(startMs, sums);
    const { sum, min, max, n } = sums.get(input) ?? { sum: 0, min: Infinity, max: -Infinity, n: 0 };
    sums.set(input, {
      sum: sum + value,
      min: Math.min(min, value),
      max: Math.max(max, value),
      n: n + 1,
    });
    if (this.#byMinute.size > minutesMax) {
      for (const oldestMs of this.#byMinute.keys()) {
        this.#byMinute.delete(oldestMs);
        break;
      }
    }
  }
}

function inputMinute({ sum, min, max, n }: Sum, isOn: ((value: number) => boolean) | undefined): InputMinute {
  return { mean: sum / n, min, max, isOn: isOn === undefined ? null : isOn(max), n, bad: 0 };
}
