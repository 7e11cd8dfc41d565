import type { Interval } from '../../../core/interval.ts';
import type { ValueCurve } from './value-curve.ts';

const hourMs = 3_600_000;

/** One of the values that a job goes by, as it weighs in what a run costs. */
interface CostTerm {
  readonly curve: ValueCurve;
  /** Of what is known of the time left: what counts where the value is not known. */
  readonly mean: number;
  /** Cost of a millisecond, by unit of the value. */
  readonly weight: number;
}

/**
 * What runs of one job cost: energy in kWh × (value ÷ its mean over the time left), of `carbon` and `price` together
 * the sum. It is divided by the mean without signs, as prices may be negative.
 */
export class RunCost {
  /** kWh of a millisecond. */
  readonly kwhPerMs: number;
  readonly #terms: readonly CostTerm[];

  constructor(curves: readonly ValueCurve[], left: Interval, powerWatts: number) {
    this.kwhPerMs = Math.max(powerWatts, 1) / 1_000 / hourMs;
    this.#terms = curves.map((curve) => this.#termOf(curve, left));
  }

  #termOf(curve: ValueCurve, { startMs, endMs }: Interval): CostTerm {
    const knownMs = curve.knownMs(startMs, endMs);
    const mean = knownMs > 0 ? curve.integral(startMs, endMs) / knownMs : 0;
    const size = curve.meanSize(startMs, endMs);
    return { curve, mean, weight: this.kwhPerMs / (size > 0 ? size : 1) };
  }

  /** Whether the job goes by any value at all. */
  get hasTerms(): boolean {
    return this.#terms.length > 0;
  }

  get curves(): readonly ValueCurve[] {
    return this.#terms.map(({ curve }) => curve);
  }

  /** Of a run over all of the stretch. */
  of(startMs: number, endMs: number): number {
    let cost = 0;
    for (const { curve, mean, weight } of this.#terms) {
      cost += weight * curve.filledIntegral(startMs, endMs, mean);
    }
    return cost;
  }
}
