/** A voltage and when it was converted. */
export interface MainsSample {
  readonly atMs: number;
  readonly mv: number;
}

/** The alternating part of a voltage, over whole cycles of the mains. */
export interface MainsRms {
  /** Mean: the bias of a clamp that is wired against one. */
  readonly offsetMv: number;
  readonly rmsMv: number;
  /** Standard deviation of the mean square, mV²: from how the cycles differ. */
  readonly squareDeviationMv2: number;
  readonly cycles: number;
}

/** From this many samples a cycle on, a cycle by itself says something. */
const samplesPerCycleMin = 8;
/** A mains outside of this is not the one that was counted on. */
const frequencySlack = 0.03;

/**
 * The true RMS of the alternating part: whatever its form, over as many whole cycles as there are. A cycle is measured
 * by the signal's own rising zero crossings where they are clear, otherwise the mains' nominal frequency says it.
 *
 * @returns undefined with less than one cycle or three samples
 */
export function mainsRms(samples: readonly MainsSample[], mainsHz: number): MainsRms | undefined {
  const first = samples[0];
  const last = samples.at(-1);
  if (first === undefined || last === undefined || samples.length < 3) return undefined;
  const nominal = nominalWindow(first.atMs, last.atMs, 1_000 / mainsHz);
  if (nominal.cycles < 1) return undefined;
  const roughMv = meanOver(samples, nominal);
  const window = crossingWindow(samples, roughMv, mainsHz) ?? nominal;
  const offsetMv = meanOver(samples, window);
  const squares = samples.map(({ atMs, mv }) => ({ atMs, mv: (mv - offsetMv) ** 2 }));
  return {
    offsetMv,
    rmsMv: Math.sqrt(meanOver(squares, window)),
    squareDeviationMv2: deviationOfMean(squares, window),
    cycles: window.cycles,
  };
}

interface Window {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly cycles: number;
}

function nominalWindow(fromMs: number, lastMs: number, periodMs: number): Window {
  const cycles = Math.floor((lastMs - fromMs) / periodMs + 1e-9);
  return { fromMs, untilMs: fromMs + cycles * periodMs, cycles };
}

/** From the first rising crossing to the last, where there are as many as the mains has cycles. */
function crossingWindow(
  samples: readonly MainsSample[],
  offsetMv: number,
  mainsHz: number,
): Window | undefined {
  const crossings: number[] = [];
  for (const [index, { atMs, mv }] of samples.entries()) {
    const before = samples[index - 1];
    if (before === undefined || before.mv >= offsetMv || mv < offsetMv) continue;
    crossings.push(before.atMs + ((offsetMv - before.mv) / (mv - before.mv)) * (atMs - before.atMs));
  }
  const fromMs = crossings[0];
  const untilMs = crossings.at(-1);
  const cycles = crossings.length - 1;
  if (fromMs === undefined || untilMs === undefined || cycles < 1) return undefined;
  const ratio = (cycles * 1_000) / (untilMs - fromMs) / mainsHz;
  return Math.abs(ratio - 1) <= frequencySlack ? { fromMs, untilMs, cycles } : undefined;
}

/** The mean over time by trapezoids, which is exact for whole cycles of what is sampled evenly. */
function meanOver(samples: readonly MainsSample[], { fromMs, untilMs }: Omit<Window, 'cycles'>): number {
  let area = 0;
  for (const [index, right] of samples.entries()) {
    const left = samples[index - 1];
    if (left === undefined || right.atMs <= fromMs || left.atMs >= untilMs) continue;
    const from = Math.max(left.atMs, fromMs);
    const until = Math.min(right.atMs, untilMs);
    area += ((valueAt(left, right, from) + valueAt(left, right, until)) / 2) * (until - from);
  }
  return area / (untilMs - fromMs);
}

function valueAt(left: MainsSample, right: MainsSample, atMs: number): number {
  if (right.atMs === left.atMs) return right.mv;
  return left.mv + ((right.mv - left.mv) * (atMs - left.atMs)) / (right.atMs - left.atMs);
}

function deviationOfMean(squares: readonly MainsSample[], window: Window): number {
  const { fromMs, untilMs, cycles } = window;
  const inside = squares.filter(({ atMs }) => atMs >= fromMs && atMs <= untilMs);
  const isFine = cycles >= 2 && inside.length / cycles >= samplesPerCycleMin;
  const periodMs = (untilMs - fromMs) / cycles;
  const parts = isFine
    ? Array.from({ length: cycles }, (_, cycle) =>
        meanOver(squares, {
          fromMs: fromMs + cycle * periodMs,
          untilMs: fromMs + (cycle + 1) * periodMs,
        }),
      )
    : inside.map(({ mv }) => mv);
  if (parts.length < 2) return parts[0] ?? 0;
  const mean = parts.reduce((sum, part) => sum + part, 0) / parts.length;
  const variance = parts.reduce((sum, part) => sum + (part - mean) ** 2, 0) / (parts.length - 1);
  return Math.sqrt(variance / parts.length);
}
