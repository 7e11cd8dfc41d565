import t from 'tap';
import type { DescribedPoint } from '../../../../gateway/io/drivers/driver.ts';
import { decodeSunspecPoints } from '../../../../gateway/io/drivers/sunspec/describe-points.ts';
import {
  anyModel,
  derOnly,
  gen24Integer,
  integerInverter,
  integerMeter,
  mppt,
  solarEdge,
} from './devices.ts';
import { common, exception, failure, RegisterImage, s16, u32, type ModelImage } from './register-image.ts';

const first = common({ maker: 'Maker', model: 'Model', serial: 'S-1', firmware: '1.0' });

async function describe(
  ...models: ModelImage[]
): Promise<(name: string) => DescribedPoint['value'] | undefined> {
  const points = await decodeSunspecPoints(RegisterImage.of([first, ...models]).read);
  return (name) => points.find(({ model, point }) => `${model}.${point}` === name)?.value;
}

t.test('numbers are scaled, text is text, and what is not implemented is null', async (t) => {
  const value = await describe(integerInverter(103));
  t.equal(value('1.Mn'), 'Maker');
  t.equal(value('1.Opt'), null, 'empty text');
  t.equal(value('103.PhVphA'), 231);
  t.equal(value('103.W'), 5_432);
  t.equal(value('103.WH'), 12_345_678);
  t.equal(value('103.TmpCab'), null);
  t.equal(value('103.TmpSnk'), 41.25);
  t.equal(value('103.Hz_SF'), -2);
  t.equal(value('103.Evt1')?.valueOf() instanceof Array, true);
});

t.test('codes are named, and bits are a list of names', async (t) => {
  const value = await describe(
    integerInverter(101, { 38: [7], 39: [42], 40: u32(0b1000_0000_0010_0001), 44: u32(0x80000001) }),
  );
  t.equal(value('101.St'), 'FAULT');
  t.equal(value('101.StVnd'), 42, 'a code without a name is a number');
  t.strictSame(value('101.Evt1'), ['GROUND_FAULT', 'CABINET_OPEN', 'HW_TEST_FAILURE']);
  t.strictSame(value('101.Evt2'), []);
  t.strictSame(value('101.EvtVnd1'), ['bit 0', 'bit 31']);
  t.equal(value('101.EvtVnd2'), null);
});

t.test('64 bits are exact, whatever their scale', async (t) => {
  const [, der] = derOnly;
  const scaled = async (exponent: number): Promise<unknown> => {
    const value = await describe({ ...(der ?? first), words: { ...der?.words, 120: s16(exponent) } });
    return value('701.TotWhInj');
  };
  t.equal(await scaled(0), '9007199254740993');
  t.equal(await scaled(3), '9007199254740993000');
  t.equal(await scaled(-3), '9007199254740.993');
  t.equal(await scaled(-10), '900719.9254740993');
  t.equal(await scaled(-0x8000), null);
  const value = await describe({ id: 122, length: 44, words: { 5: [0, 0, 0, 5], 9: [0, 0, 0, 0] } });
  t.equal(value('122.ActWh'), '5');
  t.equal(value('122.ActVAh'), null, 'a counter at 0 is not implemented');
});

t.test('repetitions are numbered, and as many as the device counts', async (t) => {
  const value = await describe(...gen24Integer.slice(1));
  t.equal(value('160.module[3].IDStr'), 'StCha 3');
  t.equal(value('160.module[3].DCW'), 2_609.8);
  t.equal(value('160.module[3].DCV'), 427.23);
  t.equal(value('160.module[1].DCWH'), 12_345.67);
  t.strictSame(value('124.StorCtl_Mod'), []);
  const three = [1, 2, 3].map((each) => ({ name: `${each}`, power: 1 }));
  const counted = await describe(mppt(three, { 8: [2] }));
  t.equal(counted('160.module[2].DCW'), 0.1);
  t.equal(counted('160.module[3].DCW'), undefined);
  const uncounted = await describe(mppt(three, { 8: [0xffff] }));
  t.equal(uncounted('160.module[3].DCW'), 0.1, 'a device that does not count has what there is room for');
  const overcounted = await describe(mppt(three, { 8: [500] }));
  t.equal(overcounted('160.module[4].DCW'), undefined);
});

t.test('every point of every known model, in order, with its unit and instance', async (t) => {
  const image = RegisterImage.of([...solarEdge, anyModel(64_110, 10), integerMeter(203)]);
  const points = await decodeSunspecPoints(image.read);
  const counts = new Map<string, number>();
  for (const { model, instance } of points) {
    const group = `${model}#${instance}`;
    counts.set(group, (counts.get(group) ?? 0) + 1);
  }
  t.strictSame(
    [...counts],
    [
      ['1#1', 6],
      ['103#1', 43],
      ['1#2', 6],
      ['203#1', 72],
      ['203#2', 72],
    ],
  );
  t.match(
    points.find(({ point }) => point === 'DCW'),
    { model: 103, instance: 1, value: 5_512, unit: 'W' },
  );
});

t.test('what the device refuses is null, and the rest is read; trouble is thrown', async (t) => {
  const image = RegisterImage.of([first, integerInverter(103), integerMeter(203)]);
  const inverterAt = 40_002 + 68;
  image.failure = ({ address, count }) =>
    address <= inverterAt + 14 && address + count > inverterAt + 14 ? exception(2) : undefined;
  const points = await decodeSunspecPoints(image.read);
  t.equal(points.find(({ model, point }) => model === 103 && point === 'W')?.value, null);
  t.equal(points.find(({ model, point }) => model === 203 && point === 'W')?.value, -1_200);
  image.failure = ({ address }) => (address > inverterAt + 52 ? failure('device_timeout') : undefined);
  await t.rejects(decodeSunspecPoints(image.read), { code: 'device_timeout' });
});
