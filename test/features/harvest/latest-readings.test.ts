import t from 'tap';
import { createLiveFeed } from '../../../gateway/core/live-feed.ts';
import { LatestReadings } from '../../../gateway/features/harvest/latest-readings.ts';

t.test('what was read before the time was known is shown at its time from then on', (t) => {
  const latest = new LatestReadings(createLiveFeed());
  const value = (quantity: string, atMs: number) => ({
    device: 'meter',
    quantity,
    atMs,
    value: 1,
    quality: 'good' as const,
    stored: false,
  });
  latest.put('meter', [value('grid_power_w', 5)], 1, 60_000);
  latest.put('meter', [value('grid_import_kwh', 7)], 2);
  const times = () => latest.all().map(({ quantity, atMs }) => [quantity, atMs]);
  t.same(times(), [
    ['grid_power_w', 5],
    ['grid_import_kwh', 7],
  ]);
  latest.placeTimes(1_000_000);
  latest.placeTimes(2_000_000);
  t.same(
    times(),
    [
      ['grid_power_w', 1_060_000],
      ['grid_import_kwh', 7],
    ],
    'once, and nothing else',
  );
  t.end();
});
