import t from 'tap';
import { cardsOf, readOut, source } from './known-home.ts';

t.test('a home without sources, or with sources that are not read, has no cards', (t) => {
  t.same(cardsOf([], { 'weather/outdoor_temperature_c': 3 }), []);
  t.same(cardsOf([source('p1')], { 'p1/grid_power_w': 3 }), []);
  t.end();
});

t.test('the weather has what its provider says and nothing that does not fall', (t) => {
  const [card] = cardsOf(
    [source('weather', { name: 'Météo 🌦', periodMs: 600_000 })],
    {
      'weather/outdoor_temperature_c': -0.04,
      'weather/outdoor_feels_like_c': -4.26,
      'weather/wind_speed_m_per_s': 5,
      'weather/wind_direction_deg': 350,
      'weather/wind_gust_m_per_s': 9.72,
      'weather/cloud_cover_pct': 75,
      'weather/rain_mm_per_h': 0,
      'weather/snow_mm_per_h': 0.6,
    },
    { 'weather/weather_description': 'légère bruine' },
  );
  t.equal(card?.title, 'Météo 🌦');
  t.equal(card?.headline && readOut(card.headline), 'Temperature | 0.0 °C | Légère bruine');
  t.same(card?.lines.map(readOut), [
    'Feels like | −4.3 °C',
    'Wind | 18 km/h | from N, gusts 35 km/h',
    'Clouds | 75 %',
    'Snow | 0.6 mm/h',
  ]);
  t.end();
});

t.test('rooms and hot water are called by their names, with what they are set to and why', (t) => {
  const [card] = cardsOf(
    [source('heating', { periodMs: 300_000 })],
    {
      'heating/zone-1/room_temperature_c': 20.5,
      'heating/zone-1/room_set_point_c': 21,
      'heating/zone-2/room_temperature_c': [null, 'missing', 1_000],
      'heating/zone-2/room_set_point_c': 16.5,
      'heating/zone-2/fault_count': 1,
      'heating/zone-3/room_temperature_c': [19, 'good', 4 * 3_600_000],
      'heating/dhw-4/hot_water_temperature_c': 52.4,
      'heating/dhw-4/hot_water_on': 0,
      'heating/gateway-5/fault_count': 1,
    },
    {
      'heating/zone-1/name': 'Salle à manger 🍽',
      'heating/zone-1/set_point_mode': 'FollowSchedule',
      'heating/zone-2/name': 'Chambre',
      'heating/zone-2/set_point_mode': 'TemporaryOverride',
      'heating/zone-2/set_point_until': '2026-01-12T21:00:00Z',
      'heating/zone-2/faults': 'TempZoneSensorLowBattery',
      'heating/dhw-4/hot_water_mode': 'PermanentOverride',
      'heating/system-6/system_mode': 'Away',
      'heating/system-6/system_until': '2026-01-20T05:00:00Z',
      'heating/gateway-5/faults': 'GatewayCommunicationLost',
    },
  );
  t.same(card?.lines.map(readOut), [
    'Salle à manger 🍽 | 20.5 °C | set to 21.0 °C, by schedule',
    'Chambre | – | set to 16.5 °C, by hand, until 22:00, fault: temp zone sensor low battery',
    'Zone 3 | 19.0 °C | old',
    'Hot water | 52.4 °C | off, by hand, for good',
  ]);
  t.equal(card?.note, 'Mode: away, until 20 Jan, 06:00, fault: gateway communication lost');
  t.end();
});

t.test('the usual mode of the heating is not worth a word', (t) => {
  const values = { 'heating/zone-1/room_temperature_c': 20.5 };
  const [card] = cardsOf([source('heating')], values, { 'heating/system-6/system_mode': 'Auto' });
  t.equal(card?.note, '');
  t.end();
});

t.test('the grid has its word, its shares sum up to all of it, and what is not believed has none', (t) => {
  const values = {
    'carbon/carbon_intensity_g_per_kwh': [41.2, 'estimated', 5_400_000],
    'carbon/zone_renewable_pct': 28,
    'carbon/zone_fossil_free_pct': null,
    'carbon/zone_consumption_mw': 10_000,
    'carbon/zone_consumption_nuclear_mw': 6_800,
    'carbon/zone_consumption_hydro_discharge_mw': 1_600,
    'carbon/zone_consumption_unknown_mw': 1_500,
    'carbon/zone_consumption_oil_mw': 100,
    'carbon/zone_consumption_coal_mw': [5_000, 'suspect', 1_000],
    'carbon/zone_consumption_gas_mw': null,
  } as const;
  const [card] = cardsOf([source('carbon', { name: 'RTE', periodMs: 900_000 })], values);
  t.equal(card?.headline && readOut(card.headline), 'Carbon intensity | 41 g CO₂/kWh | very clean');
  t.same(card?.lines.map(readOut), ['Renewable | 28 %', 'Without fossil fuel | –']);
  t.same(
    card?.shares?.map(({ name, share }) => `${name} ${share.toFixed(2)}`),
    ['Nuclear 0.68', 'Hydro discharge 0.16', 'Not known 0.15', 'Other 0.01'],
  );
  t.equal(card?.note, 'RTE, as of 16:30, estimated');
  const [unknown] = cardsOf([source('carbon')], { 'carbon/carbon_intensity_g_per_kwh': null });
  t.equal(unknown?.headline && readOut(unknown.headline), 'Carbon intensity | –');
  t.same(unknown?.shares, []);
  t.end();
});

t.test('a colour of Tempo is a chip with its word; one that nobody knows says what it can be', (t) => {
  const [card] = cardsOf(
    [source('tempo', { periodMs: 300_000 })],
    {
      'tempo/tempo_today_colour': 3,
      'tempo/tempo_tomorrow_colour': [null, 'missing', 1_000],
      'tempo/tempo_blue_left_days': 201,
      'tempo/tempo_red_left_days': 1,
    },
    {
      'tempo/today.day': '2026-01-12',
      'tempo/tomorrow.day': '2026-01-13',
      'tempo/tomorrow.possible': 'blue white',
    },
  );
  t.same(card?.lines.map(readOut), [
    'Today | Red | Mon 12 Jan',
    'Tomorrow | not known yet | Tue 13 Jan, it can be blue or white',
    'Blue left | 201 days',
    'Red left | 1 day',
  ]);
  t.same(
    card?.lines.map(({ chip }) => chip),
    ['red', 'unknown', undefined, undefined],
  );
  const [open] = cardsOf(
    [source('tempo')],
    { 'tempo/tempo_today_colour': 0, 'tempo/tempo_tomorrow_colour': 9 },
    { 'tempo/today.possible': 'blue white red' },
  );
  t.same(open?.lines.map(readOut), ['Today | not known yet', 'Tomorrow | not known yet']);
  t.end();
});

t.test('plugs have their power and whether they are on, relays and circuits what they have', (t) => {
  const [card, circuits] = cardsOf(
    [
      source('fridge', { name: 'Fridge' }),
      source('strip', { name: 'Strip' }),
      source('clamps', { name: 'Boiler' }),
    ],
    {
      'fridge/load_power_w': 84.4,
      'fridge/relay_on': 1,
      'strip/relay-1/relay_on': 0,
      'strip/relay-2/relay_on': null,
      'strip/load_power_w': [3, 'good', 60_000],
      'clamps/oven/current_a': 3.214,
    },
  );
  t.equal(card?.title, 'Plugs');
  t.same(card?.lines.map(readOut), [
    'Fridge | 84 W | on',
    'Strip, Relay 1 | off',
    'Strip, Relay 2 | –',
    'Strip | 3 W | old',
  ]);
  t.equal(circuits?.title, 'Boiler');
  t.same(circuits?.lines.map(readOut), ['Oven | 3.21 A']);
  t.end();
});

t.test('a probe that fails is a dash with its fault, and never 0', (t) => {
  const cards = cardsOf(
    [
      source('probes', { name: 'On the bus' }),
      source('attic', { name: 'Attic' }),
      source('cellar', { state: 'disabled' }),
    ],
    {
      'probes/28-00000a69bebf/temperature_c': [null, 'sensor_error', 1_000],
      'probes/28-00000a69bec0/temperature_c': 85,
      'attic/temperature_c': 21.3,
      'attic/humidity_pct': 45,
      'cellar/temperature_c': 11,
      'attic/dht/humidity_pct': [45.4, 'suspect', 1_000],
    },
    { 'probes/28-00000a69bebf/name': 'Flue', 'probes/28-00000a69bebf/sensor_fault': 'power-on' },
  );
  t.same(
    cards.map(({ title, lines }) => [title, ...lines.map(readOut)]),
    [
      ['On the bus', 'Flue | – | sensor fault | power-on', '28-00000a69bec0 | 85.0 °C'],
      ['Probes', 'Attic | 21.3 °C | humidity 45 %'],
      ['Attic', 'Dht | 45 % | doubtful'],
    ],
  );
  t.end();
});

t.test('a source that is down has old values', (t) => {
  const [card] = cardsOf([source('attic', { state: 'down' })], { 'attic/temperature_c': 21.3 });
  t.same(card?.lines.map(readOut), ['attic | 21.3 °C | old']);
  t.end();
});
