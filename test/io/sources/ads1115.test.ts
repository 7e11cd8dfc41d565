import t from 'tap';
import type { OptionValues } from '../../../gateway/core/option-field.ts';
import { ads1115 } from '../../../gateway/io/sources/ads1115.ts';
import { sampleAds1115, type Ads1115Request } from '../../../gateway/io/sources/ads1115-sampler.ts';
import type { SourceAnswer, SourceReader } from '../../../gateway/io/sources/source.ts';
import { Ads1115Chip } from '../../../modbus-sim/i2c/ads1115-chip.ts';
import { clampSignal } from '../../../modbus-sim/i2c/clamp-signal.ts';
import { SeededRandom } from '../../../modbus-sim/random.ts';
import { SourceBench } from './source-bench.ts';
import { SimulatedI2cBus } from './simulated-i2c-bus.ts';

const never = new AbortController().signal;
const defaults = Object.fromEntries(
  Object.entries(ads1115.options).map(([name, field]) => [name, field.default]),
) as OptionValues;

function busOf(currentsA: readonly number[], noiseMv = 0): SimulatedI2cBus {
  const inputs = currentsA.map((currentA, index) =>
    clampSignal({ currentA, noiseMv, phaseDeg: 25 * index }, new SeededRandom(`clamp ${index}`)),
  );
  return new SimulatedI2cBus({ 0x48: new Ads1115Chip({ inputs }) });
}

function readerOf(bus: SimulatedI2cBus, options: OptionValues = {}): SourceReader {
  const { ports } = new SourceBench({ id: 'ads1115', handle: () => ({ status: 404, body: '' }) }, 0);
  const run = async (_kind: string, request: unknown): Promise<never> =>
    (await sampleAds1115(request as Ads1115Request, { openBus: bus.open, time: bus.time })) as never;
  return ads1115.open({ ...defaults, ...options }, { ...ports, work: { run } });
}

function numbers({ values }: SourceAnswer): Record<string, number> {
  return Object.fromEntries(values.map(({ part = '', quantity, value }) => [`${part}/${quantity}`, value]));
}

t.test('a boiler with four clamps says its currents, each with its doubt', async (t) => {
  const bus = busOf([3.8, 0.45, 0, 12], 2);
  const said = numbers(await readerOf(bus, { noiseFloorMv: 2 }).read(never));
  for (const [part, trueA] of Object.entries({ a0: 3.8, a1: 0.45, a2: 0, a3: 12 })) {
    const foundA = said[`${part}/current_a`] ?? NaN;
    const doubtA = said[`${part}/current_uncertainty_a`] ?? NaN;
    t.ok(Math.abs(foundA - trueA) <= 3 * doubtA, `${part}: ${foundA} ± ${doubtA}, truly ${trueA}`);
    t.ok(doubtA > 0 && doubtA <= 0.07 + trueA * 0.05, `${part}: a doubt of ${doubtA} A`);
    t.ok(Math.abs((said[`${part}/current_noise_floor_a`] ?? NaN) - 0.06) < 1e-9);
    t.equal(said[`${part}/input_saturated`], 0);
  }
});

t.test('less than the noise is no current', async (t) => {
  const said = numbers(await readerOf(busOf([0, 0, 0, 0], 2)).read(never));
  t.equal(said['a0/current_a'], 0);
  t.ok((said['a0/rms_mv'] ?? 0) > 1, 'though its voltage is told as it is');
});

t.test('the crest tells on from off as the thresholds of old do', async (t) => {
  const said = numbers(await readerOf(busOf([0, 3.8])).read(never));
  t.ok((said['a0/crest_mv'] ?? NaN) < 1_654, 'off');
  t.ok((said['a1/crest_mv'] ?? 0) > 1_800, 'on');
});

t.test('a motor is off below 1654 whole millivolts, or what the configuration says', async (t) => {
  const read = async (options: object): Promise<readonly (number | undefined)[]> => {
    const said = numbers(await readerOf(busOf([0, 3.8]), { channels: ['a0', 'a1'], ...options }).read(never));
    return [said['a0/motor_mv'], said['a1/motor_mv'], said['a1/crest_mv']];
  };
  const [off, on, crestMv = NaN] = await read({});
  const wholeMv = Math.trunc(crestMv);
  t.same([off, on], [0, wholeMv]);
  t.same((await read({ offBelowMv: wholeMv }))[1], wholeMv, 'the value itself is on');
  t.same((await read({ offBelowMv: wholeMv + 0.5 }))[1], 0, 'its fraction does not count');
});

t.test('what went beyond the range is suspect', async (t) => {
  const { values } = await readerOf(busOf([30]), { channels: ['a0'], fullScaleMv: '2048' }).read(never);
  const qualities = Object.fromEntries(values.map(({ quantity, quality = 'good' }) => [quantity, quality]));
  t.match(qualities, {
    current_a: 'suspect',
    rms_mv: 'suspect',
    crest_mv: 'suspect',
    motor_mv: 'suspect',
    input_saturated: 'good',
  });
  t.match(values, [{}, {}, {}, {}, {}, {}, {}, { quantity: 'input_saturated', value: 1 }]);
});

t.test('each clamp may have its own ratio', async (t) => {
  const bus = busOf([10, 10]);
  const said = numbers(await readerOf(bus, { channels: ['a1=15', 'a0'], ampsPerVolt: 60 }).read(never));
  t.ok(Math.abs((said['a0/current_a'] ?? 0) - 20) < 0.4);
  t.ok(Math.abs((said['a1/current_a'] ?? 0) - 5) < 0.1);
});

t.test('channels may have names for people', async (t) => {
  const options = { channels: ['a0', 'a1'], names: ['a1=feed auger = slow'] };
  const { texts } = await readerOf(busOf([1, 2]), options).read(never);
  t.same(texts, [{ quantity: 'name', text: 'feed auger = slow', part: 'a1' }]);
  for (const names of [['a2=fan'], ['a0=fan', 'a0=igniter']]) {
    const wrong = { channels: ['a0', 'a1'], names };
    t.throws(() => readerOf(busOf([1]), wrong), { code: 'config_invalid', facts: { option: 'names' } });
  }
});

t.test('a converter that does not answer is not available', async (t) => {
  const read = readerOf(busOf([1]), { address: '0x4b' }).read(never);
  await t.rejects(read, { code: 'source_unavailable', facts: { bus: 1, address: '0x4b' } });
});

t.test('channels that cannot be are refused', (t) => {
  for (const channels of [[], ['a0', 'a0'], ['a0', 'a0=3'], ['a4'], ['a0=0'], ['a1-a0']]) {
    t.throws(
      () => readerOf(busOf([]), { channels }),
      { code: 'config_invalid', hint: /a0-a1/ },
      channels.join(' '),
    );
  }
  const pattern = new RegExp(ads1115.options['channels']?.pattern ?? '^$');
  for (const text of ['a4', 'a0=', 'a0=-3', 'a0=1e9', 'a0a1', '']) t.notMatch(text, pattern);
  for (const text of ['a0', 'a0-a1', 'a3=29.4']) t.match(text, pattern);
  t.end();
});

t.test('sources on one bus are asked one at a time', (t) => {
  t.equal(ads1115.lane({ ...defaults, bus: 3 }), 'i2c:3');
  t.end();
});
