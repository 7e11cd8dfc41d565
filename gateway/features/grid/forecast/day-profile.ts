const levelHalfLifeDays = 7;
const shapeHalfLifeDays = 10;
const weekendHalfLifeDays = 28;
/** What a week-end differs by is believed by half: it is learned from two days in seven. */
const weekendShare = 0.5;
const daysOfWeek = 7;
/** Weeks begin on the Thursday that 1970 began with. */
const saturday = 2;
const sunday = 3;

/** What the site's hours were like lately, by their place in its week; NaN where that hour was never seen. */
export type WeekProfile = Float64Array;

/**
 * The mean shape of a day, of which half is older than ten days; its level, of which half is older than seven; and half
 * of what week-ends differ by. These are the values that lost least on the zones FR and GB of 2020 (docs/jobs.md).
 * @param places of each value in the week
 */
export function weekProfile(values: Float64Array, places: Int32Array, stepsADay: number): WeekProfile {
  const level = dayLevels(values, stepsADay);
  const shape = new Sums(stepsADay);
  const whole = new Sums(1);
  const ends = new Sums(2);
  const count = values.length;
  for (let index = 0; index < count; index += 1) {
    const value = values[index] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    const days = (count - index) / stepsADay;
    const place = places[index] ?? 0;
    shape.add(place % stepsADay, value - (level[index] ?? 0), weightAt(days, shapeHalfLifeDays));
    whole.add(0, value, weightAt(days, levelHalfLifeDays));
    ends.add(Number(isWeekend(place, stepsADay)), value, weightAt(days, weekendHalfLifeDays));
  }
  const differs = count >= 2 * daysOfWeek * stepsADay ? weekendShare : 0;
  const profile = new Float64Array(daysOfWeek * stepsADay);
  for (let place = 0; place < profile.length; place += 1) {
    const weekend = ends.mean(Number(isWeekend(place, stepsADay))) - ends.meanOfAll();
    profile[place] = whole.mean(0) + shape.mean(place % stepsADay) + (differs > 0 ? differs * weekend : 0);
  }
  return profile;
}

/** The mean of the day around each value, or of the nearest day that is whole. */
function dayLevels(values: Float64Array, stepsADay: number): Float64Array {
  const count = values.length;
  const sums = new Float64Array(count + 1);
  const known = new Int32Array(count + 1);
  for (let index = 0; index < count; index += 1) {
    const value = values[index] ?? Number.NaN;
    const isKnown = !Number.isNaN(value);
    sums[index + 1] = (sums[index] ?? 0) + (isKnown ? value : 0);
    known[index + 1] = (known[index] ?? 0) + Number(isKnown);
  }
  const levels = new Float64Array(count);
  for (let index = 0; index < count; index += 1) {
    const from = Math.max(0, Math.min(index - stepsADay / 2, count - stepsADay));
    const to = Math.min(count, from + stepsADay);
    const n = (known[to] ?? 0) - (known[from] ?? 0);
    levels[index] = n === 0 ? 0 : ((sums[to] ?? 0) - (sums[from] ?? 0)) / n;
  }
  return levels;
}

function isWeekend(place: number, stepsADay: number): boolean {
  const day = Math.floor(place / stepsADay);
  return day === saturday || day === sunday;
}

function weightAt(days: number, halfLifeDays: number): number {
  return 0.5 ** (days / halfLifeDays);
}

/** Weighted means, a few at a time. */
class Sums {
  readonly #sums: Float64Array;
  readonly #weights: Float64Array;

  constructor(size: number) {
    this.#sums = new Float64Array(size);
    this.#weights = new Float64Array(size);
  }

  add(index: number, value: number, weight: number): void {
    this.#sums[index] = (this.#sums[index] ?? 0) + value * weight;
    this.#weights[index] = (this.#weights[index] ?? 0) + weight;
  }

  /** NaN where there is none. */
  mean(index: number): number {
    return (this.#sums[index] ?? 0) / (this.#weights[index] ?? 0);
  }

  meanOfAll(): number {
    const add = (sum: number, one: number): number => sum + one;
    return this.#sums.reduce(add, 0) / this.#weights.reduce(add, 0);
  }
}
