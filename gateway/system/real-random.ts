import { randomBytes } from 'node:crypto';
import { seededRandom } from '../core/random.ts';
import type { Random } from '../core/random.ts';

/** Random numbers that differ at every start. Not for secrets: those come from node:crypto directly. */
export function createRealRandom(): Random {
  return seededRandom(randomBytes(6).readUIntBE(0, 6));
}
