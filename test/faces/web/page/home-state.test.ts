import t from 'tap';
import type { Device, LiveValue, Source } from '../../../../gateway/faces/web/page/api-types.ts';
import { HomeState, type Change } from '../../../../gateway/faces/web/page/home-state.ts';

const clock = { nowMs: () => 0, take: () => undefined };
const value = (device: string, quantity: string, atMs: number): LiveValue => ({
  device,
  quantity,
  atMs,
  value: 1,
  quality: 'good',
  stored: true,
});
const device = (id: string): Device => ({
  id,
  name: id,
  driver: 'd',
  address: 'a',
  lane: 'l',
  state: 'up',
  stateSinceMs: 0,
  periodMs: 1,
  effectivePeriodMs: 1,
  ageBoundMs: 1,
  answers: 0,
  failures: 0,
  lastError: null,
});

function stateWithFrames(): { state: HomeState; frame: () => void; told: Change[][] } {
  const waiting: (() => void)[] = [];
  const state = new HomeState(clock, (callback) => waiting.push(callback));
  const told: Change[][] = [];
  state.onChange((changes) => told.push([...changes]));
  return { state, told, frame: () => waiting.shift()?.() };
}

t.test('many changes are told once a frame', (t) => {
  const { state, frame, told } = stateWithFrames();
  state.takeReadings([value('a', 'pv_power_w', 1)]);
  state.takeReadings([value('a', 'pv_power_w', 2)]);
  state.takeConnection({ state: 'live' });
  t.same(told, []);
  frame();
  t.same(told, [['readings', 'connection']]);
  state.tell('time');
  frame();
  t.same(told.at(-1), ['time']);
  t.end();
});

t.test('who stops listening hears no more', (t) => {
  const waiting: (() => void)[] = [];
  const state = new HomeState(clock, (callback) => waiting.push(callback));
  let heard = 0;
  const stop = state.onChange(() => (heard += 1));
  stop();
  state.tell('time');
  waiting.shift()?.();
  t.equal(heard, 0);
  t.end();
});

t.test('the newest to arrive counts, even when the gateway’s clock was set back', (t) => {
  const { state } = stateWithFrames();
  t.equal(state.takeReadings([value('a', 'pv_power_w', 100)]), true, 'a series that was not known');
  t.equal(state.takeReadings([value('a', 'pv_power_w', 50)]), false);
  t.equal(state.latest.get('a/pv_power_w')?.atMs, 50);
  t.end();
});

t.test('sources follow devices, readings and the configured meter', (t) => {
  const { state } = stateWithFrames();
  t.same(state.series.pv, []);
  state.takeDevices([device('a'), device('b')]);
  state.takeReadings([
    value('a', 'pv_power_w', 1),
    value('a', 'grid_power_w', 1),
    value('b', 'grid_power_w', 1),
  ]);
  t.same(state.series.pv, [{ device: 'a', quantity: 'pv_power_w' }]);
  t.match(state.series.grid, [{ device: 'b' }]);
  state.takeConfig({ home: { gridMeter: 'a' } });
  t.match(state.series.grid, [{ device: 'a' }]);
  t.end();
});

t.test('a device that never answered counts with what its driver would read', (t) => {
  const { state } = stateWithFrames();
  const detail = {
    ...device('c'),
    driverTitle: 'x',
    serialNumber: null,
    lastErrorText: null,
    quantities: [{ quantity: 'pv_power_w', unit: 'W', title: 'x' }],
    problems: [],
  };
  state.takeDevices([device('c')], new Map([['c', detail]]));
  t.same(state.series.pv, [{ device: 'c', quantity: 'pv_power_w' }]);
  t.end();
});

t.test('a change of state shows at once, all else of the device stays', (t) => {
  const { state } = stateWithFrames();
  state.takeDevices([device('a'), device('b')]);
  state.takeDeviceState('b', 'down', 77);
  t.match(state.devices, [
    { id: 'a', state: 'up' },
    { id: 'b', state: 'down', stateSinceMs: 77, address: 'a' },
  ]);
  t.end();
});

t.test('what was never read is no source, until it says something', (t) => {
  const { state } = stateWithFrames();
  state.takeDevices([device('a')]);
  state.takeReadings([{ ...value('a', 'battery_power_w', 1), value: null, quality: 'missing' }]);
  t.equal(state.series.battery.length, 1, 'missing now is a part that is missing');
  state.takeNeverRead(new Set(['a/battery_power_w']));
  t.equal(state.series.battery.length, 0);
  state.takeReadings([value('a', 'battery_power_w', 2)]);
  t.equal(state.series.battery.length, 1);
  state.takeNeverRead(new Set(['a/battery_power_w']));
  t.equal(state.series.battery.length, 1, 'a value came while its history was asked');
  t.end();
});

const heating: Source = {
  id: 'heating',
  name: 'Thermostats',
  kind: 'evohome',
  state: 'up',
  sinceMs: 1,
  readAtMs: 1,
  nextReadMs: 2,
  periodMs: 300_000,
  requestsToday: null,
  requestsPerDay: null,
  reason: null,
};

t.test('sources and their parts have owners and names, which come with what they say', (t) => {
  const { state, frame, told } = stateWithFrames();
  state.takeDevices([device('a')]);
  state.takeSources([heating]);
  t.same(
    state.owners.map(({ id }) => id),
    ['a', 'heating'],
  );
  t.equal(state.ownerOf('heating/zone-1')?.name, 'Thermostats');
  t.equal(state.ownerOf('heating-2/zone-1'), undefined);
  t.equal(state.nameOf('heating/zone-1'), 'Thermostats, Zone 1');
  state.takeTexts([{ device: 'heating/zone-1', quantity: 'name', text: 'Entrée', atMs: 1 }]);
  t.equal(state.nameOf('heating/zone-1'), 'Thermostats, Entrée');
  t.equal(state.nameOf('heating'), 'Thermostats');
  t.equal(state.nameOf('gone'), 'gone');
  frame();
  t.same(told, [['devices', 'readings']]);
  state.takeSourceState('heating', 'down', 77);
  t.match(state.sources, [{ state: 'down', sinceMs: 77, periodMs: 300_000 }]);
  t.equal(state.ownerOf('heating/zone-1')?.isDown, true);
  t.end();
});

t.test('a source can be the meter of the home, and its parts count gas and water', (t) => {
  const { state } = stateWithFrames();
  state.takeDevices([device('inverter')]);
  state.takeSources([
    { ...heating, id: 'p1' },
    { ...heating, id: 'off', state: 'disabled' },
  ]);
  state.takeReadings([
    value('inverter', 'pv_power_w', 1),
    value('inverter', 'grid_power_w', 1),
    value('p1', 'grid_power_w', 1),
    value('p1', 'grid_import_kwh', 1),
    value('p1/gas-1', 'gas_m3', 1),
    value('p1/water-2', 'water_m3', 1),
    value('off/water-2', 'water_m3', 1),
  ]);
  t.same(state.series.grid, [{ device: 'p1', quantity: 'grid_power_w' }]);
  t.same(state.series.gridImport, [{ device: 'p1', quantity: 'grid_import_kwh' }]);
  t.same(state.series.gas, [{ device: 'p1/gas-1', quantity: 'gas_m3' }]);
  t.same(state.series.water, [{ device: 'p1/water-2', quantity: 'water_m3' }]);
  t.same(state.series.heat, []);
  state.takeConfig({ home: { gridMeter: 'inverter' } });
  t.same(state.series.grid, [{ device: 'inverter', quantity: 'grid_power_w' }]);
  t.end();
});

t.test('there is a boiler where one of its inputs is named', (t) => {
  const { state } = stateWithFrames();
  t.equal(state.hasBoiler, false);
  for (const boiler of [{}, { inputs: {} }]) {
    state.takeConfig({ boiler });
    t.equal(state.hasBoiler, false);
  }
  state.takeConfig({ boiler: { inputs: { water: 'boiler/28-1' } } });
  t.equal(state.hasBoiler, true);
  t.end();
});
