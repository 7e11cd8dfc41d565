import t from 'tap';
import { errorCodeOf, GatewayError } from '../../../gateway/core/errors.ts';
import type { RecognitionCheck, RegisterReader } from '../../../gateway/io/drivers/driver.ts';
import { recognise } from '../../../gateway/io/drivers/recognise.ts';
import type { RegisterField } from '../../../gateway/io/drivers/register-map.ts';
import { exampleDriver } from './example-driver.ts';
import { exception, FixtureDevice } from './fixture-device.ts';

const maker: RecognitionCheck = { text: { table: 'holding', address: 10, count: 3 }, matches: /^Acme/ };
const frequency: RegisterField = {
  name: 'frequency',
  table: 'input',
  address: 20,
  encoding: 'u16',
  scaleRegister: 21,
  notAvailable: [0xffff],
  min: 45,
  max: 65,
};
const model: RegisterField = {
  name: 'model',
  table: 'input',
  address: 30,
  encoding: 'u32',
  min: 0,
  max: 0xffffffff,
};

function acme(change: Record<string, string> = {}): FixtureDevice {
  const registers = {
    'holding:10': '4163 6D65 2031',
    'input:20': '1388 FFFE',
    'input:30': '0065 0000',
    ...change,
  };
  return new FixtureDevice({ registers });
}

function readerOf(device: FixtureDevice): RegisterReader {
  return (range) => device.readRegisters(1, range);
}

function recogniseAcme(
  checks: RecognitionCheck[],
  device = acme(),
): Promise<'certain' | 'likely' | undefined> {
  const driver = exampleDriver({ wordOrder: 'little', recognition: { certainty: 'certain', checks } });
  return recognise(driver, readerOf(device));
}

t.test('a device is recognised when every check holds', async (t) => {
  const all = [maker, { number: frequency }, { number: model, anyOf: [102, 101] }];
  t.equal(await recogniseAcme(all), 'certain');
  const likely = exampleDriver({ recognition: { certainty: 'likely', checks: [maker] } });
  t.equal(await recognise(likely, readerOf(acme())), 'likely');
  t.equal(await recognise(exampleDriver({}), readerOf(acme())), undefined, 'a driver that cannot tell');
});

t.test('one check that fails is enough, and the rest is not asked', async (t) => {
  t.equal(await recogniseAcme([maker], acme({ 'holding:10': '4F74 6865 7200' })), undefined, 'another maker');
  t.equal(await recogniseAcme([maker], acme({ 'holding:10': '4163 6D65 FFFF' })), undefined, 'no text');
  t.equal(await recogniseAcme([{ number: frequency }], acme({ 'input:20': 'FFFF FFFE' })), undefined);
  t.equal(await recogniseAcme([{ number: frequency }], acme({ 'input:20': '1388 8000' })), undefined);
  t.equal(
    await recogniseAcme([{ number: frequency }], acme({ 'input:20': '1388 FFFF' })),
    undefined,
    '500 Hz',
  );
  t.equal(await recogniseAcme([{ number: model, anyOf: [103] }]), undefined);
  const device = acme({ 'holding:10': '0000 0000 0000' });
  await recogniseAcme([maker, { number: model }], device);
  t.equal(device.requests.length, 1);
});

t.test('a check that must not hold holds when the other fails', async (t) => {
  t.equal(await recogniseAcme([{ not: { number: model, anyOf: [101] } }]), undefined);
  t.equal(await recogniseAcme([{ not: { number: model, anyOf: [102] } }]), 'certain');
  const refused: RecognitionCheck = { number: { ...model, address: 99 } };
  t.equal(await recogniseAcme([{ not: refused }]), 'certain');
});

t.test('what the device refuses is not there; what does not reach it tells nothing', async (t) => {
  const device = acme();
  for (const code of [1, 2, 3, 4]) {
    device.failure = () => exception(code);
    t.equal(await recogniseAcme([maker], device), undefined, `exception ${code}`);
  }
  for (const [error, code] of [
    [exception(6), 'device_busy'],
    [exception(10), 'device_exception'],
    [exception(11), 'device_exception'],
    [new GatewayError('device_timeout', 'silent'), 'device_timeout'],
  ] as const) {
    device.failure = () => error;
    t.equal(await recogniseAcme([{ not: maker }], device).catch(errorCodeOf), code);
  }
});
