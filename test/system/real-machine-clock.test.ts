import { existsSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import t, { type Test } from 'tap';
import { createRealMachineClock } from '../../gateway/system/real-machine-clock.ts';
import { SimulatedClock } from '../../sim/simulated-clock.ts';

const startMs = Date.UTC(2026, 5, 1);

/** A machine that has the files. */
function machine(t: Test, files: Readonly<Record<string, string>>) {
  const root = t.testdir();
  const put = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  for (const [path, text] of Object.entries(files)) put(path, text);
  const clock = new SimulatedClock(startMs);
  return { root, put, clock, machineClock: createRealMachineClock(clock, root) };
}

const started = { 'proc/uptime': '3600.50 7000.00\n', 'proc/sys/kernel/random/boot_id': 'start-1\n' };

t.test('steady time counts from the start of the machine, finer than its file', async (t) => {
  const { clock, put, machineClock } = machine(t, started);
  t.equal(machineClock.timeline, 'start-1');
  t.equal(machineClock.steady(), 3_600_500);
  await clock.advance(1_234);
  put('proc/uptime', '3601.73 7001.00\n');
  t.equal(machineClock.steady(), 3_601_734);
});

t.test('and goes on while the machine sleeps', async (t) => {
  const { clock, put, machineClock } = machine(t, started);
  await clock.advance(1_000);
  put('proc/uptime', '7201.50 7001.00\n');
  t.equal(machineClock.steady(), 7_201_500);
  await clock.advance(10);
  put('proc/uptime', 'gibberish');
  t.equal(machineClock.steady(), 7_201_510, 'a file that cannot be read changes nothing');
});

t.test('where the machine does not tell, a process has a timeline of its own', async (t) => {
  const { clock, machineClock } = machine(t, { 'proc/uptime': started['proc/uptime'] });
  const other = createRealMachineClock(clock, '/nowhere');
  await clock.advance(5);
  t.equal(machineClock.steady(), 5);
  t.not(machineClock.timeline, other.timeline);
  t.equal(machineClock.wall(), clock.wall());
  t.equal(machineClock.monotonic(), clock.monotonic());
});

t.test('the time service is silent until it has set the clock', (t) => {
  const { root, put, machineClock } = machine(t, started);
  t.same(machineClock.evidence(), {
    synchronizedMs: undefined,
    hardwareMs: undefined,
    hasTimeService: false,
  });
  mkdirSync(join(root, 'run/systemd/timesync'), { recursive: true });
  t.match(machineClock.evidence(), { synchronizedMs: undefined, hasTimeService: true });
  put('run/systemd/timesync/synchronized', '');
  utimesSync(join(root, 'run/systemd/timesync/synchronized'), startMs / 1_000, startMs / 1_000);
  t.match(machineClock.evidence(), { synchronizedMs: startMs, hasTimeService: true });
  t.end();
});

t.test('a clock with a battery is read where there is one', (t) => {
  const { put, machineClock } = machine(t, started);
  put('sys/class/rtc/rtc0/since_epoch', '1780272000\n');
  t.equal(machineClock.evidence().hardwareMs, 1_780_272_000_000);
  put('sys/class/rtc/rtc0/since_epoch', '');
  t.equal(machineClock.evidence().hardwareMs, undefined);
  t.end();
});

t.test('this machine has a steady clock', { skip: !existsSync('/proc/uptime') }, (t) => {
  const machineClock = createRealMachineClock(new SimulatedClock(startMs));
  const first = machineClock.steady();
  t.ok(first > 0);
  t.ok(machineClock.steady() >= first);
  t.end();
});
