import type { SeededRandom } from '../../modbus-sim/random.ts';

type Mutation = (bytes: Buffer, random: SeededRandom, others: readonly Buffer[]) => Buffer;

const garbageMax = 600;

const mutations: readonly [Mutation, ...Mutation[]] = [
  (bytes, random) => changed(bytes, random, (byte) => byte ^ (1 << random.integer(0, 7))),
  (bytes, random) => changed(bytes, random, () => random.pick([0, 1, 0x7f, 0x80, 0xff])),
  (bytes, random) => bytes.subarray(0, random.integer(0, bytes.length)),
  (bytes, random) => bytes.subarray(random.integer(0, bytes.length)),
  (bytes, random) => {
    const at = random.integer(0, bytes.length);
    return Buffer.concat([bytes.subarray(0, at), noise(random, random.integer(1, 8)), bytes.subarray(at)]);
  },
  (bytes, random) => Buffer.concat([bytes, noise(random, random.integer(1, 40))]),
  (bytes) => Buffer.concat([bytes, bytes]),
  (bytes, random, others) => Buffer.concat([bytes, another(random, others)]),
  (_, random, others) => another(random, others),
  (bytes) => bytes,
  (_, random) => noise(random, random.integer(0, garbageMax)),
];

/** One of these, as it may be after a fault, an attack, or a program with bugs. */
export function mutatedBytes(samples: readonly Buffer[], random: SeededRandom): Buffer {
  const sample = another(random, samples);
  return random.pick(mutations)(sample, random, samples);
}

function another(random: SeededRandom, samples: readonly Buffer[]): Buffer {
  return samples[random.integer(0, samples.length - 1)] ?? Buffer.alloc(0);
}

function changed(bytes: Buffer, random: SeededRandom, change: (byte: number) => number): Buffer {
  const copy = Buffer.from(bytes);
  const at = random.integer(0, Math.max(0, copy.length - 1));
  if (copy.length > 0) copy[at] = change(copy[at] ?? 0) & 0xff;
  return copy;
}

function noise(random: SeededRandom, length: number): Buffer {
  return Buffer.from(Array.from({ length }, () => random.integer(0, 255)));
}
