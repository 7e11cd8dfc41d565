import t from 'tap';
import type { Device, LiveValue, Quality } from '../../../../gateway/faces/web/page/api-types.ts';
import { findHomeSeries, seriesId } from '../../../../gateway/faces/web/page/home-series.ts';
import { ownerOfDevice } from '../../../../gateway/faces/web/page/owner.ts';
import { computePowerFlow, type PowerFlow } from '../../../../gateway/faces/web/page/power-flow.ts';

const nowMs = 1_800_000_000_000;

function device(id: string, facts: Partial<Device> = {}): Device {
  return {
    id,
    name: id,
    driver: 'd',
    address: 'a',
    lane: 'l',
    state: 'up',
    stateSinceMs: 0,
    periodMs: 10_000,
    effectivePeriodMs: 10_000,
    ageBoundMs: 11_000,
    answers: 1,
    failures: 0,
    lastError: null,
    ...facts,
  };
}

/** Good and a second old, or with its quality and age in ms. */
type Given = number | null | readonly [number | null, Quality, number];
type Values = Readonly<Record<string, Given>>;

function isPlain(given: Given): given is number | null {
  return given === null || typeof given === 'number';
}

function flowOf(devices: readonly Device[], values: Values, gridMeter?: string): PowerFlow {
  const latest = new Map<string, LiveValue>();
  const quantities = new Map<string, Set<string>>();
  for (const [id, given] of Object.entries(values)) {
    const [name = '', quantity = ''] = id.split('/');
    const [value, quality, ageMs] = isPlain(given) ? ([given, 'good', 1_000] as const) : given;
    latest.set(seriesId({ device: name, quantity }), {
      device: name,
      quantity,
      atMs: nowMs - ageMs,
      value,
      quality,
      stored: true,
    });
    quantities.set(name, (quantities.get(name) ?? new Set()).add(quantity));
  }
  const owners = devices.map(ownerOfDevice);
  return computePowerFlow({
    series: findHomeSeries({ owners, quantities, gridMeter }),
    owners,
    latest,
    nowMs,
  });
}

t.test('the house uses what comes from sun, battery and grid together', (t) => {
  const flow = flowOf([device('a'), device('b'), device('m')], {
    'a/pv_power_w': 3_000,
    'a/battery_power_w': -1_200,
    'a/battery_soc_pct': 55,
    'b/pv_power_w': 1_500,
    'm/grid_power_w': -800,
  });
  t.match(flow, {
    sun: { value: 4_500, mark: 'good' },
    battery: { value: -1_200 },
    soc: { value: 55 },
    grid: { value: -800 },
    house: { value: 2_500, mark: 'good', doubtful: [] },
  });
  t.end();
});

t.test('what the home does not have is absent, and without grid power nothing is said of the house', (t) => {
  const flow = flowOf([device('a')], { 'a/pv_power_w': 100 });
  t.equal(flow.battery, undefined);
  t.equal(flow.grid, undefined);
  t.equal(flow.house, undefined);
  t.equal(flow.sun?.value, 100);
  t.end();
});

t.test('a sum of which a part is missing is no number, and names whose part it is', (t) => {
  const flow = flowOf([device('a'), device('b')], {
    'a/pv_power_w': 3_000,
    'b/pv_power_w': [null, 'missing', 1_000],
    'a/grid_power_w': 10,
  });
  t.match(flow.sun, { value: null, mark: 'missing', doubtful: ['b'] });
  t.match(flow.house, { value: null, mark: 'missing', doubtful: ['b'] });
  t.equal(flow.grid?.mark, 'good');
  t.end();
});

t.test('a value older than its bound, or of a device that is down, is stale but still shown', (t) => {
  const old = flowOf([device('a')], { 'a/grid_power_w': [10, 'good', 13_501] });
  t.match(old.grid, { value: 10, mark: 'stale', doubtful: ['a'] });
  const justNow = flowOf([device('a')], { 'a/grid_power_w': [10, 'good', 13_499] });
  t.equal(justNow.grid?.mark, 'good');
  const down = flowOf([device('a', { state: 'down' })], { 'a/grid_power_w': 10 });
  t.equal(down.grid?.mark, 'stale');
  const slow = device('a', { ageBoundMs: null, effectivePeriodMs: 60_000 });
  t.equal(flowOf([slow], { 'a/grid_power_w': [10, 'good', 100_000] }).grid?.mark, 'good');
  t.end();
});

t.test('an estimated or suspect value is doubtful', (t) => {
  t.equal(flowOf([device('a')], { 'a/grid_power_w': [10, 'suspect', 0] }).grid?.mark, 'doubtful');
  t.equal(flowOf([device('a')], { 'a/grid_power_w': [10, 'estimated', 0] }).grid?.mark, 'doubtful');
  t.end();
});

t.test('the grid is one meter: the configured, else one without panels, else any', (t) => {
  const devices = [device('inverter'), device('meter'), device('other')];
  const values = {
    'inverter/pv_power_w': 1_000,
    'inverter/grid_power_w': 1,
    'meter/grid_power_w': 2,
    'other/grid_power_w': 3,
  };
  t.equal(flowOf(devices, values).grid?.value, 2);
  t.equal(flowOf(devices, values, 'other').grid?.value, 3);
  t.equal(flowOf(devices, values, 'gone').grid?.value, 2);
  t.equal(flowOf([device('inverter')], values).grid?.value, 1);
  t.end();
});

t.test('a device that is switched off, quarantined or no longer configured is no part of the home', (t) => {
  const values = { 'a/pv_power_w': 1_000, 'b/pv_power_w': 5, 'c/pv_power_w': 7, 'd/pv_power_w': 11 };
  const devices = [device('a'), device('b', { state: 'retired' }), device('c', { state: 'quarantined' })];
  t.equal(flowOf(devices, values).sun?.value, 1_000);
  t.end();
});

t.test('energy of the grid comes from the meter that counts it', (t) => {
  const owners = [device('inverter'), device('meter')].map(ownerOfDevice);
  const quantities = new Map([
    ['inverter', new Set(['pv_power_w', 'grid_power_w', 'grid_import_kwh', 'pv_energy_kwh'])],
    ['meter', new Set(['grid_power_w', 'grid_import_kwh'])],
  ]);
  const series = findHomeSeries({ owners, quantities, gridMeter: undefined });
  t.same(series.gridImport, [{ device: 'meter', quantity: 'grid_import_kwh' }]);
  t.same(series.gridExport, []);
  quantities.set('meter', new Set(['grid_power_w']));
  const without = findHomeSeries({ owners, quantities, gridMeter: undefined });
  t.same(without.gridImport, [{ device: 'inverter', quantity: 'grid_import_kwh' }]);
  t.end();
});
