import t from 'tap';
import { ChartSelection } from '../../../../gateway/faces/web/page/chart-selection.ts';
import { HomeState } from '../../../../gateway/faces/web/page/home-state.ts';
import { liveValues, source } from './known-home.ts';

t.test('the series of sources are offered in the order of the sources, by the names of their parts', (t) => {
  const state = new HomeState({ nowMs: () => 0, take: () => undefined }, () => undefined);
  state.takeSources([source('heating', { name: 'Thermostats' }), source('p1', { name: 'Meter' })]);
  state.takeReadings([
    ...liveValues({
      'p1/wifi_signal_dbm': -61,
      'p1/any.Own': 1,
      'p1/grid_power_w': 1,
      'heating/zone-2/room_temperature_c': 19,
      'heating/zone-1/room_temperature_c': 20,
      'gone/room_temperature_c': 21,
    }).values(),
  ]);
  state.takeTexts([{ device: 'heating/zone-2', quantity: 'name', text: 'Atelier', atMs: 0 }]);
  const selection = new ChartSelection(state);
  t.same(
    selection.lines().others.map(({ label }) => label),
    [
      'Thermostats, Atelier: Room temperature',
      'Thermostats, Zone 1: Room temperature',
      'Meter: Grid power',
      'Meter: Wifi signal',
      'Meter: Any Own',
    ],
  );
  t.same(selection.keys(), [{ device: 'p1', quantity: 'grid_power_w' }], 'the grid is drawn unasked');
  selection.toggle('heating/zone-1/room_temperature_c');
  t.match(selection.keys()[1], { device: 'heating/zone-1', quantity: 'room_temperature_c' });
  t.end();
});
