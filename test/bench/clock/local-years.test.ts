import t from 'tap';
import { zoneOffsetMinutes } from '../../../gateway/core/calendar.ts';
import { dstZones, goThroughDays } from '../../../bench/clock/local-years.ts';

const fromMs = Date.UTC(2026, 6, 1);

for (const zone of dstZones) {
  t.test(`in ${zone} every day, hour and quarter-hour of a year comes once`, (t) => {
    const { days, hours, quarters, wrong } = goThroughDays(zone, fromMs, 366);
    t.same(wrong, []);
    t.equal(days, 366);
    const endMs = fromMs + 366 * 86_400_000;
    const lostMinutes = zoneOffsetMinutes(zone, endMs) - zoneOffsetMinutes(zone, fromMs);
    t.equal(quarters, 366 * 96 - lostMinutes / 15, 'what spring takes autumn gives');
    t.ok(hours >= 366 * 24 - lostMinutes / 60);
    t.end();
  });
}

t.test('the 25-hour day has its 100 quarter-hours, and the short one 92', (t) => {
  const long = goThroughDays('Europe/Paris', Date.UTC(2026, 9, 25, 12), 1);
  t.same({ ...long }, { days: 1, hours: 25, quarters: 100, wrong: [] });
  const short = goThroughDays('Europe/Paris', Date.UTC(2026, 2, 29, 12), 1);
  t.same({ ...short }, { days: 1, hours: 23, quarters: 92, wrong: [] });
  t.end();
});
