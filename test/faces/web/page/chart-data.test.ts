import fc from 'fast-check';
import t from 'tap';
import type { HistoryRow } from '../../../../gateway/faces/web/page/api-types.ts';
import { alignLines } from '../../../../gateway/faces/web/page/chart-data.ts';
import type { ChartLine } from '../../../../gateway/faces/web/page/chart-lines.ts';

const line = (...devices: readonly string[]): ChartLine => ({
  id: devices.join('+'),
  label: 'x',
  unit: 'W',
  tone: 'sun',
  parts: devices.map((device) => ({ device, quantity: 'p' })),
});
const readings = (stepMs: number, values: readonly (number | null)[], startMs = 0): HistoryRow[] =>
  values.map((value, index) => ({ atMs: startMs + index * stepMs, value }));
const windows = (values: readonly number[]): HistoryRow[] =>
  values.map((value, index) => ({
    atMs: index * 60_000,
    endMs: (index + 1) * 60_000,
    value,
    min: value - 1,
    max: value + 1,
  }));
const span = { fromMs: 0, toMs: 1e9 };

t.test('one line keeps its readings, and a missing value is a gap', (t) => {
  const rows = new Map([['a/p', readings(1_000, [1, null, 3])]]);
  const cells = alignLines({ lines: [line('a')], rows, resolution: 'raw', span });
  t.same(cells.x, [0, 1, 2]);
  t.same(cells.lines[0]?.middle, [1, null, 3]);
  t.equal(cells.lines[0]?.low, undefined, 'readings have no band');
  t.end();
});

t.test('a pause longer than usual becomes a gap, never a line across it', (t) => {
  const rows = new Map([['a/p', [...readings(1_000, [1, 2, 3]), ...readings(1_000, [4, 5], 60_000)]]]);
  const cells = alignLines({ lines: [line('a')], rows, resolution: 'raw', span });
  t.same(cells.x, [0, 1, 2, 3, 60, 61]);
  t.same(cells.lines[0]?.middle, [1, 2, 3, null, 4, 5]);
  t.end();
});

t.test('lines read at different instants share an axis without gaps of each other’s making', (t) => {
  const rows = new Map([
    ['a/p', readings(10_000, [1, 2])],
    ['b/p', readings(10_000, [7, 8], 5_000)],
  ]);
  const cells = alignLines({ lines: [line('a'), line('b')], rows, resolution: 'raw', span });
  t.same(cells.x, [0, 5, 10, 15]);
  t.same(cells.lines[0]?.middle, [1, undefined, 2, undefined]);
  t.same(cells.lines[1]?.middle, [undefined, 7, undefined, 8]);
  t.end();
});

t.test('a sum takes what each device said last, and is a gap while one says nothing', (t) => {
  const rows = new Map([
    ['a/p', readings(1_000, [10, 20, 30, 40, 50, 60, 70, 80])],
    [
      'b/p',
      [
        { atMs: 500, value: 1 },
        { atMs: 1_500, value: 2 },
        { atMs: 2_500, value: 3 },
      ],
    ],
  ]);
  const cells = alignLines({ lines: [line('a', 'b')], rows, resolution: 'raw', span });
  t.same(cells.x, [0.5, 1.5, 2.5], 'at the beats of the one with fewer');
  t.same(cells.lines[0]?.middle, [11, 22, 33]);
  const silent = new Map([...rows, ['b/p', readings(1_000, [1, null])]]);
  const gap = alignLines({ lines: [line('a', 'b')], rows: silent, resolution: 'raw', span });
  t.same(gap.lines[0]?.middle, [11, null]);
  t.end();
});

t.test('windows stand at their middle and have a band, sums have none', (t) => {
  const rows = new Map([
    ['a/p', windows([5, 6])],
    ['b/p', windows([1, 1])],
  ]);
  const cells = alignLines({ lines: [line('a'), line('a', 'b')], rows, resolution: '1m', span });
  t.same(cells.x, [30, 90]);
  t.same(cells.lines[0], { middle: [5, 6], low: [4, 5], high: [6, 7] });
  t.same(cells.lines[1], { middle: [6, 7], low: undefined, high: undefined });
  t.end();
});

t.test('an open window is not drawn in the future, and what is outside the span not at all', (t) => {
  const rows = new Map([['a/p', windows([5, 6, 7])]]);
  const cells = alignLines({
    lines: [line('a')],
    rows,
    resolution: '1m',
    span: { fromMs: 60_000, toMs: 130_000 },
  });
  t.same(cells.x, [90, 130]);
  t.same(cells.lines[0]?.middle, [6, 7]);
  t.end();
});

t.test('no series at all is an empty chart', (t) => {
  const cells = alignLines({ lines: [line('a'), line()], rows: new Map(), resolution: 'raw', span });
  t.same(cells.x, []);
  t.same(
    cells.lines.map(({ middle }) => middle),
    [[], []],
  );
  t.end();
});

t.test('whatever is read, the axis ascends and every value of a single line is on it', (t) => {
  const series = fc.uniqueArray(fc.integer({ min: 0, max: 500_000 }), { maxLength: 40 });
  fc.assert(
    fc.property(series, series, (first, second) => {
      const rowsOf = (instants: readonly number[]): HistoryRow[] =>
        instants.toSorted((a, b) => a - b).map((atMs) => ({ atMs, value: atMs }));
      const rows = new Map([
        ['a/p', rowsOf(first)],
        ['b/p', rowsOf(second)],
      ]);
      const { x, lines } = alignLines({ lines: [line('a'), line('b')], rows, resolution: 'raw', span });
      const isAscending = x.every((value, index) => index === 0 || value > (x[index - 1] ?? Infinity));
      const values = lines.map(({ middle }) => middle.filter((value) => typeof value === 'number').length);
      return isAscending && values[0] === first.length && values[1] === second.length;
    }),
  );
  t.end();
});
