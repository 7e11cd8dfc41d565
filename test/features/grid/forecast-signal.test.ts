import fc from 'fast-check';
import t from 'tap';
import type { SignalSlot } from '../../../gateway/core/power-signal.ts';
import { forecastSignal } from '../../../gateway/features/grid/forecast-signal.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const nowMs = Date.UTC(2026, 2, 16, 9);

function slot(startMs: number, value: number, lengthMs = hourMs): SignalSlot {
  return { startMs, endMs: startMs + lengthMs, value, basis: 'known' };
}

/** Hours before now, by the UTC hour of the day and how many days ago. */
function history(days: number, valueOf: (hour: number, daysAgo: number) => number): readonly SignalSlot[] {
  return Array.from({ length: days * 24 }, (_, index) => {
    const startMs = nowMs - days * dayMs + index * hourMs;
    return slot(startMs, valueOf(new Date(startMs).getUTCHours(), (nowMs - startMs) / dayMs));
  });
}

function meanError(forecast: readonly SignalSlot[], valueOf: (hour: number) => number): number {
  const errors = forecast.map(({ startMs, value }) =>
    Math.abs(value - valueOf(new Date(startMs).getUTCHours())),
  );
  return errors.reduce((sum, error) => sum + error, 0) / errors.length;
}

const shape = (hour: number): number => 100 + 40 * Math.cos(((hour - 19) / 12) * Math.PI);
const twoDays = { startMs: nowMs, endMs: nowMs + 2 * dayMs };

for (const days of [1, 7, 60, 365]) {
  t.test(`with ${days} days of a steady rhythm it goes on as it was`, (t) => {
    const forecast = forecastSignal(history(days, shape), twoDays, 'UTC');
    t.equal(forecast.length, 48);
    t.ok(meanError(forecast, shape) < 1, `${meanError(forecast, shape)} g/kWh`);
    t.ok(forecast.every(({ basis }) => basis === 'forecast'));
    t.end();
  });
}

t.test('what is unlike its hour wears off, and the shape of the day stays', (t) => {
  const past = history(28, shape).map((one) =>
    one.startMs >= nowMs - 6 * hourMs ? { ...one, value: one.value + 50 } : one,
  );
  const forecast = forecastSignal(past, twoDays, 'UTC');
  const unlike = forecast.map(({ startMs, value }) => value - shape(new Date(startMs).getUTCHours()));
  t.ok((unlike[0] ?? 0) > 35, `${unlike[0]}`);
  t.ok(Math.abs(unlike[47] ?? 0) < 15, `${unlike[47]}`);
  t.end();
});

t.test('it follows a level that has changed for weeks', (t) => {
  const past = history(56, (hour, ago) => shape(hour) + (ago < 14 ? 80 : 0));
  const forecast = forecastSignal(past, twoDays, 'UTC');
  t.ok(meanError(forecast, (hour) => shape(hour) + 80) < 25);
  t.end();
});

t.test('nothing from its start on is looked at', (t) => {
  const past = history(30, shape);
  const value = fc.double({ min: -1e6, max: 1e6, noNaN: true });
  fc.assert(
    fc.property(fc.array(value, { maxLength: 60 }), (values) => {
      const later = values.map((one, index) => slot(nowMs + index * hourMs, one));
      const [with_, without] = [[...past, ...later], past].map((all) => forecastSignal(all, twoDays, 'UTC'));
      return JSON.stringify(with_) === JSON.stringify(without);
    }),
    { numRuns: 30 },
  );
  t.end();
});

t.test('without history there is none, and hours that were never seen are left out', (t) => {
  t.same(forecastSignal([], twoDays, 'UTC'), []);
  t.same(forecastSignal([slot(nowMs, 1)], twoDays, 'UTC'), [], 'what is to come is no history');
  const mornings = history(10, shape).filter(({ startMs }) => new Date(startMs).getUTCHours() < 12);
  const hours = forecastSignal(mornings, twoDays, 'UTC').map(({ startMs }) =>
    new Date(startMs).getUTCHours(),
  );
  t.equal(hours.length, 24);
  t.ok(hours.every((hour) => hour < 12));
  t.end();
});

t.test('people’s hours move with their clock', (t) => {
  const changeMs = Date.UTC(2026, 2, 29, 1);
  const dinner = (startMs: number): number => {
    const summer = startMs >= changeMs ? 2 : 1;
    return new Date(startMs + summer * hourMs).getUTCHours() === 19 ? 300 : 50;
  };
  const past = Array.from({ length: 24 * 40 }, (_, index) => {
    const startMs = changeMs - (24 * 40 - index) * hourMs;
    return slot(startMs, dinner(startMs));
  });
  const forecast = forecastSignal(past, { startMs: changeMs, endMs: changeMs + dayMs }, 'Europe/Paris');
  const peak = forecast.reduce((best, one) => (one.value > best.value ? one : best));
  t.equal(
    new Date(peak.startMs).toISOString(),
    '2026-03-29T17:00:00.000Z',
    '19:00 in Paris, an hour earlier in UTC',
  );
  t.end();
});

t.test('slots are as long as those of the history, tile the range and are cut at its ends', (t) => {
  const half = hourMs / 2;
  const past = Array.from({ length: 200 }, (_, index) =>
    slot(nowMs - (200 - index) * half, index % 48, half),
  );
  const range = { startMs: nowMs + 600_000, endMs: nowMs + 3 * hourMs + 60_000 };
  const forecast = forecastSignal(past, range, 'UTC');
  t.equal(forecast[0]?.startMs, range.startMs);
  t.equal(forecast.at(-1)?.endMs, range.endMs);
  t.ok(forecast.every((one, index) => index === 0 || one.startMs === forecast[index - 1]?.endMs));
  t.equal((forecast[1]?.endMs ?? 0) - (forecast[1]?.startMs ?? 0), half);
  t.end();
});

t.test('gaps and whatever values give finite numbers, in order', (t) => {
  const zones = ['UTC', 'Europe/Paris', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'America/Santiago'];
  fc.assert(
    fc.property(
      fc.array(fc.option(fc.double({ min: -1e5, max: 1e5, noNaN: true }), { nil: undefined }), {
        maxLength: 400,
      }),
      fc.constantFrom(15, 30, 60),
      fc.constantFrom(...zones),
      (values, minutes, zone) => {
        const lengthMs = minutes * 60_000;
        const past = values.flatMap((value, index) =>
          value === undefined ? [] : [slot(nowMs - (values.length - index) * lengthMs, value, lengthMs)],
        );
        let toMs = nowMs;
        return forecastSignal(past, twoDays, zone).every((one) => {
          const isNext = one.startMs >= toMs && one.endMs > one.startMs && Number.isFinite(one.value);
          toMs = one.endMs;
          return isNext;
        });
      },
    ),
    { numRuns: 60 },
  );
  t.end();
});
