/**
 * What it takes to start a job and to know that it has ended, in either form, beside a program that is merely spawned.
 * `node dist/bench/job-start.js [--jobs 50]`
 */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createRealAlarm } from '../gateway/system/real-alarm.ts';
import { realClock } from '../gateway/system/real-clock.ts';
import { createRealJobProcesses } from '../gateway/system/real-job-processes.ts';
import { median, numberArgument, print } from './measure.ts';

const jobs = numberArgument('jobs', 50);
const clock = realClock;
const alarm = createRealAlarm(clock);

async function timesOf(run: () => Promise<void>): Promise<number> {
  const times: number[] = [];
  for (let job = 0; job < jobs; job += 1) {
    const startedMs = clock.monotonic();
    await run();
    times.push(clock.monotonic() - startedMs);
  }
  return median(times);
}

async function runOne(sandbox: 'auto' | 'off'): Promise<number> {
  const processes = createRealJobProcesses({ clock, alarm, sandbox, hiddenPaths: [], newKey: randomUUID });
  const { form } = await processes.sandbox();
  const order = { argv: ['true'], cwd: '/', environment: {}, limits: {}, hasNetwork: true };
  const ms = await timesOf(async () => {
    await processes.start({ ...order, runKey: randomUUID() }).ended;
  });
  print(`job_start_to_end_${form}`, ms, 'ms');
  return ms;
}

const bareMs = await timesOf(async () => {
  await once(spawn('true', { stdio: 'ignore' }), 'close');
});
print('spawn_to_end', bareMs, 'ms');
const fullMs = await runOne('auto');
const lesserMs = await runOne('off');
print('job_full_to_spawn', fullMs / bareMs, 'ratio');
print('job_lesser_to_spawn', lesserMs / bareMs, 'ratio');
