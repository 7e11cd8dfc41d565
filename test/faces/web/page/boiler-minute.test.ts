import assert from 'node:assert';
import fc from 'fast-check';
import t from 'tap';
import {
  bandsOf,
  boilerPhases,
  mergedMinutes,
  minuteAt,
  minuteOf,
  onStretches,
  type BoilerMinute,
} from '../../../../gateway/faces/web/page/boiler-minute.ts';
import { minuteAfter, minuteMs, nowMs } from './known-boiler.ts';

const at = (minutes: number): number => nowMs + minutes * minuteMs;
const gap = (from: number, to: number): BoilerMinute =>
  minuteAfter(from, 'undefined', { endMs: at(to), waterC: null });

t.test('runs of one phase are a band, cut at the edges; where no minute is there is none', (t) => {
  const minutes = [
    minuteAfter(0),
    minuteAfter(1),
    minuteAfter(2, 'stop'),
    minuteAfter(4, 'stop'),
    gap(5, 9),
    minuteAfter(9, 'undefined'),
  ];
  const bands = bandsOf(minutes, { fromMs: at(0.5), toMs: at(9) });
  t.same(bands, [
    { startMs: at(0.5), endMs: at(2), phase: 'combustion' },
    { startMs: at(2), endMs: at(3), phase: 'stop' },
    { startMs: at(4), endMs: at(5), phase: 'stop' },
    { startMs: at(5), endMs: at(9), phase: 'undefined' },
  ]);
  t.end();
});

t.test('bands cover what their minutes cover, in order, and neighbours that touch differ', (t) => {
  const minutes = fc
    .array(fc.tuple(fc.integer({ min: 1, max: 3 }), fc.constantFrom(...boilerPhases)), { maxLength: 40 })
    .map((steps) => {
      let minute = 0;
      return steps.map(([step, phase]) => minuteAfter((minute += step), phase));
    });
  fc.assert(
    fc.property(
      minutes,
      fc.integer({ min: 0, max: 60 }),
      fc.integer({ min: 61, max: 200 }),
      (all, from, to) => {
        const span = { fromMs: at(from), toMs: at(to) };
        const bands = bandsOf(all, span);
        const lengthOf = (some: readonly { startMs: number; endMs: number }[]): number =>
          some.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);
        const inside = all.filter(({ startMs }) => startMs >= span.fromMs && startMs < span.toMs);
        assert.equal(lengthOf(bands), lengthOf(inside));
        for (const [index, band] of bands.entries()) {
          const before = bands[index - 1];
          assert.ok(before === undefined || before.endMs < band.startMs || before.phase !== band.phase);
          assert.ok(before === undefined || before.endMs <= band.startMs);
        }
      },
    ),
  );
  t.end();
});

t.test('what was asked again replaces what was known, and what has left the span is forgotten', (t) => {
  const known = [minuteAfter(0), minuteAfter(1), gap(2, 10)];
  const fresh = [gap(0, 4), minuteAfter(4, 'stop'), minuteAfter(5, 'stop')];
  const span = { fromMs: at(1), toMs: at(5) };
  t.same(mergedMinutes(known, fresh, at(3), span), [
    minuteAfter(1),
    gap(2, 3),
    gap(3, 4),
    minuteAfter(4, 'stop'),
  ]);
  t.end();
});

t.test('a motor is on in stretches; what is not known of it is not on', (t) => {
  const on = (minutes: number, auger: boolean | null): BoilerMinute =>
    minuteAfter(minutes, 'combustion', {
      isOn: { igniter: null, primaryFan: null, secondaryFan: null, auger },
    });
  const minutes = [on(0, true), on(1, true), on(2, null), on(3, false), on(4, true), on(6, true)];
  t.same(
    onStretches(minutes, 'auger').map(({ startMs, endMs }) => [startMs - nowMs, endMs - nowMs]),
    [
      [0, 2 * minuteMs],
      [4 * minuteMs, 5 * minuteMs],
      [6 * minuteMs, 7 * minuteMs],
    ],
  );
  t.same(onStretches(minutes, 'igniter'), []);
  t.end();
});

t.test('a row of the gateway is a minute; an input that said nothing is not known, never 0', (t) => {
  const row = {
    ...{ startMs: nowMs, endMs: at(1), phase: 'hold' as const },
    inputs: { water: { mean: 61.3, isOn: null }, igniter: { mean: 0, isOn: false } },
  };
  t.same(minuteOf(row), {
    ...{ startMs: nowMs, endMs: at(1), phase: 'hold', waterC: 61.3, flueC: null },
    isOn: { igniter: false, primaryFan: null, secondaryFan: null, auger: null },
  });
  const minutes = [minuteAfter(0), minuteAfter(2)];
  t.equal(minuteAt(minutes, at(0.5)), minutes[0]);
  t.equal(minuteAt(minutes, at(1)), undefined);
  t.end();
});
