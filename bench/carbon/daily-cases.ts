import type { SeededRandom } from '../../modbus-sim/random.ts';
import type { ShiftCase } from './shift-runs.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** Jobs of so many hours, each queued at some full hour of a year's day and to be done 24 hours later. */
export function dailyCases(
  yearStartMs: number,
  lengthHours: number,
  random: SeededRandom,
): readonly ShiftCase[] {
  return Array.from({ length: 365 }, (_, day) => {
    const firstMs = yearStartMs + day * dayMs + (random.uint32() % 24) * hourMs;
    return { firstMs, lastMs: firstMs + dayMs - lengthHours * hourMs, lengthMs: lengthHours * hourMs };
  });
}
