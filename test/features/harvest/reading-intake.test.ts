import t from 'tap';
import { wallMs, monotonicMs } from '../../../gateway/core/clock.ts';
import { createLiveFeed } from '../../../gateway/core/live-feed.ts';
import { silentLogger } from '../../../gateway/core/logger.ts';
import { steadyMs, type TimeStamp } from '../../../gateway/core/machine-clock.ts';
import type { SeriesKey } from '../../../gateway/core/reading.ts';
import { LatestReadings } from '../../../gateway/features/harvest/latest-readings.ts';
import { ReadingBuffer } from '../../../gateway/features/harvest/reading-buffer.ts';
import { ReadingIntake, type IntakeValue } from '../../../gateway/features/harvest/reading-intake.ts';
import type { StorePort } from '../../../gateway/features/store-port.ts';

const nowMs = Date.UTC(2026, 2, 10, 12);
const hourMs = 3_600_000;

function intake() {
  const keys: SeriesKey[] = [];
  const store: StorePort<'internSeries' | 'addAuditLine'> = {
    call: async (_name, ...[asked]) =>
      ('principal' in asked ? 1 : asked.map((key) => keys.push(key))) as never,
  };
  const buffer = new ReadingBuffer();
  const feed = createLiveFeed();
  const latest = new LatestReadings(feed);
  const clock = {
    wall: () => wallMs(nowMs),
    monotonic: () => monotonicMs(5),
    steady: () => steadyMs(5),
    timeline: 'boot-1',
    stamp: (): TimeStamp => ({ basis: 'wall', atMs: nowMs }),
  };
  const taken = new ReadingIntake(
    'p1',
    { clock, logger: silentLogger, feed, store, buffer, latest },
    () => undefined,
  );
  return { taken, buffer, latest, keys };
}

function gas(value: number, atMs: number): IntakeValue {
  return { quantity: 'gas', value, quality: 'good', atMs };
}

t.test('a measurement is of its own time, and is kept once however often it is told', async (t) => {
  const { taken, buffer, latest } = intake();
  for (let poll = 0; poll < 3; poll += 1)
    await taken.take([gas(2_189.4, nowMs - hourMs)], { basis: 'wall', atMs: nowMs + poll * 1_000 });
  await taken.take([gas(2_189.6, nowMs)], { basis: 'wall', atMs: nowMs + 3_000 });
  const { atMs, value } = buffer.next()?.readings ?? {};
  t.same([...(atMs ?? [])], [nowMs - hourMs, nowMs]);
  t.same([...(value ?? [])], [2_189.4, 2_189.6]);
  t.match(latest.all(), [{ quantity: 'gas', atMs: nowMs, value: 2_189.6 }]);
  t.match(latest.allTold(), [{ quantity: 'gas', atMs: nowMs, toldMs: nowMs + 3_000 }]);
  await taken.take([gas(2_189.6, nowMs)], { basis: 'wall', atMs: nowMs + 60_000 });
  t.match(
    latest.allTold(),
    [{ atMs: nowMs, toldMs: nowMs + 60_000 }],
    'it was said again, and is not kept twice',
  );
});

t.test('a measurement that its source corrects is kept again', async (t) => {
  const { taken, buffer } = intake();
  await taken.take([gas(41, nowMs)], { basis: 'wall', atMs: nowMs });
  await taken.take([gas(44, nowMs)], { basis: 'wall', atMs: nowMs + 1 });
  const estimate: IntakeValue = { ...gas(44, nowMs), quality: 'estimated' };
  for (const told of [estimate, gas(44, nowMs), gas(44, nowMs)])
    await taken.take([told], { basis: 'wall', atMs: nowMs + 2 });
  t.same(
    [...(buffer.next()?.readings.value ?? [])],
    [41, 44, 44, 44],
    'also when only its quality is another',
  );
});

t.test('a time that a source tells is believed while our own clock is not', async (t) => {
  const { taken, buffer } = intake();
  const power: IntakeValue = { quantity: 'grid_power_w', value: 1, quality: 'good' };
  await taken.take([gas(41, nowMs), power], { basis: 'steady', atMs: 77 });
  const first = buffer.next();
  if (first !== undefined) buffer.acknowledge(first);
  const batches = [first, buffer.next()];
  t.same(
    batches.map((batch) => [batch?.basis, ...(batch?.readings.atMs ?? [])]),
    [
      ['wall', nowMs],
      ['steady', 77],
    ],
  );
});

t.test('any name may be a quantity; one without a first value has no series', async (t) => {
  const { taken, keys, buffer } = intake();
  const missing: IntakeValue = { quantity: 'never[0]', value: NaN, quality: 'missing' };
  await taken.take([{ quantity: 'a.b[2]', value: 3, quality: 'good' }, missing], {
    basis: 'wall',
    atMs: nowMs,
  });
  t.same(keys, [{ device: 'p1', quantity: 'a.b[2]' }]);
  t.equal(buffer.size, 1);
});

t.test('what came by itself some time ago is of then, whatever the clock is like', async (t) => {
  const { taken, buffer, latest } = intake();
  const told: IntakeValue = { quantity: 'load_power_w', value: 812, quality: 'good', ageMs: 4_000.4 };
  await taken.take([told], { basis: 'wall', atMs: nowMs });
  t.same([...(buffer.next()?.readings.atMs ?? [])], [nowMs - 4_000]);
  t.match(latest.all(), [{ atMs: nowMs - 4_000 }]);
  const untrusted = intake();
  await untrusted.taken.take([told], { basis: 'steady', atMs: 60_000 });
  t.match(untrusted.buffer.next(), { basis: 'steady', readings: { atMs: [56_000] } });
});
