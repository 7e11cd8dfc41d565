import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { BlockingThreads } from '../../gateway/io/sources/blocking-threads.ts';
import {
  sampleAds1115,
  type Ads1115ChannelAnswer,
  type Ads1115Request,
} from '../../gateway/io/sources/ads1115-sampler.ts';
import { motorCurrents, motorOrders } from '../../modbus-sim/boiler/boiler-motors.ts';
import { openClampsBus } from '../../sim/clamps-bus.ts';
import { SimulatedClock } from '../../sim/simulated-clock.ts';

const request: Ads1115Request = {
  bus: 1,
  address: 0x48,
  channels: ['a0', 'a1', 'a2', 'a3'],
  fullScaleMv: 4_096,
  dataRate: 860,
  mode: 'single',
  mainsHz: 50,
  cycles: 10,
};

/** What a gateway reads when the file says so, on a clock of its own. */
async function sampled(t: Test, text: string): Promise<readonly Ads1115ChannelAnswer[]> {
  const path = join(t.testdir({}), 'clamps.json');
  writeFileSync(path, text);
  let nowMs = 0;
  const time = { nowMs: () => (nowMs += 0.01), sleep: (forMs: number) => void (nowMs += forMs + 0.06) };
  return await sampleAds1115(request, { openBus: () => openClampsBus(path, time.nowMs), time });
}

async function crestsOf(
  t: Test,
  orders: ReturnType<typeof motorOrders>,
  fanS = 60,
): Promise<readonly number[]> {
  const troubles = { isIgniterDead: false, isAugerJammed: false };
  const { secondaryFanA, igniterA, primaryFanA, augerA } = motorCurrents(
    orders,
    { fanS, augerS: 1 },
    troubles,
  );
  const answers = await sampled(t, JSON.stringify({ 0x48: [secondaryFanA, igniterA, primaryFanA, augerA] }));
  return answers.map(({ crestMv }) => crestMv);
}

function near(t: Test, crestsMv: readonly number[], expectedMv: readonly number[]): void {
  for (const [index, expected] of expectedMv.entries()) {
    const crest = crestsMv[index] ?? NaN;
    t.ok(Math.abs(crest - expected) <= 5, `a${index}: ${crest} mV, as ${expected}`);
  }
}

/** Off and on of each motor as they were measured at a boiler, mV; below 1654 is off. */
t.test('motors at rest have crests below the threshold, running ones those of the real boiler', async (t) => {
  const rest = await crestsOf(t, motorOrders('stop', 0, 60));
  near(t, rest, [1_653, 1_650, 1_650, 1_647]);
  t.ok(
    rest.every((crest) => crest < 1_654),
    `off: ${rest.join(', ')}`,
  );
  const ignition = await crestsOf(t, motorOrders('ignition', 0, 60));
  near(t, ignition, [1_653, 1_827, 1_660, 1_671]);
  const burning = await crestsOf(t, motorOrders('combustion', 0, 60));
  near(t, burning, [1_671, 1_650, 1_663, 1_671]);
  near(t, await crestsOf(t, motorOrders('combustion', 0, 60), 1), [1_671, 1_650, 1_670]);
  for (const fanPct of [10, 20, 30]) {
    const orders = { fanPct, isAugerOn: false, isIgniterOn: false, isSecondaryFanOn: false };
    t.ok(((await crestsOf(t, orders))[2] ?? 0) >= 1_654, `the fan is heard at ${fanPct} %`);
  }
});

t.test('true currents are what was to flow', async (t) => {
  const answers = await sampled(t, '{"72":[0.45,3.8,0,12]}');
  for (const [index, amperes] of [0.45, 3.8, 0, 12].entries()) {
    const mv = answers[index]?.rms?.rmsMv ?? NaN;
    t.ok(Math.abs(mv - Math.hypot((amperes * 1_000) / 30, 1.2)) < 0.5 + amperes, `${mv} mV of ${amperes} A`);
  }
});

t.test('a converter that is silent, or a simulator that is gone, is an error of the bus', async (t) => {
  await t.rejects(sampled(t, '{}'), { code: 'source_unavailable', hint: /i2cdetect/ });
  const time = { nowMs: () => 0, sleep: () => undefined };
  const gone = sampleAds1115(request, { openBus: () => openClampsBus('/nowhere/clamps.json'), time });
  await t.rejects(gone, { code: 'source_unavailable', facts: { bus: 1 } });
});

t.test('the demo’s thread reads the clamps of its file', async (t) => {
  const clampsPath = join(t.testdir({}), 'clamps.json');
  writeFileSync(clampsPath, '{"72":[0.45,3.8,0,0]}');
  const clock = new SimulatedClock(0);
  const url = new URL('../../sim/demo-blocking-worker.ts', import.meta.url);
  const threads = new BlockingThreads({ clock, alarm: clock }, { url, data: { clampsPath } });
  t.teardown(async () => await threads.close());
  const short = { ...request, cycles: 1 };
  const answers = await threads.run<readonly Ads1115ChannelAnswer[]>(
    'ads1115.sample',
    short,
    new AbortController().signal,
  );
  t.same(
    answers.map(({ channel }) => channel),
    ['a0', 'a1', 'a2', 'a3'],
  );
  t.ok(
    answers.every(({ samples, crestMv, saturated }) => samples >= 30 && crestMv > 1_640 && saturated === 0),
  );
});
