import t from 'tap';
import type { Quality } from '../../../gateway/core/quality.ts';
import { OwnExport } from '../../../gateway/features/grid/own-export.ts';

const secondMs = 1_000;
const minuteMs = 60 * secondMs;
const startMs = Date.UTC(2026, 5, 1, 12);

function meter(): {
  readonly own: OwnExport;
  say(atMs: number, gridW: number | null, quality?: Quality): void;
} {
  const own = new OwnExport('meter', 10 * secondMs);
  return {
    own,
    say: (atMs, value, quality = 'good') => {
      const common = { device: 'meter', atMs, quality, stored: false };
      own.heard({
        type: 'readings',
        values: [
          { ...common, quantity: 'grid_power_w', value },
          { ...common, quantity: 'grid_voltage_v', value: 230 },
          { ...common, device: 'other', quantity: 'grid_power_w', value: 9_999 },
        ],
      });
    },
  };
}

t.test(
  'it is what goes to the grid, as the mean of the last five minutes, by how long each value held',
  (t) => {
    const { own, say } = meter();
    for (let ms = 0; ms < 10 * minuteMs; ms += 10 * secondMs)
      say(startMs + ms, ms < 8 * minuteMs ? -1_000 : -2_000);
    const { watts } = own.at(startMs + 10 * minuteMs);
    t.equal(watts, (3 * 1_000 + 2 * 2_000) / 5);
    t.end();
  },
);

t.test('what is bought is less than nothing', (t) => {
  const { own, say } = meter();
  for (let ms = 0; ms <= 2 * minuteMs; ms += 10 * secondMs) say(startMs + ms, 700);
  t.equal(own.at(startMs + 2 * minuteMs).watts, -700);
  t.end();
});

t.test('it is unknown before a minute was seen, and when the meter is silent for two periods', (t) => {
  const { own, say } = meter();
  t.match(own.at(startMs), { watts: undefined, unknown: /no grid_power_w yet/ });
  say(startMs, -3_000);
  t.match(own.at(startMs + 5 * secondMs).unknown, /less than/);
  for (let ms = 0; ms <= 2 * minuteMs; ms += 10 * secondMs) say(startMs + ms, -3_000);
  const lastMs = startMs + 2 * minuteMs;
  t.equal(own.at(lastMs + 20 * secondMs).watts, -(-3_000));
  t.match(own.at(lastMs + 21 * secondMs), { watts: undefined, unknown: /for 21s/ });
  t.match(own.slots(lastMs), [{ startMs: lastMs, value: 3_000, basis: 'known' }]);
  t.same(own.slots(lastMs + 21 * secondMs), []);
  t.end();
});

t.test('values that are bad or missing hold for nothing', (t) => {
  const { own, say } = meter();
  for (let ms = 0; ms < 5 * minuteMs; ms += 10 * secondMs) {
    if (ms % (20 * secondMs) === 0) say(startMs + ms, -1_000);
    else say(startMs + ms, ms % (30 * secondMs) === 0 ? null : -50_000, 'suspect');
  }
  t.equal(own.at(startMs + 5 * minuteMs).watts, 1_000);
  t.end();
});

t.test('after a clock that was set back it begins anew', (t) => {
  const { own, say } = meter();
  for (let ms = 0; ms <= 5 * minuteMs; ms += 10 * secondMs) say(startMs + ms, -1_000);
  say(startMs - 60 * minuteMs, -10);
  t.match(own.at(startMs - 60 * minuteMs).unknown, /less than/);
  t.end();
});
