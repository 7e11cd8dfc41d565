/**
 * Seeded random numbers (sfc32, Chris Doty-Humphrey, PractRand 2013). Not for cryptography.
 *
 * `fork(label)` depends on the seed and the label only, never on how many numbers were drawn, so that each
 * part of the simulation owns a stream that no other part can shift.
 */
export class SeededRandom {
  readonly #key: string;
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(seed: number | string) {
    this.#key = String(seed);
    this.#a = hashText(this.#key, 0x9e3779b9);
    this.#b = hashText(this.#key, 0x243f6a88);
    this.#c = hashText(this.#key, 0xb7e15162);
    for (let round = 0; round < 12; round += 1) this.uint32();
  }

  fork(label: string): SeededRandom {
    return new SeededRandom(`${this.#key}/${label}`);
  }

  /** An integer in 0 … 2³²−1. */
  uint32(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** A number in [0, 1). */
  unit(): number {
    return this.uint32() / 2 ** 32;
  }

  /** A number in [low, high). */
  between(low: number, high: number): number {
    return low + (high - low) * this.unit();
  }

  /** An integer in low … high, both included. */
  integer(low: number, high: number): number {
    return low + Math.floor(this.unit() * (high - low + 1));
  }

  isLucky(probability: number): boolean {
    return this.unit() < probability;
  }

  /** The time to the next event of a Poisson process with this mean gap. */
  exponential(mean: number): number {
    return -mean * Math.log(1 - this.unit());
  }

  pick<T>(choices: readonly [T, ...T[]]): T {
    return choices[this.integer(0, choices.length - 1)] ?? choices[0];
  }
}

/** FNV-1a over the UTF-16 code units, finished by MurmurHash3's fmix32. */
function hashText(text: string, basis: number): number {
  let hash = basis;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return mixBits(hash);
}

/** MurmurHash3's 32-bit finalizer (Austin Appleby, public domain): every input bit reaches every output bit. */
export function mixBits(value: number): number {
  let hash = value;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) | 0;
}
