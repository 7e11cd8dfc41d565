import t from 'tap';
import { driverOfProfile, type Profile } from '../../../gateway/io/drivers/profile.ts';
import { createDevicePoller } from '../../../gateway/io/drivers/device-poller.ts';
import { FixtureDevice } from './fixture-device.ts';

const profile: Profile = {
  id: 'acme-sun',
  title: 'Acme Sun 5000',
  source: '',
  wordOrder: 'big',
  unit: 1,
  port: 502,
  limits: {
    registersMax: 100,
    responseMsMax: 500,
    requestGapMs: 0,
    connectDelayMs: 0,
    requestTimeoutMs: 3_000,
  },
  fields: [
    { name: 'pv_power_w', table: 'input', address: 100, encoding: 'u32', min: 0, max: 20_000 },
    { name: 'grid_power_w', table: 'input', address: 104, encoding: 's32', scale: -1 },
    { name: 'battery_soc_pct', table: 'input', address: 110, encoding: 'u16', scaleRegister: 111 },
  ],
  serialNumber: { table: 'input', address: 10, count: 4 },
};

t.test('a described device is read like any other', async (t) => {
  const device = new FixtureDevice({
    registers: {
      'input:10': '4143 3132 3300 0000',
      'input:100': '0000 0D80 0000 0000 0000 03E8 0000 0000 0000 0000 0233 FFFF',
    },
  });
  const poller = createDevicePoller(driverOfProfile(profile), device, 1);
  const { signal } = new AbortController();
  t.match(await poller.identify(signal), { serialNumber: 'AC123' });
  t.match(await poller.poll(signal), [
    { quantity: 'pv_power_w', value: 3_456, quality: 'good' },
    { quantity: 'grid_power_w', value: -1_000, quality: 'good' },
    { quantity: 'battery_soc_pct', value: 56.3, quality: 'good' },
  ]);
});

t.test('its serial number may be a number', async (t) => {
  const device = new FixtureDevice({ registers: { 'holding:5': '0001 86A0' } });
  const serialNumber = { table: 'holding', address: 5, encoding: 'u32' } as const;
  const poller = createDevicePoller(driverOfProfile({ ...profile, serialNumber }), device, 1);
  t.equal(await poller.readSerialNumber(new AbortController().signal), '100000');
});

t.test('one without a serial number is anybody', async (t) => {
  const { id, title, source, wordOrder, unit, port, limits, fields } = profile;
  const anonymous = driverOfProfile({ id, title, source, wordOrder, unit, port, limits, fields });
  t.equal(anonymous.serialNumber, undefined);
});
