import type { SeededRandom } from './random.ts';

/** The frame in two to four pieces that join to the whole. */
export function split(answer: Uint8Array, random: SeededRandom): Uint8Array[] {
  const cuts = new Set<number>();
  const pieces = random.integer(2, 4);
  for (let cut = 1; cut < pieces; cut += 1) cuts.add(random.integer(1, answer.length - 1));
  const borders = [0, ...[...cuts].sort((a, b) => a - b), answer.length];
  return borders.slice(1).map((end, index) => answer.slice(borders[index], end));
}

export function randomBytes(random: SeededRandom, count: number): Uint8Array {
  return Uint8Array.from({ length: count }, () => random.integer(0, 255));
}
