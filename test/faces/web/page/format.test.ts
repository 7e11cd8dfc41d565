import fc from 'fast-check';
import t from 'tap';
import {
  formatAge,
  formatBytes,
  formatCount,
  formatDuration,
  formatEnergy,
  formatFixed,
  formatInstant,
  formatPower,
  formatShare,
  formatTime,
  formatValue,
  plainName,
} from '../../../../gateway/faces/web/page/format.ts';

const plain = (text: string): string => text.replaceAll(/[\u00a0\u202f]/g, ' ');

t.test('powers are shown in W, from 1 kW on in kW, with a true minus', (t) => {
  const cases: readonly (readonly [number | null, string])[] = [
    [null, '–'],
    [0, '0 W'],
    [-0.4, '0 W'],
    [999.4, '999 W'],
    [999.6, '1.00 kW'],
    [-1_234, '−1.23 kW'],
    [9_994, '9.99 kW'],
    [9_996, '10.0 kW'],
    [12_345, '12.3 kW'],
  ];
  for (const [value, text] of cases) t.equal(plain(formatPower(value)), text, String(value));
  t.end();
});

t.test('a power that is shown is never further off than its last digit', (t) => {
  fc.assert(
    fc.property(fc.double({ min: -99_000, max: 99_000, noNaN: true }), (powerW) => {
      const [number = '', unit] = plain(formatPower(powerW)).replace('−', '-').split(' ');
      const shownW = Number(number) * (unit === 'kW' ? 1000 : 1);
      const digitW = Math.abs(powerW) < 999.5 ? 1 : Math.abs(powerW) < 9_995 ? 10 : 100;
      return Math.abs(shownW - powerW) <= digitW / 2 + 1e-6;
    }),
  );
  t.end();
});

t.test('energies and other values keep as many digits as they deserve', (t) => {
  t.equal(plain(formatEnergy(0)), '0.00 kWh');
  t.equal(plain(formatEnergy(12.34)), '12.3 kWh');
  t.equal(plain(formatEnergy(1234.5)), '1235 kWh');
  t.equal(formatEnergy(null), '–');
  t.equal(plain(formatValue(231.42, 'V')), '231.4 V');
  t.equal(plain(formatValue(-1500, 'W')), '−1.50 kW');
  t.equal(plain(formatValue(3, '')), '3');
  t.equal(plain(formatValue(31, 'days')), '31 days');
  t.equal(plain(formatValue(34_000, 'MW')), '34 000 MW');
  t.equal(plain(formatFixed(-0.04, 1, '°C')), '0.0 °C');
  t.equal(formatValue(null, '%'), '–');
  t.end();
});

t.test('durations, ages, sizes, counts and shares are in the unit that people read', (t) => {
  t.equal(plain(formatDuration(-5)), '0 ms');
  t.equal(plain(formatDuration(850)), '850 ms');
  t.equal(plain(formatDuration(1_000)), '1.0 s');
  t.equal(plain(formatDuration(9_960)), '10 s');
  t.equal(plain(formatDuration(119_000)), '119 s');
  t.equal(plain(formatDuration(5 * 60_000)), '5 min');
  t.equal(plain(formatDuration(2 * 3_600_000 + 5 * 60_000)), '2 h 05 min');
  t.equal(plain(formatDuration(50 * 3_600_000)), '2 d 2 h');
  t.equal(plain(formatAge(400)), '0 s');
  t.equal(plain(formatAge(-3_000)), '0 s');
  t.equal(plain(formatAge(61_000)), '61 s');
  t.equal(plain(formatBytes(999)), '999 B');
  t.equal(plain(formatBytes(18_432_000)), '18.4 MB');
  t.equal(plain(formatCount(4_158_204)), '4 158 204');
  t.equal(plain(formatShare(0.0213)), '2.1 %');
  t.equal(plain(formatShare(0.54)), '54 %');
  t.equal(plain(formatShare(0)), '0 %');
  t.end();
});

t.test('an instant of another day, in the zone of the site, says which day', (t) => {
  const nowMs = Date.parse('2026-03-29T22:30:00Z');
  t.equal(formatInstant(Date.parse('2026-03-29T22:10:05Z'), nowMs, 'Europe/Paris'), '00:10:05');
  t.equal(formatInstant(Date.parse('2026-03-29T21:50:00Z'), nowMs, 'Europe/Paris'), '29 Mar, 23:50');
  t.equal(formatTime(Date.parse('2026-03-29T22:10:05Z'), nowMs, 'Europe/Paris'), '00:10');
  t.equal(formatTime(Date.parse('2026-03-29T21:50:00Z'), nowMs, 'Europe/Paris'), '29 Mar, 23:50');
  t.end();
});

t.test('names of quantities become words without their unit', (t) => {
  t.equal(plainName('pv_string1_voltage_v'), 'PV string1 voltage');
  t.equal(plainName('battery_soc_pct'), 'Battery SOC');
  t.equal(plainName('device_status'), 'Device status');
  t.equal(plainName('carbon_intensity_g_per_kwh'), 'Carbon intensity');
  t.equal(plainName('wind_speed_m_per_s'), 'Wind speed');
  t.equal(plainName('tempo_blue_left_days'), 'Tempo blue left');
  t.equal(plainName('uv_index'), 'UV index');
  t.equal(plainName('today.colour'), 'Today colour');
  t.equal(plainName('w'), 'W', 'a name that is nothing but a unit stays');
  t.end();
});
