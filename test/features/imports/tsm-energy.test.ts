import fc from 'fast-check';
import t from 'tap';
import { tariffBandInterval } from '../../../gateway/core/tariff-band.ts';
import { addDays } from '../../../gateway/core/tempo-day.ts';
import { spreadRest } from '../../../gateway/features/imports/spread-rest.ts';
import type { DatabaseService } from '../../../gateway/storage/database-service.ts';
import type { MeteredInterval } from '../../../gateway/storage/server-calls.ts';
import { writeTsm } from '../../io/imports/tsm-files.ts';
import '../../property-seed.ts';
import { intervalOf } from '../../storage/sharing.ts';
import { allDays, atSix, code, everything, homeWith, meter, seed } from './tsm-home.ts';

function sumOf(intervals: readonly MeteredInterval[]): number {
  return intervals.reduce((sum, { mwh }) => sum + (mwh ?? 0), 0);
}

/** As the first reading of a meter leaves it: its total over all days before it. */
function firstRead(service: DatabaseService, firstDay: string, days: number, totalMwh: number): void {
  const spread = Array.from({ length: days }, (_, index) => addDays(firstDay, index));
  const { bands } = spreadRest(spread, new Map(), totalMwh);
  const { startMs, endMs } = tariffBandInterval(addDays(firstDay, days), 'peak');
  const open = { startMs, endMs: endMs - 60_000, startTotalMwh: totalMwh, endTotalMwh: totalMwh };
  const run = intervalOf(addDays(firstDay, days), 'peak', { ...open, kind: 'measured', mwh: 0 });
  const mark = { atMs: open.endMs, totalMwh, restarts: 0, firstDay };
  service.putMetered({ meter, mark, intervals: [...bands, run] });
}

t.test('where the meter was read already, its sum stays what it said', async (t) => {
  const { service, add } = homeWith(t, 'seed', seed);
  firstRead(service, '2025-03-02', 6, 9_000_000);
  const { mark, before } = {
    mark: service.getMeterMark(meter),
    before: service.listMetered({ meter, ...allDays }),
  };
  const { added, refused } = await add();
  t.same(refused, []);
  t.equal(added.stretches, 7);
  const { intervals } = service.listMetered({ meter, ...allDays });
  t.equal(sumOf(intervals), sumOf(before.intervals));
  t.same(service.getMeterMark(meter), mark);
  const byBand = new Map(intervals.map((one) => [`${one.day} ${one.band}`, one]));
  t.match(byBand.get('2025-03-03 peak'), { mwh: 1_500_000, kind: 'measured' });
  t.match(byBand.get('2025-03-04 peak'), { mwh: null, kind: 'down' });
  // 4.1 kWh are left for 2 and 7 March, and the off-peak hours of the 6th: seven eighths of three days.
  t.match(byBand.get('2025-03-02 off-peak'), { mwh: 585_714, kind: 'estimated' });
  const after = everything(service);
  await add();
  t.same(everything(service), after, 'once');
});

t.test('a meter that says less than TSM counted keeps what it says', async (t) => {
  const { service, add } = homeWith(t, 'seed', seed);
  firstRead(service, '2025-03-02', 6, 1_000_000);
  const before = service.listMetered({ meter, ...allDays });
  const { refused } = await add();
  t.match(refused, [{ where: 'the energy', why: /TSM counted 4.900 kWh, and the meter says 1.000 kWh/ }]);
  t.same(service.listMetered({ meter, ...allDays }), before);
});

t.test('a newer copy goes on where the one before ended', async (t) => {
  const { service, path, add } = homeWith(t, 'code', code);
  await add();
  const lastSecond = atSix + 18 * 3_600;
  writeTsm(`${path}-newer`, 'code', {
    ...code,
    consumption: [
      ...(code['consumption'] ?? []).slice(0, 3),
      {
        date: '2025-01-11',
        begin_hour: lastSecond,
        end_hour: lastSecond + 3_600,
        begin_consumption_power: 101.9,
        end_consumption_power: 102,
      },
    ],
  });
  const { added } = await add(false, `${path}-newer`);
  t.equal(added.stretches, 1);
  t.match(service.getMeterMark(meter), { totalMwh: 102_000_000, atMs: (lastSecond + 3_600) * 1_000 });
  const { intervals } = service.listMetered({ meter, ...allDays });
  t.equal(sumOf(intervals), 2_000_000);
  const before = everything(service);
  await add();
  t.same(everything(service), before, 'the older copy again changes nothing');
});

t.test('however much is taken, and of which bands, all of the energy is given out', (t) => {
  const band = fc.record({
    day: fc.integer({ min: 0, max: 9 }).map((index) => addDays('2025-03-25', index)),
    band: fc.constantFrom('peak' as const, 'off-peak' as const),
    mwh: fc.integer({ min: 0, max: 1e12 }),
  });
  fc.assert(
    fc.property(fc.array(band, { maxLength: 25 }), fc.integer({ min: 0, max: 1e15 }), (bands, restMwh) => {
      const days = Array.from({ length: 10 }, (_, index) => addDays('2025-03-25', index));
      const taken = new Map(
        bands.map((one) => [`${one.day} ${one.band}`, { ...one, kind: 'measured' as const }]),
      );
      const takenMwh = [...taken.values()].reduce((sum, { mwh }) => sum + mwh, 0);
      const { bands: all } = spreadRest(days, taken, restMwh);
      return all.length === 20 && sumOf(all) === takenMwh + restMwh;
    }),
    { numRuns: 300 },
  );
  t.end();
});
