import fc from 'fast-check';
import t from 'tap';
import { cadenceOf, summaryOf } from '../../bench/measure-cadence.ts';

const periodMs = 1_000;
const window = { fromMs: 5_000, toMs: 25_000 };
const onBeat = Array.from({ length: 20 }, (_, beat) => 5_300 + beat * periodMs);

t.test('requests on their beats are all counted, and none is late', (t) => {
  const { expected, made, lateMs, phaseMs } = cadenceOf(onBeat, window, periodMs);
  t.equal(expected, 20);
  t.equal(made, 20);
  t.equal((phaseMs - 300) % periodMs, 0);
  t.same(new Set(lateMs), new Set([0]));
  t.end();
});

t.test('a late request is late by that much, and moves no other', (t) => {
  const arrivals = onBeat.map((atMs, beat) => (beat === 3 ? atMs + 200 : atMs));
  const { made, lateMs } = cadenceOf(arrivals, window, periodMs);
  t.equal(made, 20);
  t.equal(Math.max(...lateMs), 200);
  t.equal(lateMs.filter((late) => late !== 0).length, 1);
  t.end();
});

t.test('a beat without a request is missed, and two at one beat are one', (t) => {
  const arrivals = [...onBeat.filter((_, beat) => beat !== 4), 9_350 + periodMs].sort((a, b) => a - b);
  t.equal(cadenceOf(arrivals, window, periodMs).made, 19);
  t.equal(cadenceOf([], window, periodMs).made, 0);
  t.ok(cadenceOf([], window, periodMs).expected >= 19, 'a silent one has missed them all');
  t.end();
});

t.test('beats at the ends of the window are not counted', (t) => {
  const arrivals = Array.from({ length: 21 }, (_, beat) => 5_000 + beat * periodMs);
  const { expected, made } = cadenceOf(arrivals, window, periodMs);
  t.equal(expected, 19);
  t.equal(made, 19);
  t.end();
});

t.test('against a given grid the whole series can be late', (t) => {
  const { lateMs } = cadenceOf(
    onBeat.map((atMs) => atMs + 40),
    window,
    periodMs,
    300,
  );
  t.same(new Set(lateMs), new Set([40]));
  t.end();
});

t.test('wherever the grid lies, the fitting one is found', (t) => {
  fc.assert(
    fc.property(
      fc.integer({ min: 101, max: 899 }),
      fc.integer({ min: 100, max: 5_000 }),
      (phaseMs, period) => {
        const fromMs = 10 * period;
        const arrivals = Array.from(
          { length: 12 },
          (_, beat) => fromMs + (phaseMs * period) / 1_000 + beat * period,
        );
        const found = cadenceOf(arrivals, { fromMs, toMs: fromMs + 12 * period }, period);
        return found.made === found.expected && found.lateMs.every((late) => Math.abs(late) < 1e-6);
      },
    ),
  );
  t.end();
});

t.test('a summary adds up polls and takes deviations either way', (t) => {
  const one = cadenceOf(onBeat, window, periodMs, 310);
  const other = cadenceOf(onBeat.slice(1), window, periodMs, 280);
  const { expected, made, lateMs, offMs } = summaryOf([one, other]);
  t.equal(expected, 40);
  t.equal(made, 39);
  t.equal(Math.min(...lateMs), -10);
  t.equal(Math.min(...offMs), 10);
  t.equal(Math.max(...offMs), 20);
  t.end();
});
