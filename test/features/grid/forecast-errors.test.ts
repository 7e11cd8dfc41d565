import t from 'tap';
import type { SignalSlot } from '../../../gateway/core/power-signal.ts';
import { measureForecast, type ForecastError } from '../../../gateway/features/grid/forecast-errors.ts';

const hourMs = 3_600_000;
const nowMs = Date.UTC(2026, 2, 16, 9);

function history(count: number, valueOf: (index: number) => number): readonly SignalSlot[] {
  return Array.from({ length: count }, (_, index) => {
    const startMs = nowMs - (count - index) * hourMs;
    return { startMs, endMs: startMs + hourMs, value: valueOf(index), basis: 'known' };
  });
}

function measured(past: readonly SignalSlot[]): {
  readonly errors: readonly ForecastError[];
  readonly steps: number;
} {
  const measuring = measureForecast(past, nowMs, 'UTC');
  for (let steps = 0; ; steps += 1) {
    const step = measuring.next();
    if (step.done === true) return { errors: step.value, steps };
  }
}

t.test('a steady rhythm is forecast without error, in turns of one forecast each', (t) => {
  const { errors, steps } = measured(history(60 * 24, (index) => 100 + (index % 24)));
  t.equal(steps, 28);
  t.match(errors, [
    { fromHours: 0, toHours: 6 },
    { fromHours: 6, toHours: 24 },
    { fromHours: 24, toHours: 48 },
  ]);
  for (const { meanAbsolute, meanShare, compared } of errors) {
    t.ok(compared > 100 && meanAbsolute < 1 && (meanShare ?? 1) < 0.01, `${compared}, ${meanAbsolute}`);
  }
  t.end();
});

t.test('days that differ by chance are forecast better than by the day before', (t) => {
  const level = (day: number): number => 200 + 60 * Math.sin(day * 12.9898);
  const { errors } = measured(history(60 * 24, (index) => level(Math.floor(index / 24)) + 3 * (index % 24)));
  for (const { skill, toHours } of errors) t.ok((skill ?? -1) > 0.1, `up to ${toHours} h: ${skill}`);
  t.end();
});

t.test('with too little history nothing is measured', (t) => {
  for (const count of [0, 5, 30]) {
    const { errors } = measured(history(count, () => 1));
    t.ok(
      errors.every(({ compared, skill }) => compared === 0 && skill === undefined),
      `${count} hours`,
    );
  }
  t.end();
});
