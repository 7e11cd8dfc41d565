const leastShare = 1e-6;

/** Round numbers from at most `low` to at least `high`, about `count` of them apart from the first. */
export function niceTicks(low: number, high: number, count: number): readonly number[] {
  const size = Math.max(1, Math.abs(low), Math.abs(high));
  // Closer together they are one value, and steps between them would be finer than numbers can be told apart.
  const reach = high - low > size * leastShare ? high - low : size;
  const raw = reach / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = ([1, 2, 2.5, 5, 10].find((factor) => factor * power >= raw * 0.999) ?? 10) * power;
  const first = Math.floor(low / step + 1e-9);
  const last = Math.max(first + 1, Math.ceil(high / step - 1e-9));
  return Array.from({ length: last - first + 1 }, (_, index) =>
    Number(((first + index) * step).toPrecision(12)),
  );
}
