import { windowMs, type Span } from './chart-ranges.ts';
import type { HistoryRow, Resolution } from './api-types.ts';
import type { ChartLine } from './chart-lines.ts';
import { seriesId } from './home-series.ts';

/** A value, null where there is a gap, undefined where only other lines have a point. */
type Cell = number | null | undefined;

export interface LineCells {
  readonly middle: Cell[];
  /** Least and greatest of each window; only where there are windows. */
  readonly low: Cell[] | undefined;
  readonly high: Cell[] | undefined;
}

export interface ChartCells {
  /** Epoch seconds, ascending. */
  readonly x: number[];
  /** In the order of the lines. */
  readonly lines: readonly LineCells[];
}

interface Point {
  readonly atMs: number;
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

export interface ChartQuestion {
  readonly lines: readonly ChartLine[];
  /** By `seriesId`, ascending in time. */
  readonly rows: ReadonlyMap<string, readonly HistoryRow[]>;
  readonly resolution: Resolution;
  readonly span: Span;
}

/** Brings the lines onto one time axis, with a gap wherever a line has no value for longer than is usual for it. */
export function alignLines({ lines, rows, resolution, span }: ChartQuestion): ChartCells {
  const points = lines.map((line) => {
    const parts = line.parts.map((key) => pointsOf(rows.get(seriesId(key)) ?? [], span));
    const steps = parts.map((part) => windowMs[resolution] ?? usualStepMs(part));
    return withGaps(sumPoints(parts, steps), Math.max(...steps));
  });
  const instants = new Set(points.flatMap((line) => line.map(({ atMs }) => atMs)));
  const axis = [...instants].sort((a, b) => a - b);
  const index = new Map(axis.map((atMs, position) => [atMs, position]));
  const hasBand = resolution !== 'raw';
  return {
    x: axis.map((atMs) => atMs / 1000),
    lines: points.map((line, at) => {
      const spread = (pick: (point: Point) => number | null): Cell[] => {
        const cells = new Array<Cell>(axis.length).fill(undefined);
        for (const point of line) cells[index.get(point.atMs) ?? 0] = pick(point);
        return cells;
      };
      // The least of a sum is not the sum of the least.
      const isSingle = hasBand && lines[at]?.parts.length === 1;
      return {
        middle: spread((point) => point.value),
        low: isSingle ? spread((point) => point.low) : undefined,
        high: isSingle ? spread((point) => point.high) : undefined,
      };
    }),
  };
}

/** Windows are drawn at their middle, which an open one may not have reached yet. */
function pointsOf(rows: readonly HistoryRow[], { fromMs, toMs }: Span): Point[] {
  const points = rows.map(({ atMs, endMs, value, min, max }) => ({
    atMs: endMs === undefined ? atMs : Math.min((atMs + endMs) / 2, Math.max(atMs, toMs)),
    value,
    low: min ?? value,
    high: max ?? value,
  }));
  return points.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs);
}

/** The median distance of raw readings. */
function usualStepMs(points: readonly Point[]): number {
  const steps = points.slice(1).map(({ atMs }, index) => atMs - (points[index]?.atMs ?? atMs));
  steps.sort((a, b) => a - b);
  return Math.max(1_000, steps[Math.floor(steps.length / 2)] ?? 60_000);
}

/** Devices are not read at the same instant: at the beats of the one with the fewest, what each said last. */
function sumPoints(parts: readonly Point[][], stepsMs: readonly number[]): Point[] {
  const [only] = parts;
  if (only === undefined || parts.length === 1) return only ?? [];
  const beats = parts.reduce((fewest, part) => (part.length < fewest.length ? part : fewest));
  const cursors = parts.map(() => -1);
  return beats.map(({ atMs }) => {
    const values = parts.map((part, which) => {
      let at = cursors[which] ?? -1;
      for (let next = part[at + 1]; next !== undefined && next.atMs <= atMs; next = part[at + 1]) at += 1;
      cursors[which] = at;
      const held = part[at];
      return held !== undefined && atMs - held.atMs <= 2.5 * (stepsMs[which] ?? 0) ? held.value : null;
    });
    const isWhole = values.every((value) => value !== null);
    const value = isWhole ? values.reduce<number>((total, part) => total + part, 0) : null;
    return { atMs, value, low: value, high: value };
  });
}

function withGaps(points: readonly Point[], stepMs: number): Point[] {
  return points.flatMap((point, index) => {
    const next = points[index + 1];
    if (next === undefined || next.atMs - point.atMs <= 2.5 * stepMs) return [point];
    return [point, { atMs: point.atMs + stepMs, value: null, low: null, high: null }];
  });
}
