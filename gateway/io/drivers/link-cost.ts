/** What a request takes, in milliseconds: `perRequestMs` + `perRegisterMs` × registers. Neither is negative. */
export interface RequestCost {
  readonly perRequestMs: number;
  readonly perRegisterMs: number;
}

/** What is believed of a link before anything was measured. */
export interface DeclaredCost extends RequestCost {
  /** Longest answer, the silence after it included. */
  readonly answerMsMax: number;
}

export interface FittedCost extends RequestCost {
  /** Answers that were measured, all in all. */
  readonly samples: number;
}

/** Weight that a measurement keeps when the next one comes: the last fifty or so count. */
const memory = 0.98;
/** The declared cost counts as a guess that is off by up to this factor. */
const declaredSpread = 3;
/** What is further than this many deviations from what was expected counts as if it were not. */
const deviationsMax = 3;
const deviationMemory = 0.95;
/** So much further may the next one be: a size of which only every sixth request is gets through in the end. */
const deviationGrowth = 1.5;
/** Of a normal distribution: its standard deviation over its mean absolute one. */
const deviationPerMeanError = 1.25;
/** Answers that the longest one is taken from. */
const recentMax = 256;
/** From this many answers on, the longest of them stands for what the driver declares. */
const recentMin = 64;
const marginShare = 0.25;
const marginMs = 5;

/**
 * Learns what one link costs from the requests that go over it: least squares with forgetting, held by the
 * declared cost where the measurements say nothing, as they do about single registers while all requests have one
 * size. A single slow answer hardly counts; a link that has become slow does, after some tens of answers. Pure.
 */
export class LinkCost {
  readonly #declared: DeclaredCost;
  readonly #recentRegisters = new Float64Array(recentMax);
  readonly #recentMs = new Float64Array(recentMax);
  #samples = 0;
  // Sums over the measurements, each with its weight.
  #weight = 0;
  #registers = 0;
  #registersSquared = 0;
  #ms = 0;
  #msRegisters = 0;
  #msSquared = 0;
  /** Of the measurements from what was expected. */
  #deviationMs: number;
  #cost: RequestCost;

  constructor(declared: DeclaredCost) {
    this.#declared = declared;
    this.#cost = { perRequestMs: declared.perRequestMs, perRegisterMs: declared.perRegisterMs };
    this.#deviationMs = firstDeviationMs(declared);
  }

  /** An answer with `registers` took `ms`, the silence that the device asks for included. Nonsense is ignored. */
  add(registers: number, ms: number): void {
    if (!(registers >= 1) || !(ms >= 0) || !Number.isFinite(registers) || !Number.isFinite(ms)) return;
    const at = this.#samples % recentMax;
    this.#recentRegisters[at] = registers;
    this.#recentMs[at] = ms;
    this.#samples += 1;
    this.#remember(registers, this.#clipped(registers, ms));
    this.#cost = this.#fit();
  }

  fitted(): FittedCost {
    return { ...this.#cost, samples: this.#samples };
  }

  expectedMs(registers: number): number {
    return this.#cost.perRequestMs + this.#cost.perRegisterMs * registers;
  }

  /** Whether enough was measured for `answerMsMax` to do without what is declared. */
  get isMeasured(): boolean {
    return this.#samples >= recentMin;
  }

  /** Longest answer with so many registers, by the slowest of the recent ones, and a quarter more. */
  answerMsMax(registers: number): number {
    const { perRegisterMs } = this.#cost;
    let slowestMs = 0;
    for (let at = 0; at < Math.min(this.#samples, recentMax); at += 1) {
      const differenceMs = perRegisterMs * (registers - (this.#recentRegisters[at] ?? 0));
      slowestMs = Math.max(slowestMs, (this.#recentMs[at] ?? 0) + differenceMs);
    }
    const measuredMs = slowestMs * (1 + marginShare) + marginMs;
    return this.isMeasured ? measuredMs : Math.max(measuredMs, this.#declared.answerMsMax);
  }

  /** The deviation follows the errors, and grows by what is clipped, so that only what is rare remains without effect. */
  #clipped(registers: number, ms: number): number {
    const expectedMs = this.expectedMs(registers);
    const limitMs = deviationsMax * this.#deviationMs;
    const errorMs = ms - expectedMs;
    const isClipped = Math.abs(errorMs) > limitMs;
    const followedMs = isClipped
      ? deviationGrowth * this.#deviationMs
      : deviationMemory * this.#deviationMs +
        (1 - deviationMemory) * deviationPerMeanError * Math.abs(errorMs);
    this.#deviationMs = Math.max(followedMs, 0.02 * expectedMs + 0.05);
    return isClipped ? expectedMs + Math.sign(errorMs) * limitMs : ms;
  }

  #remember(registers: number, ms: number): void {
    this.#weight = memory * this.#weight + 1;
    this.#registers = memory * this.#registers + registers;
    this.#registersSquared = memory * this.#registersSquared + registers * registers;
    this.#ms = memory * this.#ms + ms;
    this.#msRegisters = memory * this.#msRegisters + ms * registers;
    this.#msSquared = memory * this.#msSquared + ms * ms;
  }

  /**
   * The most likely cost, given the measurements and their noise, when the declared one is such a guess: two
   * normal equations. Where one term would be negative the best cost has none of it, as the error is convex.
   */
  #fit(): RequestCost {
    const perRequest = this.#guess(this.#declared.perRequestMs);
    const perRegister = this.#guess(this.#declared.perRegisterMs);
    const a = this.#weight + perRequest.weight;
    const b = this.#registers;
    const c = this.#registersSquared + perRegister.weight;
    const first = this.#ms + perRequest.weight * perRequest.ms;
    const second = this.#msRegisters + perRegister.weight * perRegister.ms;
    const determinant = a * c - b * b;
    const perRequestMs = (c * first - b * second) / determinant;
    const perRegisterMs = (a * second - b * first) / determinant;
    if (perRegisterMs < 0) return { perRequestMs: first / a, perRegisterMs: 0 };
    if (perRequestMs < 0) return { perRequestMs: 0, perRegisterMs: second / c };
    return { perRequestMs, perRegisterMs };
  }

  /** How much a declared term counts: as a measurement would that tells it to within its spread. */
  #guess(ms: number): { ms: number; weight: number } {
    const spreadMs = declaredSpread * Math.max(ms, 0.01);
    return { ms, weight: this.#noise() / spreadMs ** 2 };
  }

  /**
   * Variance of the measurements around their own line, whatever was declared: what is far from a wrong guess is not
   * noise. A few are always close to theirs, so it begins with a variance of one more.
   */
  #noise(): number {
    const meanMs = this.#ms / this.#weight;
    const meanRegisters = this.#registers / this.#weight;
    const spread = this.#registersSquared - meanRegisters * this.#registers;
    const together = this.#msRegisters - meanMs * this.#registers;
    const explained = spread > 1e-6 * this.#registersSquared ? together ** 2 / spread : 0;
    const around = Math.max(0, this.#msSquared - meanMs * this.#ms - explained);
    return (around + firstDeviationMs(this.#declared) ** 2) / (this.#weight + 1);
  }
}

/** What is taken for noise before anything was measured. */
function firstDeviationMs({ perRequestMs }: DeclaredCost): number {
  return Math.max(perRequestMs / 2, 1);
}
