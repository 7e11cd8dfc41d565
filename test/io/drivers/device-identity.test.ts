import t from 'tap';
import { errorCodeOf, GatewayError } from '../../../gateway/core/errors.ts';
import type { DriverDefinition } from '../../../gateway/io/drivers/driver.ts';
import { createRegisterPoll } from '../../../gateway/io/drivers/register-poll.ts';
import { exception } from './fixture-device.ts';
import { rowDevice, rowDriver } from './row-device.ts';

const { signal } = new AbortController();

t.test('who a device is: text or numbers, or nothing when it does not say', async (t) => {
  const device = rowDevice({});
  const nobody = { serialNumber: '', model: '', firmware: '' };
  const identify = async (change: Partial<DriverDefinition> = {}): Promise<unknown> =>
    await createRegisterPoll({ ...rowDriver({}), ...change }, device, 1)
      .identify(signal)
      .catch(errorCodeOf);
  t.strictSame(await identify(), { ...nobody, serialNumber: 'ABC' });
  device.words.set('input:10002', 0x5836).set('input:10003', 104);
  const number = { name: 'n', table: 'input', encoding: 'u32', min: 1, max: 1e10 } as const;
  const change: Partial<DriverDefinition> = {
    serialNumber: { ...number, address: 10_000 },
    model: { table: 'input', address: 10_002, count: 1 },
    firmware: { ...number, encoding: 'u16', address: 10_003, scale: 0.01 },
  };
  t.strictSame(await identify(change), {
    serialNumber: String(0x41424300),
    model: 'X6',
    firmware: '1.04',
  });
  device.words.set('input:10000', 0).set('input:10001', 0).delete('input:10002');
  t.strictSame(await identify(change), { ...nobody, firmware: '1.04' }, 'what is not there is not said');
  t.equal(await createRegisterPoll(rowDriver({}), device, 1).readSerialNumber(signal), '');
  for (const code of [1, 2, 3, 4]) {
    device.failure = () => exception(code);
    t.strictSame(await identify(change), nobody);
  }
  device.failure = () => exception(6);
  t.equal(await identify(change), 'device_busy');
  device.failure = () => exception(11);
  t.equal(await identify(change), 'device_exception', 'of a gateway: the device is silent');
  device.failure = () => new GatewayError('device_timeout', 'silence');
  t.equal(await identify(change), 'device_timeout');
});

t.test('a serial number is looked for where other models have it', async (t) => {
  const device = rowDevice({});
  const elsewhere = { table: 'input', address: 20_000, count: 2 } as const;
  const driver = { ...rowDriver({}), otherSerialNumbers: [elsewhere] };
  const serialNumber = async (): Promise<unknown> =>
    await createRegisterPoll(driver, device, 1).readSerialNumber(signal).catch(errorCodeOf);
  device.words.set('input:20000', 0x5859).set('input:20001', 0x5a00);
  t.equal(await serialNumber(), 'ABC', 'the first that says something counts');
  device.words.set('input:10000', 0).set('input:10001', 0);
  t.equal(await serialNumber(), 'XYZ', 'empty in the first place');
  device.words.delete('input:10000');
  t.equal(await serialNumber(), 'XYZ', 'refused in the first place');
  device.failure = ({ address }) => (address === 10_000 ? exception(4) : undefined);
  t.equal(await serialNumber(), '', 'a first place that fails this once: the number must not change');
  device.failure = ({ address }) => (address === 10_000 ? exception(6) : undefined);
  t.equal(await serialNumber(), 'device_busy');
  device.failure = undefined;
  device.words.delete('input:20000');
  t.equal(await serialNumber(), '', 'nowhere');
});
