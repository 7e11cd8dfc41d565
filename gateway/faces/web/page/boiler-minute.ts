import type { BoilerMinuteRow } from './boiler-types.ts';
import type { Span } from './chart-ranges.ts';

/** What a boiler is at, as the gateway names it. */
export const boilerPhases = ['undefined', 'combustion', 'ignition', 'hold', 'stop', 'jam', 'watch'] as const;

export type BoilerPhase = (typeof boilerPhases)[number];

export const boilerMotors = ['igniter', 'primaryFan', 'secondaryFan', 'auger'] as const;

export type BoilerMotor = (typeof boilerMotors)[number];

/** A minute, or a longer stretch in which nothing was measured. What is not known is null. */
export interface BoilerMinute {
  readonly startMs: number;
  /** Not in it. */
  readonly endMs: number;
  readonly waterC: number | null;
  readonly flueC: number | null;
  readonly isOn: Readonly<Record<BoilerMotor, boolean | null>>;
  readonly phase: BoilerPhase;
}

/** A row of the gateway's answer. */
export function minuteOf({ startMs, endMs, phase, inputs }: BoilerMinuteRow): BoilerMinute {
  const on = (motor: BoilerMotor): boolean | null => inputs[motor]?.isOn ?? null;
  return {
    startMs,
    endMs,
    waterC: inputs.water?.mean ?? null,
    flueC: inputs.flue?.mean ?? null,
    isOn: {
      igniter: on('igniter'),
      primaryFan: on('primaryFan'),
      secondaryFan: on('secondaryFan'),
      auger: on('auger'),
    },
    phase,
  };
}

/** A stretch of one phase. */
export interface PhaseBand {
  readonly startMs: number;
  readonly endMs: number;
  readonly phase: BoilerPhase;
}

/** What is known of the span, with what was asked from `fromMs` on instead of what was known of it. */
export function mergedMinutes(
  known: readonly BoilerMinute[],
  fresh: readonly BoilerMinute[],
  fromMs: number,
  span: Span,
): readonly BoilerMinute[] {
  return [
    ...within(known, { fromMs: span.fromMs, toMs: fromMs }),
    ...within(fresh, { fromMs, toMs: span.toMs }),
  ];
}

/** Long gaps may reach over an edge. */
function within(minutes: readonly BoilerMinute[], { fromMs, toMs }: Span): readonly BoilerMinute[] {
  return minutes
    .filter(({ startMs, endMs }) => endMs > fromMs && startMs < toMs)
    .map((minute) => ({
      ...minute,
      startMs: Math.max(fromMs, minute.startMs),
      endMs: Math.min(toMs, minute.endMs),
    }));
}

/** Runs of minutes of one phase. Where no minute is, no band is. */
export function bandsOf(minutes: readonly BoilerMinute[], { fromMs, toMs }: Span): readonly PhaseBand[] {
  const bands: { startMs: number; endMs: number; phase: BoilerPhase }[] = [];
  for (const minute of minutes) {
    const { phase } = minute;
    const [startMs, endMs] = [Math.max(fromMs, minute.startMs), Math.min(toMs, minute.endMs)];
    if (startMs >= endMs) continue;
    const last = bands.at(-1);
    if (last?.phase === phase && last.endMs === startMs) last.endMs = endMs;
    else bands.push({ startMs, endMs, phase });
  }
  return bands;
}

/** When a motor was on. */
export function onStretches(
  minutes: readonly BoilerMinute[],
  motor: BoilerMotor,
): readonly { readonly startMs: number; readonly endMs: number }[] {
  const stretches: { startMs: number; endMs: number }[] = [];
  for (const { startMs, endMs, isOn } of minutes) {
    if (isOn[motor] !== true) continue;
    const last = stretches.at(-1);
    if (last?.endMs === startMs) last.endMs = endMs;
    else stretches.push({ startMs, endMs });
  }
  return stretches;
}

/** The minute that holds an instant. */
export function minuteAt(minutes: readonly BoilerMinute[], atMs: number): BoilerMinute | undefined {
  return minutes.find(({ startMs, endMs }) => startMs <= atMs && atMs < endMs);
}
