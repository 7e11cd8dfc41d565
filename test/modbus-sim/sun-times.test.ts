import t from 'tap';
import type { Site } from '../../modbus-sim/site.ts';
import { sunTimes } from '../../modbus-sim/sun-times.ts';

const lyon: Site = { latitudeDeg: 45.764, longitudeDeg: 4.8357, utcOffsetMinutes: 60 };

t.test('the sun rises and sets in Lyon when an almanac says so', (t) => {
  const { riseMs = 0, setMs = 0 } = sunTimes(Date.parse('2026-01-14T12:00:00Z'), lyon);
  // OpenWeatherMap, 2026-01-14: 07:18:09 and 16:21:51.
  t.ok(Math.abs(riseMs - Date.parse('2026-01-14T07:18:09Z')) < 180_000, new Date(riseMs).toISOString());
  t.ok(Math.abs(setMs - Date.parse('2026-01-14T16:21:51Z')) < 180_000, new Date(setMs).toISOString());
  t.end();
});

t.test('they are the same all day long', (t) => {
  const morning = sunTimes(Date.parse('2026-01-13T23:00:00Z'), lyon);
  t.same(sunTimes(Date.parse('2026-01-14T22:59:59Z'), lyon), morning);
  t.not(sunTimes(Date.parse('2026-01-14T23:00:00Z'), lyon).riseMs, morning.riseMs);
  t.end();
});

t.test('beyond the polar circle there are days without', (t) => {
  const tromsoe: Site = { latitudeDeg: 69.65, longitudeDeg: 18.96, utcOffsetMinutes: 60 };
  for (const day of ['2026-06-21T12:00:00Z', '2026-12-21T12:00:00Z']) {
    t.same(sunTimes(Date.parse(day), tromsoe), { riseMs: undefined, setMs: undefined });
  }
  t.end();
});
