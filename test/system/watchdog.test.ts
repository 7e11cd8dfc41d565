import { spawnSync } from 'node:child_process';
import t from 'tap';
import { judgeHealth, stallMsMax, unhealthyMsMax } from '../../gateway/system/watchdog.ts';
import type { WatchdogState } from '../../gateway/system/watchdog.ts';

const checkMs = 5_000;

t.test('looks in time and good health are well', (t) => {
  let state: WatchdogState = { lookedMs: 0, healthyMs: 0 };
  for (let nowMs = checkMs; nowMs < 3_600_000; nowMs += checkMs) {
    const judged = judgeHealth(state, nowMs, true);
    t.equal(judged.verdict, 'well');
    state = judged.state;
  }
  t.same(state, { lookedMs: 3_595_000, healthyMs: 3_595_000 });
  t.end();
});

t.test('a stall is noticed when it is longer than 30 s', (t) => {
  const state = { lookedMs: 0, healthyMs: 0 };
  t.equal(judgeHealth(state, stallMsMax + checkMs, true).verdict, 'well');
  t.equal(judgeHealth(state, stallMsMax + checkMs + 1, true).verdict, 'stalled');
  t.end();
});

t.test('only health that is lost all the time counts as lost', (t) => {
  let state: WatchdogState = { lookedMs: 0, healthyMs: 0 };
  const verdicts = new Map<number, string>();
  const firstLossMs = checkMs;
  const recoveredMs = 600_000;
  for (let nowMs = firstLossMs; nowMs <= recoveredMs + unhealthyMsMax + checkMs; nowMs += checkMs) {
    const judged = judgeHealth(state, nowMs, nowMs === recoveredMs);
    verdicts.set(nowMs, judged.verdict);
    state = judged.state;
  }
  t.equal(verdicts.get(recoveredMs + unhealthyMsMax), 'well');
  t.equal(verdicts.get(recoveredMs + unhealthyMsMax + checkMs), 'unhealthy');
  t.same(
    [...verdicts.values()].filter((verdict) => verdict !== 'well'),
    ['unhealthy'],
  );
  t.end();
});

t.test('it gives up once, by name, and keeps no process alive', (t) => {
  const module = new URL('../../gateway/system/watchdog.ts', import.meta.url).href;
  const script = `
    import { startWatchdog } from ${JSON.stringify(module)};
    let now = 0;
    let beat;
    const real = globalThis.setInterval;
    globalThis.setInterval = (callback) => { beat = callback; return real(() => {}, 1e6); };
    startWatchdog({ clock: { monotonic: () => now, wall: () => 0 }, isHealthy: () => false, giveUp: (why) => console.log(why) });
    for (now = 5_000; now <= ${unhealthyMsMax + checkMs}; now += 5_000) beat();
  `;
  const run = spawnSync(process.execPath, ['--no-warnings', '--input-type=module', '-e', script]);
  t.equal(run.stdout.toString(), 'health was lost for too long\n');
  t.equal(run.status, 0);
  t.end();
});
