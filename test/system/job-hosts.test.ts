import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { monotonicMs, type Alarm } from '../../gateway/core/clock.ts';
import { readJobHost, type JobHost } from '../../gateway/system/job-host.ts';
import { createRealAlarm } from '../../gateway/system/real-alarm.ts';
import { realClock } from '../../gateway/system/real-clock.ts';
import { jobOrder, jobProcesses, runJob } from './job-trials.ts';

const host = readJobHost();

/** This machine without some of its programs. */
function without(...programs: readonly string[]): JobHost {
  return { ...host, find: (program) => (programs.includes(program) ? undefined : host.find(program)) };
}

t.test('a machine that lacks a program has the lesser form, and says why', async (t) => {
  for (const program of ['unshare', 'setpriv', 'prlimit', 'mount', 'mkdir', 'sleep']) {
    const processes = jobProcesses('full', { host: { ...without(program), hasProc: true } });
    t.same(await processes.sandbox(), { form: 'lesser', reason: `this machine lacks ${program}` });
  }
  const elsewhere = jobProcesses('full', { host: { ...host, hasProc: false } });
  t.same(await elsewhere.sandbox(), { form: 'lesser', reason: 'only Linux has namespaces' });
  const off = jobProcesses('lesser', { host });
  t.same(await off.sandbox(), { form: 'lesser', reason: 'it is switched off' });
});

t.test('what a sandbox ended with that cannot be made is the reason', async (t) => {
  // As a kernel that refuses: what is started instead says so.
  const refusing: JobHost = {
    ...host,
    hasProc: true,
    find: (program) => (program === 'unshare' ? '/bin/false' : (host.find(program) ?? '/bin/true')),
  };
  const facts = await jobProcesses('full', { host: refusing }).sandbox();
  t.same(facts, { form: 'lesser', reason: 'what was tried in it ended with 1' });
});

t.test('a sandbox whose trial hangs is given up', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'egw-hanging-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const hanging = join(folder, 'unshare');
  writeFileSync(hanging, '#!/bin/sh\nexec sleep 4721\n', { mode: 0o755 });
  const find = (program: string): string | undefined =>
    program === 'unshare' ? hanging : host.find(program);
  const alarm = createRealAlarm(realClock);
  // Half a minute is over at once.
  const hasty: Alarm = {
    ...alarm,
    at: (dueMs, act) => alarm.at(monotonicMs(Math.min(dueMs, realClock.monotonic() + 200)), act),
  };
  const processes = jobProcesses('full', { host: { ...host, hasProc: true, find }, alarm: hasty });
  t.same(await processes.sandbox(), { form: 'lesser', reason: 'what was tried in it ended with SIGKILL' });
});

t.test('without any program of util-linux a job runs all the same, as who it should', async (t) => {
  const bare = without('unshare', 'setpriv', 'prlimit', 'mkfifo', 'nice', 'ionice');
  const processes = jobProcesses('full', { host: bare });
  const line = 'echo out; echo "$A" >&2; id -u; (sleep 4720 &) ; exit 3';
  const end = await runJob(
    processes,
    jobOrder(['sh', '-c', line], { environment: { PATH: '/usr/bin:/bin', A: 'b' } }),
  );
  const user = process.getuid?.() === 0 ? 65_534 : process.getuid?.();
  t.match(end, { exitCode: 3, signal: null, problem: undefined, output: `out\nb\n${user}\n`, left: 0 });
  t.match(await runJob(processes, jobOrder(['no-such-program'])), { exitCode: 127 });
  const limited = await runJob(processes, jobOrder(['true'], { limits: { filesMax: 10 } }));
  t.match(limited, { exitCode: 126, problem: /its limits cannot be set/ });
});

t.test('a job that must not reach the network does not run where it could', async (t) => {
  const end = await runJob(jobProcesses('lesser'), jobOrder(['echo', 'hi'], { hasNetwork: false }));
  t.match(end, { exitCode: 126, output: '', problem: /must not reach the network/ });
});

t.test('where jobs are to be kept apart and cannot be, none starts', async (t) => {
  const processes = jobProcesses('full', { host: without('unshare'), sandbox: 'required' });
  const problem = 'jobs are to be kept apart, and cannot be: this machine lacks unshare';
  t.match(await runJob(processes, jobOrder(['true'])), { exitCode: 126, problem });
});
