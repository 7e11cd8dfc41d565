import fc from 'fast-check';
import t from 'tap';
import { sampleAds1115, type Ads1115Request } from '../../../gateway/io/sources/ads1115-sampler.ts';
import { Ads1115Chip } from '../../../modbus-sim/i2c/ads1115-chip.ts';
import { clampSignal } from '../../../modbus-sim/i2c/clamp-signal.ts';
import { SeededRandom } from '../../../modbus-sim/random.ts';
import { SimulatedI2cBus } from './simulated-i2c-bus.ts';

const address = 0x48;

function requestOf(more: Partial<Ads1115Request> = {}): Ads1115Request {
  return {
    bus: 1,
    address,
    channels: ['a0', 'a1', 'a2', 'a3'],
    fullScaleMv: 4_096,
    dataRate: 860,
    mode: 'single',
    mainsHz: 50,
    cycles: 10,
    ...more,
  };
}

function busOf(
  currentsA: readonly number[],
  more: { mainsHz?: number; slowness?: number } = {},
): SimulatedI2cBus {
  const { mainsHz = 50, slowness = 1 } = more;
  const inputs = currentsA.map((currentA, index) =>
    clampSignal({ currentA, mainsHz, phaseDeg: 40 * index }, new SeededRandom(index)),
  );
  return new SimulatedI2cBus({ [address]: new Ads1115Chip({ inputs, slowness }) });
}

async function sample(
  bus: SimulatedI2cBus,
  more: Partial<Ads1115Request> = {},
): ReturnType<typeof sampleAds1115> {
  return await sampleAds1115(requestOf(more), { openBus: bus.open, time: bus.time });
}

for (const mode of ['single', 'continuous'] as const) {
  t.test(`each channel says its own current, ${mode}`, async (t) => {
    const bus = busOf([1, 10, 0, 30]);
    const answers = await sample(bus, { mode });
    t.same(
      answers.map(({ channel }) => channel),
      ['a0', 'a1', 'a2', 'a3'],
    );
    const currentsA = answers.map(({ rms }) => ((rms?.rmsMv ?? NaN) * 30) / 1_000);
    for (const [index, trueA] of [1, 10, 0, 30].entries()) {
      const foundA = currentsA[index] ?? NaN;
      t.ok(Math.abs(foundA - trueA) <= 0.02 + trueA * 0.015, `${trueA} A: ${foundA}`);
    }
    t.ok(answers.every(({ rms }) => Math.abs((rms?.offsetMv ?? 0) - 1_645) < 10));
    t.same([bus.opened, bus.closed], [1, 1]);
  });

  t.test(`the clock of the chip may be off by a tenth, ${mode}`, async (t) => {
    for (const slowness of [0.9, 1.1]) {
      const [answer] = await sample(busOf([10], { slowness }), { mode, channels: ['a0'] });
      const foundA = ((answer?.rms?.rmsMv ?? NaN) * 30) / 1_000;
      t.ok(Math.abs(foundA - 10) < 0.15, `${slowness}: ${foundA}`);
    }
  });
}

t.test('any current of a clamp is found to two percent', async (t) => {
  const currentA = fc.double({ min: 0.5, max: 30, noNaN: true });
  const found = fc.assert(
    fc.asyncProperty(currentA, fc.constantFrom(50, 60), async (trueA, mainsHz) => {
      const [answer] = await sample(busOf([trueA], { mainsHz }), { channels: ['a0'], mainsHz });
      const foundA = ((answer?.rms?.rmsMv ?? NaN) * 30) / 1_000;
      return Math.abs(foundA / trueA - 1) < 0.02;
    }),
    { numRuns: 25 },
  );
  await t.resolves(found);
});

t.test('the crest is the highest of thirty samples', async (t) => {
  const [off, on] = await sample(busOf([0, 3.8]), { fullScaleMv: 6_144, dataRate: 250 });
  t.ok(Math.abs((off?.crestMv ?? 0) - 1_645) < 0.2, String(off?.crestMv));
  const peakMv = 1_645 + (3.8 / 30) * 1_000 * Math.SQRT2;
  t.ok(Math.abs((on?.crestMv ?? 0) - peakMv) < 10, `${on?.crestMv} of ${peakMv}`);
});

t.test('two inputs against each other have no bias', async (t) => {
  const clamp = clampSignal({ currentA: 5 }, new SeededRandom(1));
  const chip = new Ads1115Chip({ inputs: [clamp, () => 1_645] });
  const [answer] = await sample(new SimulatedI2cBus({ [address]: chip }), {
    channels: ['a0-a1'],
    fullScaleMv: 2_048,
  });
  t.ok(Math.abs(answer?.rms?.offsetMv ?? NaN) < 5);
  t.ok(Math.abs((answer?.rms?.rmsMv ?? NaN) - 166.7) < 3);
});

t.test('what goes beyond the range is counted', async (t) => {
  const [answer] = await sample(busOf([30]), { channels: ['a0'], fullScaleMv: 2_048 });
  t.ok((answer?.saturated ?? 0) > 10);
  const [well] = await sample(busOf([30]), { channels: ['a0'] });
  t.equal(well?.saturated, 0);
});

t.test('nothing of the channel before is left, however slow the chip is', async (t) => {
  const chip = new Ads1115Chip({ inputs: [() => 3_000, () => 1_000], slowness: 1.1 });
  const bus = new SimulatedI2cBus({ [address]: chip });
  const answers = await sample(bus, { channels: ['a0', 'a1'], mode: 'continuous' });
  t.match(answers, [{ crestMv: 3_000 }, { crestMv: 1_000 }]);
});

t.test('as many cycles are measured as were asked for', async (t) => {
  for (const cycles of [1, 10, 25]) {
    const [answer] = await sample(busOf([10]), { channels: ['a0'], cycles });
    t.ok((answer?.rms?.cycles ?? 0) >= cycles, `${answer?.rms?.cycles} of ${cycles}`);
  }
});

t.test('every rate of the chip ends in its time', async (t) => {
  for (const dataRate of [8, 16, 32, 64, 128, 250, 475, 860]) {
    const bus = busOf([10]);
    const [answer] = await sample(bus, { channels: ['a0'], dataRate });
    t.ok(answer !== undefined && answer.samples >= 30 && bus.nowMs < 6_000, `${dataRate}: ${bus.nowMs} ms`);
  }
});

t.test('a transfer that is lost is made again', async (t) => {
  const bus = busOf([10]);
  bus.troubles.push(undefined, 'EREMOTEIO', 'EREMOTEIO', undefined, 'EIO');
  const [answer] = await sample(bus, { channels: ['a0'] });
  t.ok(Math.abs((answer?.rms?.rmsMv ?? 0) - 333.3) < 5);
});

t.test('a chip that is not there is named with its bus, and the bus is closed', async (t) => {
  const bus = busOf([10]);
  await t.rejects(sample(bus, { address: 0x49 }), {
    code: 'source_unavailable',
    message: /0x49 of I2C bus 1/,
    hint: /address/,
    facts: { bus: 1, address: '0x49', systemCode: 'EREMOTEIO' },
  });
  t.same([bus.opened, bus.closed], [1, 1]);
});

t.test('what the system refuses says what to do', async (t) => {
  for (const [code, hint] of [
    ['ENXIO', /address/],
    ['ENOENT', /i2c_arm/],
    ['EACCES', /group i2c/],
    ['EBUSY', /dtoverlay/],
    ['EMFILE', /files/],
  ] as const) {
    const bus = busOf([10]);
    bus.troubles.push(code, code, code);
    await t.rejects(sample(bus), { code: 'source_unavailable', hint, facts: { systemCode: code } });
    t.same([bus.opened, bus.closed], [1, 1], code);
  }
});

t.test('whenever the bus fails, it is closed once', async (t) => {
  const well = busOf([10]);
  await sample(well, { channels: ['a0'], mode: 'continuous' });
  const found = fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: well.transfers - 4 }),
      fc.boolean(),
      async (before, failsToClose) => {
        const bus = busOf([10]);
        bus.troubles.push(...Array.from({ length: before }, () => undefined), 'EIO', 'EIO', 'EIO', 'EIO');
        if (failsToClose) bus.closing = new Error('EIO');
        const failing = sample(bus, { channels: ['a0'], mode: 'continuous' });
        const code = await failing.then(
          () => undefined,
          (error: unknown) => (error as { code?: string }).code,
        );
        return code === 'source_unavailable' && bus.opened === 1 && bus.closed === 1;
      },
    ),
    { numRuns: 40 },
  );
  await t.resolves(found);
});

t.test('another chip at the address is told from it', async (t) => {
  const bus = busOf([10]);
  const chip = bus.chips.get(address);
  if (chip !== undefined) chip.read = () => [0xff, 0xff];
  await t.rejects(sample(bus), { code: 'answer_invalid', facts: { where: 'config', read: '0xffff' } });
  t.equal(bus.closed, 1);
});

t.test('a conversion that never ends is given up', async (t) => {
  const bus = busOf([10], { slowness: 1e6 });
  await t.rejects(sample(bus), { code: 'source_unavailable', message: /does not finish/ });
  t.equal(bus.closed, 1);
});

t.test('after continuous conversions the chip sleeps', async (t) => {
  const bus = busOf([10]);
  await sample(bus, { mode: 'continuous' });
  const chip = bus.chips.get(address);
  chip?.write([1], bus.nowMs);
  t.match(chip?.read(bus.nowMs), [0xf3, 0xe3], 'idle, single-shot');
});
