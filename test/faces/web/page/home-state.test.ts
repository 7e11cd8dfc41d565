import t from 'tap';
import type { Device, LiveValue } from '../../../../gateway/faces/web/page/api-types.ts';
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
  t.same(state.sources.pv, []);
  state.takeDevices([device('a'), device('b')]);
  state.takeReadings([
    value('a', 'pv_power_w', 1),
    value('a', 'grid_power_w', 1),
    value('b', 'grid_power_w', 1),
  ]);
  t.same(state.sources.pv, [{ device: 'a', quantity: 'pv_power_w' }]);
  t.match(state.sources.grid, [{ device: 'b' }]);
  state.takeConfig({ home: { gridMeter: 'a' } });
  t.match(state.sources.grid, [{ device: 'a' }]);
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
  t.same(state.sources.pv, [{ device: 'c', quantity: 'pv_power_w' }]);
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
  t.equal(state.sources.battery.length, 1, 'missing now is a part that is missing');
  state.takeNeverRead(new Set(['a/battery_power_w']));
  t.equal(state.sources.battery.length, 0);
  state.takeReadings([value('a', 'battery_power_w', 2)]);
  t.equal(state.sources.battery.length, 1);
  state.takeNeverRead(new Set(['a/battery_power_w']));
  t.equal(state.sources.battery.length, 1, 'a value came while its history was asked');
  t.end();
});
