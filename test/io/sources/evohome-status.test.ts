import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import t from 'tap';
import '../../property-seed.ts';
import { GatewayError } from '../../../gateway/core/errors.ts';
import { locationStatus } from '../../../gateway/io/sources/evohome-status.ts';
import type { SourceAnswer } from '../../../gateway/io/sources/source.ts';

const recording = new URL('./fixtures/evohome/status.json', import.meta.url);
const recorded = JSON.parse(readFileSync(recording, 'utf8')) as unknown;

function said({ values, texts }: SourceAnswer): Record<string, number | string> {
  return Object.fromEntries<number | string>([
    ...values.map(({ part = '', quantity, value }) => [`${part} ${quantity}`, value] as const),
    ...texts.map(({ part = '', quantity, text }) => [`${part} ${quantity}`, text] as const),
  ]);
}

t.test('a recording decodes to the values that one reads in it', (t) => {
  const answer = locationStatus(recorded);
  t.same(said(answer), {
    'gateway-2499896 fault_count': 0,
    'gateway-2499896 faults': 'none',
    'gateway-2499896 faults_since': 'none',
    'system-3432522 system_mode': 'AutoWithEco',
    'system-3432522 system_until': 'none',
    'system-3432522 systemModeStatus.isPermanent': 1,
    'system-3432522 fault_count': 0,
    'system-3432522 faults': 'none',
    'system-3432522 faults_since': 'none',
    ...zone('3432521', 'Dead Zone', [Number.NaN, 17, 'FollowSchedule', 'none']),
    ...zone('3432576', 'Main Room', [19, 17, 'PermanentOverride', 'none']),
    ...zone('3432577', 'Front Room', [19, 21, 'TemporaryOverride', '2022-03-07T19:00:00Z']),
    ...zone('3432578', 'Kitchen', [20, 17, 'FollowSchedule', 'none']),
    'dhw-3933910 hot_water_temperature_c': 23,
    'dhw-3933910 hot_water_on': 0,
    'dhw-3933910 stateStatus.state': 'Off',
    'dhw-3933910 hot_water_mode': 'PermanentOverride',
    'dhw-3933910 hot_water_until': 'none',
    'dhw-3933910 fault_count': 0,
    'dhw-3933910 faults': 'none',
    'dhw-3933910 faults_since': 'none',
  });
  const qualities = answer.values.map(({ quality = 'good' }) => quality);
  t.same([...new Set(qualities)], ['good', 'missing'], 'the dead zone has no temperature, and no number');
  t.end();
});

function zone(id: string, name: string, [room, set, mode, until]: readonly [number, number, string, string]) {
  return {
    [`zone-${id} name`]: name,
    [`zone-${id} room_temperature_c`]: room,
    [`zone-${id} room_set_point_c`]: set,
    [`zone-${id} set_point_mode`]: mode,
    [`zone-${id} set_point_until`]: until,
    [`zone-${id} fault_count`]: 0,
    [`zone-${id} faults`]: 'none',
    [`zone-${id} faults_since`]: 'none',
  };
}

t.test('what no room can be is suspect, and what is unknown is no number', (t) => {
  const answer = locationStatus(withZone({ temperatureStatus: { temperature: 128, isAvailable: true } }));
  const room = answer.values.find(
    ({ part, quantity }) => part === 'zone-1' && quantity === 'room_temperature_c',
  );
  t.match(room, { value: 128, quality: 'suspect' });
  const none = locationStatus(withZone({ temperatureStatus: { temperature: null, isAvailable: true } }));
  t.notOk('zone-1 room_temperature_c' in said(none));
  t.end();
});

t.test('until when it holds is not made up', (t) => {
  const setpointStatus = { targetHeatTemperature: 21, setpointMode: 'TemporaryOverride' };
  const answer = locationStatus(withZone({ setpointStatus }));
  t.notOk('zone-1 set_point_until' in said(answer));
  t.end();
});

t.test('fields of a later version are kept', (t) => {
  const later = withZone({ co2Level: 812, airQuality: { word: 'fair' }, fault_count: 3 });
  const answer = said(locationStatus({ ...later, weather: 'wet' }));
  t.match(answer, {
    'zone-1 co2Level': 812,
    'zone-1 airQuality.word': 'fair',
    'zone-1 raw.fault_count': 3,
    'zone-1 fault_count': 0,
    'location-9 weather': 'wet',
  });
  t.end();
});

const wrongs: readonly (readonly [title: string, status: unknown, where: RegExp])[] = [
  ['a list', [], /body/],
  ['no gateways', { locationId: '9' }, /gateways/],
  [
    'a temperature that is a text',
    withZone({ temperatureStatus: { temperature: '19' } }),
    /zones\[0\].*temperature/,
  ],
  ['available that is a word', withZone({ temperatureStatus: { isAvailable: 'no' } }), /isAvailable/],
  ['a set point that is a text', withZone({ setpointStatus: { targetHeatTemperature: '19' } }), /targetHeat/],
  ['an id that is a number', withZone({ zoneId: 1 }), /zoneId/],
  ['an id with a slash', withZone({ zoneId: '../1' }), /zoneId/],
  ['faults that are none', withZone({ activeFaults: 'many' }), /activeFaults/],
];

function withZone(more: object): object {
  const zone = {
    zoneId: '1',
    name: 'Room',
    temperatureStatus: { temperature: 19, isAvailable: true },
    setpointStatus: { targetHeatTemperature: 20, setpointMode: 'FollowSchedule' },
    activeFaults: [],
    ...more,
  };
  const system = { systemId: '2', zones: [zone], systemModeStatus: { mode: 'Auto', isPermanent: true } };
  return {
    locationId: '9',
    gateways: [{ gatewayId: '3', temperatureControlSystems: [system], activeFaults: [] }],
  };
}

for (const [title, status, where] of wrongs) {
  t.test(`a status is refused: ${title}`, (t) => {
    t.throws(() => locationStatus(status), { code: 'answer_invalid', facts: { where } });
    t.end();
  });
}

t.test('a zone that comes twice is refused', (t) => {
  const once = withZone({}) as { gateways: readonly object[] };
  const twice = { ...once, gateways: [...once.gateways, ...once.gateways] };
  t.throws(() => locationStatus(twice), { code: 'answer_invalid' });
  t.end();
});

t.test('whatever a status holds, it is read or refused', (t) => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
      try {
        locationStatus(withZone({ temperatureStatus: { temperature: one }, activeFaults: other, more: one }));
      } catch (error) {
        if (!(error instanceof GatewayError)) throw error;
      }
    }),
    { numRuns: 100 },
  );
  t.pass('nothing else was thrown');
  t.end();
});
