import {
  bandsOf,
  boilerMotors,
  onStretches,
  type BoilerMinute,
  type BoilerMotor,
  type BoilerPhase,
} from './boiler-minute.ts';
import type { Span } from './chart-ranges.ts';
import type { Stretch } from './job-types.ts';
import { niceTicks } from './nice-ticks.ts';
import { timeTicks, type TimeTick } from './time-ticks.ts';

export interface BoilerQuestion {
  readonly minutes: readonly BoilerMinute[];
  readonly span: Span;
  /** °C */
  readonly failureC: number;
  readonly nowMs: number;
  readonly zone: string | undefined;
  readonly size: { readonly width: number; readonly height: number };
}

/** A rectangle's place from left to right. */
export interface Stripe {
  readonly x: number;
  readonly width: number;
}

export interface TemperatureTick {
  readonly y: number;
  readonly text: string;
}

/** Where everything stands, in pixels. */
export interface BoilerPicture {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly bands: readonly (Stripe & { readonly phase: BoilerPhase })[];
  /** Of SVG paths; empty where nothing is known. */
  readonly water: string;
  readonly flue: string;
  readonly failureY: number;
  readonly waterTicks: readonly TemperatureTick[];
  readonly flueTicks: readonly TemperatureTick[];
  readonly times: readonly (TimeTick & { readonly x: number })[];
  readonly motors: readonly {
    readonly motor: BoilerMotor;
    readonly y: number;
    readonly on: readonly Stripe[];
  }[];
  readonly nowX: number | undefined;
  readonly xOf: (atMs: number) => number;
  /** Kept within the span. */
  readonly instantAt: (x: number) => number;
}

/** Flags stand over the curves, motors under them. */
const flagSpace = 26;
const timeSpace = 20;
export const stripHeight = 9;
const stripSpace = 15;
const axisWidth = 46;
const tickSpace = 56;
/** °C that are always in view; more where it was colder or hotter. */
const softRange = [55, 70] as const;
const minuteMs = 60_000;

/** Lays out the curves of a boiler over its time, its phases behind them and its motors below. */
export function layOutBoiler({ minutes, span, failureC, nowMs, zone, size }: BoilerQuestion): BoilerPicture {
  const [left, right] = [axisWidth, Math.max(axisWidth + 1, size.width - axisWidth)];
  const top = flagSpace;
  const shown = boilerMotors.filter((motor) => minutes.some(({ isOn }) => isOn[motor] !== null));
  const bottom = Math.max(top + 40, size.height - timeSpace - shown.length * stripSpace);
  const msPerPixel = (span.toMs - span.fromMs) / (right - left);
  const xOf = (atMs: number): number => tenth(left + (atMs - span.fromMs) / msPerPixel);
  const stripeOf = ({ startMs, endMs }: Stretch): Stripe => {
    const x = xOf(Math.max(span.fromMs, startMs));
    return { x, width: tenth(xOf(Math.min(span.toMs, endMs)) - x) };
  };
  const water = scaleOf([...known(minutes, 'waterC'), failureC], { top, bottom });
  const flue = scaleOf(known(minutes, 'flueC'), { top, bottom });
  return {
    left,
    right,
    top,
    bottom,
    bands: bandsOf(minutes, span).map((band) => ({ ...stripeOf(band), phase: band.phase })),
    water: pathOf(minutes, 'waterC', { xOf, yOf: water.yOf }),
    flue: pathOf(minutes, 'flueC', { xOf, yOf: flue.yOf }),
    failureY: water.yOf(failureC),
    waterTicks: water.ticks,
    flueTicks: known(minutes, 'flueC').length > 0 ? flue.ticks : [],
    times: timeTicks(span, zone, Math.max(2, Math.floor((right - left) / tickSpace)), 5).map((tick) => ({
      ...tick,
      x: xOf(tick.atMs),
    })),
    motors: shown.map((motor, index) => ({
      motor,
      y: bottom + timeSpace + index * stripSpace,
      on: onStretches(minutes, motor).map(stripeOf),
    })),
    nowX: nowMs >= span.fromMs && nowMs < span.toMs ? xOf(nowMs) : undefined,
    xOf,
    instantAt: (x) => Math.min(span.toMs - 1, Math.max(span.fromMs, span.fromMs + (x - left) * msPerPixel)),
  };
}

type Temperature = 'waterC' | 'flueC';

function known(minutes: readonly BoilerMinute[], which: Temperature): readonly number[] {
  return minutes.flatMap((minute) => minute[which] ?? []);
}

interface Scale {
  readonly yOf: (valueC: number) => number;
  readonly ticks: readonly TemperatureTick[];
}

function scaleOf(values: readonly number[], { top, bottom }: { top: number; bottom: number }): Scale {
  let [least, most]: readonly [number, number] = softRange;
  for (const value of values) [least, most] = [Math.min(least, value), Math.max(most, value)];
  const ticks = niceTicks(least, most, Math.max(2, Math.min(6, Math.floor((bottom - top) / 40))));
  const [low, high] = [ticks[0] ?? least, ticks.at(-1) ?? most];
  const yOf = (valueC: number): number => tenth(bottom - ((valueC - low) / (high - low)) * (bottom - top));
  const decimals = ticks.some((tick) => !Number.isInteger(tick)) ? 1 : 0;
  return {
    yOf,
    ticks: ticks.map((tick) => ({ y: yOf(tick), text: tick.toFixed(decimals).replace('-', '\u2212') })),
  };
}

interface CurvePlace {
  readonly xOf: (atMs: number) => number;
  readonly yOf: (valueC: number) => number;
}

/** From the middle of each minute to that of the next. A gap is a gap; a minute between two gaps is a dot. */
function pathOf(minutes: readonly BoilerMinute[], which: Temperature, { xOf, yOf }: CurvePlace): string {
  let path = '';
  let beforeMs: number | undefined;
  for (const minute of minutes) {
    const value = minute[which];
    if (value === null) continue;
    const place = `${xOf(minute.startMs + minuteMs / 2)} ${yOf(value)}`;
    // A line to where it stands already is drawn as a dot, for its ends are round.
    path += minute.startMs === beforeMs ? `L${place}` : `M${place}L${place}`;
    beforeMs = minute.endMs;
  }
  return path;
}

function tenth(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}
