import t from 'tap';
import { quantityDefinition, quantityNames } from '../../../gateway/core/quantity.ts';
import {
  ageMetrics,
  readingMetrics,
  type ShownValue,
} from '../../../gateway/features/publish-metrics/reading-metrics.ts';

const nowMs = 1_000_000;
const value: ShownValue = {
  device: 'meter',
  quantity: 'grid_power_w',
  atMs: nowMs,
  toldMs: nowMs,
  value: -5,
  quality: 'good',
  stored: false,
};

function shown(values: readonly ShownValue[], periodMs?: number): readonly string[] {
  return readingMetrics(values, nowMs, () => periodMs).flatMap(({ name, samples }) =>
    samples.map(({ labels }) => `${name} ${labels['device'] ?? ''} ${labels['quantity'] ?? ''}`),
  );
}

t.test('a value has its unit in its name, and its own name where ours has none for it', (t) => {
  t.same(shown([value]), ['egw_grid_power_watts meter grid_power_w']);
  t.same(shown([{ ...value, quantity: 'battery_soc_pct' }]), [
    'egw_battery_soc_percent meter battery_soc_pct',
  ]);
  t.same(shown([{ ...value, quantity: 'wifi.rssi[0]' }]), ['egw_other_value meter wifi.rssi[0]']);
  const [family] = readingMetrics([{ ...value, quantity: 'grid_import_kwh' }], nowMs, () => undefined);
  t.match(family, {
    name: 'egw_grid_import_kwh',
    type: 'counter',
    help: 'Energy imported from the grid, lifetime',
  });
  t.end();
});

t.test('what is neither good nor estimated is left out, never 0', (t) => {
  t.equal(shown([{ ...value, quality: 'estimated' }]).length, 1);
  t.same(shown([{ ...value, value: null, quality: 'missing' }]), []);
  t.same(shown([{ ...value, quality: 'suspect' }]), []);
  t.same(shown([{ ...value, quality: 'sensor_error', value: null }]), []);
  t.end();
});

t.test('what did not come for three periods is left out, or for five minutes', (t) => {
  const aged = (ageMs: number): readonly ShownValue[] => {
    const atMs = nowMs - ageMs;
    return [{ ...value, atMs, toldMs: atMs }];
  };
  t.equal(shown(aged(30_000), 10_000).length, 1);
  t.equal(shown(aged(30_001), 10_000).length, 0);
  t.equal(shown(aged(300_000)).length, 1);
  t.equal(shown(aged(300_001)).length, 0);
  t.equal(shown(aged(300_001), 3_600_000).length, 1, 'the hour of a gas meter is not too old');
  t.end();
});

t.test('what a meter has measured long ago and still says is shown, but not for ever', (t) => {
  const hourMs = 3_600_000;
  const gas = (ageMs: number, toldMs = nowMs): ShownValue => ({
    ...{ ...value, device: 'p1/gas-47', quantity: 'gas_m3', atMs: nowMs - ageMs, toldMs },
  });
  t.equal(shown([gas(hourMs)], 10_000).length, 1);
  t.equal(shown([gas(hourMs, nowMs - 30_001)], 10_000).length, 0, 'nobody says it any more');
  t.equal(shown([gas(26 * hourMs)], 10_000).length, 0, 'the meter is gone, and its last value is said on');
  t.equal(shown([gas(26 * hourMs)], 24 * hourMs).length, 1, 'once a day is not too old');
  t.end();
});

t.test('how old the newest of each is, whatever it is worth', (t) => {
  const old = { ...value, quality: 'suspect' as const, atMs: nowMs - 5_000 };
  const [family] = ageMetrics(
    [old, { ...old, atMs: nowMs - 4_000 }, { ...old, device: 'b', atMs: nowMs + 1 }],
    nowMs,
  );
  t.same(family?.samples, [
    { labels: { device: 'meter' }, value: 4 },
    { labels: { device: 'b' }, value: 0 },
  ]);
  t.same(ageMetrics([], nowMs)[0]?.samples, []);
  t.end();
});

t.test('values of one name stand together, and every name is one that Prometheus takes', (t) => {
  const values = [...quantityNames, ...quantityNames].map((quantity, index) => ({
    ...value,
    quantity,
    device: index < quantityNames.length ? 'a' : 'b',
  }));
  const families = readingMetrics(values, nowMs, () => undefined);
  t.equal(families.length, quantityNames.length);
  t.equal(new Set(families.map(({ name }) => name)).size, families.length, 'no two quantities share a name');
  for (const { name, samples, type } of families) {
    t.match(name, /^egw_[a-z0-9_]+$/);
    t.notMatch(name, /_total$/);
    t.equal(samples.length, 2, name);
    const quantity = samples[0]?.labels['quantity'] ?? '';
    t.equal(type === 'counter', quantityDefinition(quantity).kind === 'counter', quantity);
  }
  t.end();
});
