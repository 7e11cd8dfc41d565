import assert from 'node:assert';

/** A source of random numbers. The real one is seeded from the system, the simulated one from the seed. */
export interface Random {
  /** A number in [0, 1). */
  next(): number;
  /** An integer in [0, below). */
  integer(below: number): number;
}

/**
 * A small fast generator with 128 bits of state (sfc32, Chris Doty-Humphrey, PractRand). Not for secrets:
 * those come from node:crypto, in the rooms that make them.
 */
export function seededRandom(seed: number): Random {
  let a = 0x9e3779b9 ^ seed;
  let b = 0x243f6a88 ^ Math.floor(seed / 4294967296);
  let c = 0xb7e15162;
  let counter = 1;
  const next32 = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  for (let round = 0; round < 15; round += 1) next32();
  return {
    next: () => next32() / 4294967296,
    integer: (below) => {
      assert(Number.isInteger(below) && below > 0, `cannot draw an integer below ${below}`);
      return Math.floor((next32() / 4294967296) * below);
    },
  };
}
