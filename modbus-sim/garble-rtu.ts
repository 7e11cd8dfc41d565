import { concat } from './bytes.ts';
import { withCrc } from './crc16.ts';
import type { GarbageKind } from './fault-plan.ts';
import type { GarbledAnswer } from './framing.ts';
import { randomBytes, split } from './garbled-bytes.ts';
import type { SeededRandom } from './random.ts';

/** A wrong copy of a right RTU answer, in pieces. What is known with Modbus TCP only becomes a wrong CRC. */
export function garbleRtu(
  kind: GarbageKind,
  answer: GarbledAnswer,
  random: SeededRandom,
): readonly Uint8Array[] {
  const { bytes, request } = answer;
  switch (kind) {
    case 'echo':
      return [request.bytes, bytes];
    case 'noise-before':
      return [concat([randomBytes(random, random.integer(1, 6)), bytes])];
    case 'trailing-garbage':
      return [concat([bytes, randomBytes(random, random.integer(1, 12))])];
    case 'foreign-answer':
      return [foreignAnswer(bytes, random), bytes];
    case 'random-bytes':
      return [randomBytes(random, random.integer(1, 80))];
    case 'short-frame':
      return [bytes.slice(0, random.integer(1, bytes.length - 1))];
    case 'gap':
    case 'split':
      return split(bytes, random);
    default:
      return [mangleRtuFrame(kind, bytes, random)];
  }
}

/** One frame for another: its CRC is right, but for the kinds that are about nothing else. */
export function mangleRtuFrame(kind: GarbageKind, frame: Uint8Array, random: SeededRandom): Uint8Array {
  const body = frame.slice(0, -2);
  switch (kind) {
    case 'wrong-unit':
      body[0] = (body[0] ?? 0) + random.integer(1, 255);
      return withCrc(body);
    case 'wrong-function':
      body[1] = (body[1] ?? 0) ^ 0x07;
      return withCrc(body);
    case 'byte-count-lie':
      body[2] = (body[2] ?? 0) + 2 * random.integer(1, 20);
      return withCrc(body);
    case 'long-frame':
      body[2] = (body[2] ?? 0) + 2;
      return withCrc(concat([body, new Uint8Array(2)]));
    default: {
      const flipped = frame.slice();
      const index = random.integer(0, frame.length - 1);
      flipped[index] = (flipped[index] ?? 0) ^ (1 << random.integer(0, 7));
      return flipped;
    }
  }
}

/** What a second master on the line has asked of a unit: whole and right, but of another length than was asked here. */
function foreignAnswer(answer: Uint8Array, random: SeededRandom): Uint8Array {
  const words = random.integer(1, 20);
  const bytes = 2 * words === answer[2] ? 2 * words + 2 : 2 * words;
  const unitId = random.isLucky(0.5) ? (answer[0] ?? 0) : random.integer(1, 247);
  const header = Uint8Array.of(unitId, random.pick([3, 4]), bytes);
  return withCrc(concat([header, randomBytes(random, bytes)]));
}
