/** A voltage at an input against ground, mV, at a time. */
export type InputSignal = (atMs: number) => number;

export interface Ads1115ChipOptions {
  /** A0 to A3; what is not wired floats near ground. */
  readonly inputs: readonly InputSignal[];
  /** How far the chip's own clock is off: 1.1 is 10 % slow. */
  readonly slowness?: number;
}

interface Conversion {
  readonly startMs: number;
  readonly config: number;
}

const fullScalesMv = [6_144, 4_096, 2_048, 1_024, 512, 256, 256, 256] as const;
const ratesHz = [8, 16, 32, 64, 128, 250, 475, 860] as const;
/** Positive and negative input of each multiplexer code; −1 is ground. */
const muxes = [
  [0, 1],
  [0, 3],
  [1, 3],
  [2, 3],
  [0, -1],
  [1, -1],
  [2, -1],
  [3, -1],
] as const;

/**
 * A TI ADS1115 as its data sheet SBAS444 describes it: four registers behind a pointer, conversions that take their
 * time, a range that ends. No clock and no bus: bytes and the time go in, bytes come out.
 */
export class Ads1115Chip {
  readonly #options: Ads1115ChipOptions;
  /** Conversion, config, Lo_thresh, Hi_thresh. */
  readonly #registers = [0, 0x8583, 0x8000, 0x7fff];
  #pointer = 0;
  #running: Conversion | undefined;

  constructor(options: Ads1115ChipOptions) {
    this.#options = options;
  }

  /** The pointer, and a word for the register that it names where there is one. */
  write(bytes: readonly number[], atMs: number): void {
    this.#advanceTo(atMs);
    const [pointer = 0, high, low] = bytes;
    this.#pointer = pointer & 3;
    if (high === undefined || low === undefined || this.#pointer === 0) return;
    this.#registers[this.#pointer] = (high << 8) | low;
    if (this.#pointer === 1) this.#configure(atMs);
  }

  /** The word of the register that the pointer names. */
  read(atMs: number): readonly [number, number] {
    this.#advanceTo(atMs);
    const word = this.#registers[this.#pointer] ?? 0;
    const isIdle = this.#running === undefined || !isSingle(this.#running.config);
    const shown = this.#pointer === 1 ? (word & 0x7fff) | (isIdle ? 0x8000 : 0) : word;
    return [(shown >> 8) & 0xff, shown & 0xff];
  }

  /** A conversion that is under way is finished first, as it was begun. */
  #configure(atMs: number): void {
    const config = this.#registers[1] ?? 0;
    if (this.#running === undefined && isStarted(config)) this.#running = { startMs: atMs, config };
  }

  #advanceTo(atMs: number): void {
    for (;;) {
      const running = this.#running;
      if (running === undefined) return;
      const endMs = running.startMs + this.#conversionMs(running.config);
      if (endMs > atMs) return;
      this.#registers[0] = this.#convert(running.config, (running.startMs + endMs) / 2);
      const config = this.#registers[1] ?? 0;
      const goesOn = isSingle(running.config) ? !isSingle(config) : isStarted(config);
      this.#running = goesOn ? { startMs: endMs, config } : undefined;
    }
  }

  #conversionMs(config: number): number {
    const rateHz = ratesHz[(config >> 5) & 7] ?? 128;
    return (1_000 / rateHz) * (this.#options.slowness ?? 1) + (isSingle(config) ? 0.025 : 0);
  }

  #convert(config: number, atMs: number): number {
    const [positive, negative] = muxes[(config >> 12) & 7] ?? muxes[0];
    const mv = this.#inputMv(positive, atMs) - this.#inputMv(negative, atMs);
    const code = Math.round((mv / (fullScalesMv[(config >> 9) & 7] ?? 2_048)) * 0x8000);
    return Math.min(0x7fff, Math.max(-0x8000, code)) & 0xffff;
  }

  #inputMv(input: number, atMs: number): number {
    return input < 0 ? 0 : (this.#options.inputs[input]?.(atMs) ?? 0);
  }
}

function isStarted(config: number): boolean {
  return !isSingle(config) || (config & 0x8000) !== 0;
}

function isSingle(config: number): boolean {
  return (config & 0x0100) !== 0;
}
