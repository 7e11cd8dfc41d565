import type { Fault } from './store-verdict.ts';

const toldMax = 5;

/** What was found over many trials. */
export class FaultCount {
  trials = 0;
  /** Trials in which something was so. */
  lost = 0;
  doubled = 0;
  wrong = 0;
  /** The first faults, and where they were found. */
  readonly told: string[] = [];

  add(where: string, faults: readonly Fault[]): void {
    this.trials += 1;
    for (const kind of ['lost', 'doubled', 'wrong'] as const) {
      if (faults.some((fault) => fault.kind === kind)) this[kind] += 1;
    }
    for (const { kind, what } of faults) {
      if (this.told.length < toldMax) this.told.push(`${where}: ${kind}: ${what}`);
    }
  }

  /** Takes in what another has counted. */
  include(other: FaultCount): void {
    this.trials += other.trials;
    for (const kind of ['lost', 'doubled', 'wrong'] as const) this[kind] += other[kind];
    this.told.push(...other.told.slice(0, Math.max(0, toldMax - this.told.length)));
  }

  get faults(): number {
    return this.lost + this.doubled + this.wrong;
  }
}
