import { garbageKinds } from './fault-plan.ts';
import type { GarbageKind } from './fault-plan.ts';
import { concat } from './mbap-framing.ts';
import type { SeededRandom } from './random.ts';

/** Kinds that change the bytes of one answer. The other kinds change when or in which pieces the bytes are sent. */
type MangledKind = Exclude<GarbageKind, 'split' | 'merged-late'>;

export function randomGarbageKind(random: SeededRandom): GarbageKind {
  return random.pick(garbageKinds);
}

/** A wrong copy of a right answer frame (MBAP header and PDU). */
export function garble(kind: MangledKind, answer: Uint8Array, random: SeededRandom): Uint8Array {
  switch (kind) {
    case 'wrong-transaction':
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

/** The frame in two to four pieces that join to the whole. */
export function split(answer: Uint8Array, random: SeededRandom): Uint8Array[] {
  const cuts = new Set<number>();
  const pieces = random.integer(2, 4);
  for (let cut = 1; cut < pieces; cut += 1) cuts.add(random.integer(1, answer.length - 1));
  const borders = [0, ...[...cuts].sort((a, b) => a - b), answer.length];
  return borders.slice(1).map((end, index) => answer.slice(borders[index], end));
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

function randomBytes(random: SeededRandom, count: number): Uint8Array {
  return Uint8Array.from({ length: count }, () => random.integer(0, 255));
}
