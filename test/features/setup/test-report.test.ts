import t from 'tap';
import { testReport } from '../../../gateway/features/setup/test-report.ts';
import type { SourceAnswer, SourceValue } from '../../../gateway/io/sources/source.ts';

const said = (...values: SourceValue[]): SourceAnswer => ({ values, texts: [] });

t.test('the meter’s power is said with its direction, and another device is doubted', (t) => {
  const power = (value: number): string => testReport('meter', said({ quantity: 'grid_power_w', value }));
  t.match(power(1234.4), '1234 W from the grid');
  t.match(power(-7), '7 W to the grid');
  t.match(power(Number.NaN), 'is it the P1 meter?');
  t.match(
    testReport('meter', said({ quantity: 'grid_power_w', value: 1, part: 'x' })),
    'is it the P1 meter?',
  );
  t.end();
});

t.test('a place without a temperature is said', (t) => {
  t.match(testReport('weather-place', said({ quantity: 'outdoor_temperature_c', value: -0.04 })), ' 0.0 °C');
  t.match(testReport('weather-place', said()), 'no temperature');
  t.end();
});

t.test('rooms are counted once each, whatever is said of them', (t) => {
  const zone = (part: string): SourceValue => ({ quantity: 'room_temperature_c', value: 20, part });
  const answer = said(zone('zone-1'), { ...zone('zone-1'), quantity: 'set_point_c' }, zone('system-1'));
  t.equal(testReport('thermostats', answer), 'Logged in: 1 room.');
  const texts = [
    { quantity: 'name', text: 'Home', part: 'location-1' },
    { quantity: 'name', text: 'Attic', part: 'zone-2' },
  ];
  t.equal(testReport('thermostats', { ...answer, texts }), 'Logged in: 2 rooms in Home.');
  t.end();
});
