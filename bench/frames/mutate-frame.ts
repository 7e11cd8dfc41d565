import type { SeededRandom } from '../../modbus-sim/random.ts';
import { randomBytes } from './exchange.ts';

/** Something that happens to a frame on its way, or in a device that has bugs. */
type Mutation = (frame: Buffer, random: SeededRandom, earlier: Buffer) => Buffer;

/** In front of the registers: header, unit, function, byte count. */
const headBytes = 9;
const noiseMax = 12;
const garbageMax = 300;

const mutations: readonly [Mutation, ...Mutation[]] = [
  // A bit, and a byte.
  (frame, random) =>
    withByte(frame, random.integer(0, frame.length - 1), (byte) => byte ^ (1 << random.integer(0, 7))),
  (frame, random) => withByte(frame, random.integer(0, frame.length - 1), () => random.integer(0, 255)),
  // What a reader goes by, also with the values that programs stumble over.
  (frame, random) => withByte(frame, headAt(frame, random), (byte) => byte + random.pick([-2, -1, 1, 2])),
  (frame, random) => withByte(frame, headAt(frame, random), () => random.pick([0, 1, 0x7f, 0x80, 0xff])),
  (frame, random) => {
    const at = headAt(frame, random);
    return withByte(
      withByte(frame, at, () => 0xff),
      Math.min(at + 1, frame.length - 1),
      () => 0xff,
    );
  },
  // Lost, repeated, exchanged.
  (frame, random) => frame.subarray(0, random.integer(0, frame.length - 1)),
  (frame, random) => frame.subarray(random.integer(1, frame.length)),
  (frame, random) => {
    const at = random.integer(0, frame.length - 1);
    return Buffer.concat([frame.subarray(0, at), frame.subarray(at + random.integer(1, 4))]);
  },
  (frame, random) => {
    const at = random.integer(0, frame.length);
    return Buffer.concat([frame.subarray(at), frame.subarray(0, at)]);
  },
  (frame, random) => {
    const at = random.integer(0, frame.length);
    return Buffer.concat([frame.subarray(0, at), frame, frame.subarray(at)]);
  },
  // Too much.
  (frame, random) => {
    const at = random.integer(0, frame.length);
    return Buffer.concat([
      frame.subarray(0, at),
      randomBytes(random, random.integer(1, 4)),
      frame.subarray(at),
    ]);
  },
  (frame, random) => Buffer.concat([frame, randomBytes(random, random.integer(1, noiseMax))]),
  (frame, random) => Buffer.concat([randomBytes(random, random.integer(1, noiseMax)), frame]),
  // Another frame.
  (frame, _, earlier) => Buffer.concat([earlier, frame]),
  (frame, _, earlier) => Buffer.concat([frame, earlier]),
  (frame, random, earlier) => Buffer.concat([earlier.subarray(0, random.integer(0, earlier.length)), frame]),
  (_, __, earlier) => earlier,
  (_, random) => randomBytes(random, random.integer(1, garbageMax)),
];

/** One frame after one to three of these; `earlier` is the answer to the request before. */
export function mutateFrame(frame: Buffer, earlier: Buffer, random: SeededRandom): Buffer {
  let mutated = frame;
  for (let rounds = random.pick([1, 1, 1, 2, 3]); rounds > 0 && mutated.length > 0; rounds -= 1) {
    mutated = random.pick(mutations)(mutated, random, earlier);
  }
  return mutated;
}

function headAt(frame: Buffer, random: SeededRandom): number {
  return random.integer(0, Math.min(frame.length, headBytes) - 1);
}

function withByte(frame: Buffer, at: number, change: (byte: number) => number): Buffer {
  const copy = Buffer.from(frame);
  copy[at] = change(copy[at] ?? 0) & 0xff;
  return copy;
}
