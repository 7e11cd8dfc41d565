import t, { type Test } from 'tap';
import { silentLogger } from '../../../gateway/core/logger.ts';
import { ClockCare } from '../../../gateway/features/timekeeping/clock-care.ts';
import { Timekeeper } from '../../../gateway/features/timekeeping/timekeeper.ts';
import { retentionOf, storageCare } from '../../../gateway/features/storage-care/storage-care.ts';
import type { ReadingBatch } from '../../../gateway/core/reading.ts';
import { openInProcessDatabase } from '../../../gateway/storage/index.ts';
import type { Database } from '../../../gateway/storage/store-calls.ts';
import { SimulatedClock } from '../../../sim/simulated-clock.ts';

const startMs = Date.UTC(2026, 5, 1);
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** The gateway's part that looks after the clock, over a real database; a run of the program ends with `again`. */
async function home(t: Test) {
  const directory = t.testdir();
  const clock = new SimulatedClock(startMs);
  const open = async (): Promise<Database> =>
    await openInProcessDatabase({ directory, zone: 'UTC', nowMs: startMs });
  return { clock, open };
}

type Home = Awaited<ReturnType<typeof home>>;

let boots = 0;

/** One run of the program. */
async function run({ clock, open }: Home) {
  const store = await open();
  const time = new Timekeeper(clock);
  const waiting = { steadyAdded: 0, steadyWaiting: 0 };
  const placed: number[] = [];
  const care = new ClockCare(
    { time, logger: silentLogger, store, waiting, placed: (offsetMs) => placed.push(offsetMs) },
    false,
  );
  await care.start();
  const [id = 0] = await store.call('internSeries', [{ device: 'meter', quantity: 'grid_power_w' }]);
  boots += 1;
  const bootId = `boot-${boots}`;
  let sequence = 0;
  return {
    store,
    time,
    care,
    placed,
    waiting,
    /** Reads and commits one value. */
    read: async (value: number) => {
      const { basis, atMs } = time.stamp();
      const batch: ReadingBatch = {
        series: Uint32Array.of(id),
        atMs: Float64Array.of(atMs),
        value: Float64Array.of(value),
        quality: Uint8Array.of(0),
      };
      sequence += 1;
      const timeline = basis === 'steady' ? time.timeline : undefined;
      await store.call('appendReadings', { bootId, sequence }, batch, timeline);
      if (basis === 'steady') waiting.steadyAdded += 1;
    },
    look: async () => {
      const { signal } = new AbortController();
      await care.watch().run({ clock, signal, logger: silentLogger, dueMs: clock.monotonic() });
    },
    rows: async () => {
      const range = { series: id, fromMs: 0, toMs: startMs * 2, rowsMax: 1_000 };
      const { rows } = await store.call('rawRange', range);
      return rows.map(({ atMs, value, quality }) => [atMs - startMs, value, quality]);
    },
    audit: async () => {
      const lines = await store.call('listAuditLines', { beforeMs: startMs * 2, rowsMax: 10 });
      return lines.map(({ action, detail }) => `${action}: ${detail}`);
    },
  };
}

t.test('readings of a boot in 1970 have their right times once the clock is set', async (t) => {
  const at = await home(t);
  at.clock.isSynchronized = false;
  at.clock.restartMachine(0);
  const first = await run(at);
  await at.clock.advance(minuteMs);
  await first.read(1);
  await first.look();
  t.same(await first.rows(), []);
  t.match(first.care.notes(), [
    { subject: 'clock', message: /the clock is not set: it says 1970-01-01T00:01:00Z/ },
  ]);
  await at.clock.advance(minuteMs);
  await first.read(2);
  at.clock.synchronize();
  await first.look();
  t.same(await first.rows(), [
    [minuteMs, 1, 'good'],
    [2 * minuteMs, 2, 'good'],
  ]);
  t.same(first.placed, [startMs]);
  t.same(first.care.notes(), []);
  t.same(await first.audit(), ['clock.set: not set → 2026-06-01T00:02:00Z']);
  await first.store.close();
});

t.test('so have those of a program that was started again meanwhile', async (t) => {
  const at = await home(t);
  at.clock.isSynchronized = false;
  at.clock.restartMachine(0);
  const first = await run(at);
  await at.clock.advance(minuteMs);
  await first.read(1);
  await first.store.close();
  const second = await run(at);
  await at.clock.advance(minuteMs);
  at.clock.synchronize();
  await second.look();
  t.same(await second.rows(), [[minuteMs, 1, 'good']]);
  await second.store.close();
});

t.test('and of a machine that lost its power after it knew the time and before they had it', async (t) => {
  const at = await home(t);
  at.clock.isSynchronized = false;
  at.clock.restartMachine(0);
  const first = await run(at);
  await at.clock.advance(minuteMs);
  await first.read(1);
  at.clock.synchronize();
  await first.look();
  // It comes in when the look is over: the next one would have placed it.
  at.clock.isSynchronized = false;
  at.clock.stepWall(-startMs);
  await first.read(2);
  await first.store.close();
  at.clock.restartMachine(startMs + hourMs);
  at.clock.isSynchronized = true;
  const second = await run(at);
  await second.look();
  t.same(await second.rows(), [
    [minuteMs, 1, 'good'],
    [minuteMs, 2, 'good'],
  ]);
  await second.store.close();
});

t.test('of a machine that never knew it, they stand before it started anew, and that is noted', async (t) => {
  const at = await home(t);
  at.clock.isSynchronized = false;
  at.clock.restartMachine(0);
  const first = await run(at);
  await first.read(1);
  await at.clock.advance(minuteMs);
  await first.read(2);
  await first.store.close();
  at.clock.restartMachine(startMs + hourMs);
  at.clock.isSynchronized = true;
  const second = await run(at);
  await second.look();
  t.same(await second.rows(), [
    [hourMs - minuteMs - 1, 1, 'estimated'],
    [hourMs - 1, 2, 'estimated'],
  ]);
  t.match(await second.store.call('listGaps', { beforeNumber: Infinity, rowsMax: 9 }), [
    { reason: 'clock', readings: 0 },
  ]);
  t.same(await second.audit(), ['clock.estimated: 2 readings, before 2026-06-01T01:00:00Z']);
  await second.store.close();
});

t.test('a step is told with both times, and what was read in doubt stands where it was read', async (t) => {
  const at = await home(t);
  const only = await run(at);
  await only.look();
  await at.clock.advance(minuteMs);
  await only.read(1);
  at.clock.isSynchronized = false;
  at.clock.stepWall(24 * hourMs);
  await only.read(2);
  await only.look();
  t.match(only.care.notes(), [
    { message: /set from 2026-06-01T00:01:00Z to 2026-06-02T00:01:00Z, and the time service has not set it/ },
  ]);
  await at.clock.advance(minuteMs);
  await only.read(3);
  t.equal((await only.rows()).length, 1);
  at.clock.stepWall(-24 * hourMs);
  await only.look();
  t.same(await only.rows(), [
    [minuteMs, 1, 'good'],
    [minuteMs, 2, 'good'],
    [2 * minuteMs, 3, 'good'],
  ]);
  t.same(await only.audit(), [], 'nothing came of it');
  at.clock.stepWall(2 * hourMs);
  at.clock.isSynchronized = true;
  await only.look();
  t.same(await only.audit(), ['clock.stepped: 2026-06-01T00:02:00Z → 2026-06-01T02:02:00Z']);
  await only.store.close();
});

t.test(
  'a reading that is still on its way when the time becomes known is placed with the next look',
  async (t) => {
    const at = await home(t);
    at.clock.isSynchronized = false;
    at.clock.restartMachine(0);
    const only = await run(at);
    only.waiting.steadyAdded = 1;
    only.waiting.steadyWaiting = 1;
    const late = only.read(7);
    at.clock.synchronize();
    await only.look();
    await late;
    only.waiting.steadyWaiting = 0;
    await only.look();
    t.same(await only.rows(), [[0, 7, 'good']]);
    const before = only.placed.length;
    await only.look();
    t.equal(only.placed.length, before, 'and then there is nothing more to do');
    await only.store.close();
  },
);

t.test('a program that is started again goes by the step that was believed last', async (t) => {
  const at = await home(t);
  const first = await run(at);
  await first.look();
  await at.clock.advance(minuteMs);
  at.clock.stepWall(24 * hourMs);
  await first.look();
  t.equal(first.time.state, 'trusted', 'the time service confirms it');
  await first.look();
  await first.store.close();
  at.clock.isSynchronized = false;
  const second = await run(at);
  t.equal(second.time.state, 'trusted', 'it is the same time as before, and no step');
  t.same(second.care.notes(), []);
  await second.store.close();
});

t.test('ten years ahead for a day delete nothing, and roll up and pack nothing too early', async (t) => {
  const at = await home(t);
  const only = await run(at);
  await only.look();
  await only.read(1);
  const care = storageCare(retentionOf({ rawDays: 1, minuteDays: 1, hourDays: 1, dayDays: 1 }), {
    clock: only.time,
    store: only.store,
  });
  const keepHouse = async () => {
    const { signal } = new AbortController();
    for (const task of care)
      await task.run({ clock: only.time, signal, logger: silentLogger, dueMs: at.clock.monotonic() });
  };
  at.clock.isSynchronized = false;
  at.clock.stepWall(3_653 * 24 * hourMs);
  for (let hour = 0; hour < 24; hour += 1) {
    await at.clock.advance(hourMs - 1);
    await only.look();
    await keepHouse();
  }
  at.clock.synchronize();
  await only.look();
  await keepHouse();
  t.same(await only.rows(), [[0, 1, 'good']]);
  const query = { series: 1, fromMs: 0, toMs: startMs * 2, rowsMax: 9 };
  t.match(await only.store.call('rollupRange', query, '1m'), { rows: [{ startMs, n: 1 }] });
  await only.store.close();
});
