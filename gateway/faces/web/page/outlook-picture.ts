import type { Span } from './chart-ranges.ts';
import type { Outlook, Signal, SignalSlot } from './job-types.ts';
import { niceTicks } from './nice-ticks.ts';
import { timeTicks, type TimeTick } from './time-ticks.ts';

export interface PictureQuestion {
  readonly outlook: Outlook;
  readonly span: Span;
  readonly nowMs: number;
  readonly zone: string | undefined;
  readonly size: { readonly width: number; readonly height: number };
}

export interface PictureLine {
  readonly tone: 'carbon' | 'price';
  readonly basis: SignalSlot['basis'];
  /** Of an SVG path. */
  readonly path: string;
}

export interface ValueTick {
  readonly y: number;
  readonly text: string;
}

/** Where everything stands, in pixels. */
export interface OutlookPicture {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly lines: readonly PictureLine[];
  readonly red: readonly { readonly x: number; readonly width: number }[];
  readonly nowX: number | undefined;
  readonly times: readonly (TimeTick & { readonly x: number })[];
  readonly carbonTicks: readonly ValueTick[];
  readonly priceTicks: readonly ValueTick[];
}

const axisWidth = 40;
const topSpace = 10;
const bottomSpace = 22;
const tickSpace = 48;
/** Prices are drawn in ct. */
const microEurosPerCent = 10_000;

/** Lays out the curves of an outlook over its time. */
export function layOutPicture({ outlook, span, nowMs, zone, size }: PictureQuestion): OutlookPicture {
  const hasPrice = outlook.price.slots.length > 0;
  const left = axisWidth;
  const right = Math.max(left + 1, size.width - (hasPrice ? axisWidth : 8));
  const top = topSpace;
  const bottom = size.height - bottomSpace;
  const xOf = (atMs: number): number =>
    tenth(left + ((atMs - span.fromMs) / (span.toMs - span.fromMs)) * (right - left));
  const carbon = scaleOf(outlook.carbon, { top, bottom, unit: 1 });
  const price = scaleOf(outlook.price, { top, bottom, unit: microEurosPerCent });
  return {
    left,
    right,
    top,
    bottom,
    lines: [
      ...linesOf(outlook.carbon, 'carbon', { span, xOf, yOf: carbon.yOf }),
      ...linesOf(outlook.price, 'price', { span, xOf, yOf: price.yOf }),
    ],
    red: clipped(outlook.red.slots, span)
      .filter(({ value }) => value > 0)
      .map(({ startMs, endMs }) => ({ x: xOf(startMs), width: tenth(xOf(endMs) - xOf(startMs)) })),
    nowX: nowMs >= span.fromMs && nowMs <= span.toMs ? xOf(nowMs) : undefined,
    times: timeTicks(span, zone, Math.max(2, Math.floor((right - left) / tickSpace))).map((tick) => ({
      ...tick,
      x: xOf(tick.atMs),
    })),
    carbonTicks: carbon.ticks,
    priceTicks: price.ticks,
  };
}

interface Scale {
  readonly yOf: (value: number) => number;
  readonly ticks: readonly ValueTick[];
}

function scaleOf(signal: Signal, place: { top: number; bottom: number; unit: number }): Scale {
  const values = signal.slots.map(({ value }) => value / place.unit);
  if (values.length === 0) return { yOf: () => place.bottom, ticks: [] };
  const ticks = niceTicks(Math.min(0, ...values), Math.max(...values), 4);
  const [low, high] = [ticks[0] ?? 0, ticks.at(-1) ?? 1];
  const share = (value: number): number => (value - low) / (high - low);
  const y = (value: number): number => tenth(place.bottom - share(value) * (place.bottom - place.top));
  const decimals = Math.max(0, ...ticks.map((tick) => (String(tick).split('.')[1] ?? '').length));
  return {
    yOf: (value) => y(value / place.unit),
    ticks: ticks.map((tick) => ({ y: y(tick), text: tick.toFixed(decimals).replace('-', '\u2212') })),
  };
}

interface LinePlace {
  readonly span: Span;
  readonly xOf: (atMs: number) => number;
  readonly yOf: (value: number) => number;
}

/** A value holds for all of its slot, so lines go in steps. One ends where nothing is known, or something else is. */
function linesOf(signal: Signal, tone: PictureLine['tone'], { span, xOf, yOf }: LinePlace): PictureLine[] {
  const lines: { tone: PictureLine['tone']; basis: SignalSlot['basis']; path: string }[] = [];
  let before: SignalSlot | undefined;
  for (const slot of clipped(signal.slots, span)) {
    const [x, y, end] = [xOf(slot.startMs), yOf(slot.value), xOf(slot.endMs)];
    const last = lines.at(-1);
    const follows = before?.endMs === slot.startMs ? before : undefined;
    if (last !== undefined && follows?.basis === slot.basis) last.path += `V${y}H${end}`;
    else {
      const from = follows === undefined ? y : yOf(follows.value);
      lines.push({ tone, basis: slot.basis, path: `M${x} ${from}V${y}H${end}` });
    }
    before = slot;
  }
  return lines;
}

function clipped(slots: readonly SignalSlot[], { fromMs, toMs }: Span): SignalSlot[] {
  return slots
    .filter(({ startMs, endMs }) => endMs > fromMs && startMs < toMs)
    .map((slot) => ({
      ...slot,
      startMs: Math.max(fromMs, slot.startMs),
      endMs: Math.min(toMs, slot.endMs),
    }));
}

function tenth(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}
