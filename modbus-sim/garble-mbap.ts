import { concat } from './bytes.ts';
import type { GarbageKind } from './fault-plan.ts';
import { randomBytes, split } from './garbled-bytes.ts';
import type { SeededRandom } from './random.ts';

/** A wrong copy of a right answer frame (MBAP header and PDU), in pieces. What is known on serial lines only becomes
 * a wrong transaction id. */
export function garbleMbap(
  kind: GarbageKind,
  answer: Uint8Array,
  random: SeededRandom,
): readonly Uint8Array[] {
  return kind === 'split' ? split(answer, random) : [mangled(kind, answer, random)];
}

function mangled(kind: GarbageKind, answer: Uint8Array, random: SeededRandom): Uint8Array {
  switch (kind) {
    default:
      return withByte(answer, 1, (byte) => byte + random.integer(1, 255));
    case 'wrong-protocol':
      return withByte(answer, 3, () => random.integer(1, 255));
    case 'wrong-unit':
      return withByte(answer, 6, (byte) => byte + random.integer(1, 255));
    case 'wrong-function':
      return withByte(answer, 7, (byte) => byte ^ 0x07);
    case 'short-frame':
      return answer.slice(0, random.integer(1, answer.length - 1));
    case 'long-frame':
      return longer(answer);
    case 'byte-count-lie':
      return withByte(answer, 8, (byte) => byte + 2 * random.integer(1, 20));
    case 'zero-length':
      return withLength(answer, 0);
    case 'length-65535':
      return withLength(answer, 0xffff);
    case 'trailing-garbage':
      return concat([answer, randomBytes(random, random.integer(1, 12))]);
    case 'random-bytes':
      return randomBytes(random, random.integer(1, 80));
  }
}

function withByte(answer: Uint8Array, index: number, change: (byte: number) => number): Uint8Array {
  const copy = answer.slice();
  copy[index] = change(copy[index] ?? 0);
  return copy;
}

function withLength(answer: Uint8Array, length: number): Uint8Array {
  const copy = answer.slice();
  copy[4] = length >>> 8;
  copy[5] = length;
  return copy;
}

/** One word more than was asked, with header and byte count agreeing. */
function longer(answer: Uint8Array): Uint8Array {
  const copy = concat([answer, new Uint8Array(2)]);
  copy[5] = answer.length - 6 + 2;
  copy[4] = (answer.length - 6 + 2) >>> 8;
  copy[8] = (copy[8] ?? 0) + 2;
  return copy;
}
