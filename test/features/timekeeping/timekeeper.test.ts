import t from 'tap';
import { Timekeeper } from '../../../gateway/features/timekeeping/timekeeper.ts';
import { SimulatedClock } from '../../../sim/simulated-clock.ts';

const startMs = Date.UTC(2026, 5, 1);
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const yearMs = 365 * 24 * hourMs;

function timekeeper(newestMs: number | undefined = startMs - hourMs) {
  const clock = new SimulatedClock(startMs);
  const time = new Timekeeper(clock);
  return { clock, time, start: () => time.start({ newestMs }) };
}

t.test('before it has begun to judge, it says what the machine says', (t) => {
  const { clock, time } = timekeeper();
  clock.stepWall(-50 * yearMs);
  t.equal(time.wall(), clock.wall());
  t.equal(time.state, 'trusted');
  t.end();
});

t.test('while the clock is believed, its time is the machine’s to the millisecond', async (t) => {
  const { clock, time, start } = timekeeper();
  start();
  for (const byMs of [0, 3, -250, 9 * minuteMs, -9 * minuteMs]) {
    clock.stepWall(byMs);
    time.look();
    await clock.advance(1_234);
    t.equal(time.wall(), clock.wall());
    t.same(time.stamp(), { basis: 'wall', atMs: clock.wall() });
  }
  t.same(time.takeChanges(), []);
});

t.test('a step is seen by the first who asks for the time, without a look', async (t) => {
  const { clock, time, start } = timekeeper();
  start();
  await clock.advance(10_000);
  clock.isSynchronized = false;
  clock.stepWall(10 * yearMs);
  t.same(time.stamp(), { basis: 'steady', atMs: 10_000 });
  t.equal(time.wall(), startMs + 10_000, 'it goes on as before');
  await clock.advance(5_000);
  t.equal(time.wall(), startMs + 15_000);
  clock.stepWall(-10 * yearMs);
  time.look();
  t.same(time.stamp(), { basis: 'wall', atMs: startMs + 15_000 });
  t.match(time.takeChanges(), [{ to: 'stepped' }, { from: 'stepped', to: 'trusted', input: 'returned' }]);
  t.same(time.takeChanges(), [], 'told once');
});

t.test('a step that the time service made is followed at once', (t) => {
  const { clock, time, start } = timekeeper();
  start();
  clock.stepWall(2 * hourMs);
  t.same(time.stamp(), { basis: 'wall', atMs: startMs + 2 * hourMs });
  t.match(time.takeChanges(), [{ fromMs: startMs, toMs: startMs + 2 * hourMs, input: 'believed' }]);
  t.end();
});

t.test('sleep is no step', async (t) => {
  const { clock, time, start } = timekeeper();
  start();
  clock.isSynchronized = false;
  await clock.advance(minuteMs);
  clock.suspend(8 * hourMs);
  t.same(time.stamp(), { basis: 'wall', atMs: startMs + minuteMs + 8 * hourMs });
  t.same(time.takeChanges(), []);
});

t.test('sleep counts for readings that wait, too', async (t) => {
  const { clock, time, start } = timekeeper();
  clock.isSynchronized = false;
  clock.restartMachine(0);
  start();
  await clock.advance(minuteMs);
  clock.suspend(hourMs);
  t.same(time.stamp(), { basis: 'steady', atMs: minuteMs + hourMs });
  clock.synchronize();
  time.look();
  t.equal(time.offsetMs, startMs, 'steady times and this make the time that it really was');
});

t.test(
  'a boot in 1970 goes on from the newest that is stored, and nobody’s word makes 1970 true',
  async (t) => {
    const { clock, time, start } = timekeeper();
    clock.isSynchronized = false;
    clock.restartMachine(0);
    start();
    t.equal(time.state, 'unset');
    await clock.advance(minuteMs);
    t.equal(time.wall(), startMs - hourMs + minuteMs);
    t.equal(time.believe(), false);
    clock.stepWall(startMs);
    t.equal(time.believe(), true);
    t.equal(time.wall(), startMs + minuteMs);
    t.match(time.takeChanges(), [{ from: 'unset', to: 'trusted', fromMs: undefined }]);
  },
);
