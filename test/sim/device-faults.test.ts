import t from 'tap';
import type { FaultWindow } from '../../modbus-sim/fault-plan.ts';
import { live, patienceMs } from './live.ts';

t.setTimeout(patienceMs);
const startMs = Date.UTC(2026, 5, 21, 6);
const hourMs = 3_600_000;

t.test('without a bug and without a fault nothing is found', async (t) => {
  const { violations, polls } = await live(t, {
    seed: 3,
    days: 0.125,
    startMs,
    faults: {},
    restartsPerDay: 0,
  });
  t.same(violations, []);
  const beats = 3 * 360;
  for (const [device, count] of Object.entries(polls)) {
    t.ok(count >= beats + 1, `${device}: every beat, and the start`);
    t.ok(count <= beats + 100, `${device}: more only until it is known what the device lacks`);
  }
});

/** The first, second, third or fourth quarter of the hour: most of it. */
function window(quarter: number): { readonly startMs: number; readonly endMs: number } {
  const fromMs = startMs + (quarter * hourMs) / 4;
  return { startMs: fromMs + 0.04 * hourMs, endMs: fromMs + 0.19 * hourMs };
}

/** Two lives of an hour, in which all of it happens to the third device. */
const lives: readonly Readonly<Record<string, FaultWindow>>[] = [
  {
    killed: { kind: 'half-open', ...window(0) },
    silent: { kind: 'silent', ...window(1) },
    'refusing connections': { kind: 'refuse', ...window(2) },
    rebooting: { kind: 'reboot', ...window(3) },
  },
  {
    slow: { kind: 'slow', delayMs: 20_000, ...window(0) },
    'slow within its time-out': { kind: 'slow', delayMs: 400, ...window(1) },
    'answering garbage': { kind: 'garbage', ...window(2) },
    'answering exceptions': { kind: 'exception', code: 4, ...window(3) },
  },
];

for (const isShared of [false, true]) {
  const where = isShared ? 'on one connection with it' : 'on connections of their own';
  const options = {
    seed: 5,
    days: 1 / 24,
    startMs,
    periodMs: isShared ? 30_000 : 10_000,
    restartsPerDay: 0,
    isShared,
  };

  t.test(
    `with the third device killed, slow or babbling the other two, ${where}, keep every beat`,
    async (t) => {
      const healthy = await live(t, { ...options, faults: {} });
      const beats = hourMs / options.periodMs;
      t.ok(
        healthy.polls['inverter-1'] >= beats && healthy.polls['inverter-2'] >= beats,
        'every beat when all is well',
      );
      for (const life of lives) {
        const what = Object.keys(life).join(', ');
        const { violations, polls } = await live(t, {
          ...options,
          faults: { 'meter-1': Object.values(life) },
        });
        t.same(violations, [], `${what}: every invariant holds`);
        t.equal(polls['inverter-1'], healthy.polls['inverter-1'], `${what}: inverter-1 keeps every beat`);
        t.equal(polls['inverter-2'], healthy.polls['inverter-2'], `${what}: inverter-2 keeps every beat`);
      }
    },
  );
}
