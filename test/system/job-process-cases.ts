import { spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Test } from 'tap';
import { listProcesses } from '../../gateway/system/process-table.ts';
import { jobOrder, jobProcesses, marked, runJob, until, untilPrinted, type JobForm } from './job-trials.ts';

const isRoot = process.getuid?.() === 0;

/** What holds in either form. */
export async function testJobProcesses(t: Test, form: JobForm): Promise<void> {
  await testWords(t, form);
  await testEnds(t, form);
  await testSignals(t, form);
  await testLeftovers(t, form);
  await testOutput(t, form);
  await testLimits(t, form);
  await testRefused(t, form);
  await testKilledGateway(t, form);
}

async function testWords(t: Test, form: JobForm): Promise<void> {
  const processes = jobProcesses(form);

  await t.test('no shell reads the words of a job, and its environment is what it was given', async (t) => {
    const words = ['; id', '$(id)', '`id`', '*', "it's", 'a\nb', '--', '-x', '', 'ü'];
    const printed = await runJob(processes, jobOrder(['printf', '[%s]', ...words]));
    t.equal(printed.output, words.map((word) => `[${word}]`).join(''));
    const environment = { PATH: '/usr/bin', 'odd.name': 'a=b c', '-x': '1', LD_PRELOAD: '/nowhere.so' };
    const order = jobOrder(['env', '-0'], { environment });
    const { output } = await runJob(processes, order);
    const lines = output.split('\0').filter((line) => line !== '');
    const expected = [...Object.entries(environment), ['EGW_JOB_RUN', order.runKey]];
    t.same(
      lines.map((line) => line.slice(line.lastIndexOf('\n') + 1)).sort(),
      expected.map((entry) => entry.join('=')).sort(),
    );
  });

  await t.test('a program whose name is a setting, and one beside the job, are programs', async (t) => {
    const cwd = await openFolder(t);
    await writeFile(join(cwd, 'a=b'), '#!/bin/sh\necho "$0 $1 in $(pwd)"\n', { mode: 0o755 });
    const own = await runJob(processes, jobOrder(['./a=b', 'x'], { cwd }));
    t.match(own, { exitCode: 0, output: `./a=b x in ${cwd}\n`, problem: undefined });
    const found = await runJob(
      processes,
      jobOrder(['a=b', 'x'], { cwd, environment: { PATH: `/bin:${cwd}` } }),
    );
    t.match(found, { exitCode: 0, output: `${cwd}/a=b x in ${cwd}\n` });
  });

  await t.test('huge arguments reach it, and those that no program can get are a problem', async (t) => {
    const words = Array.from({ length: 500 }, () => 'x'.repeat(2_000));
    const huge = await runJob(processes, jobOrder(['sh', '-c', 'echo $# $5', 'sh', ...words]));
    t.equal(huge.output, `500 ${'x'.repeat(2_000)}\n`);
    const tooLong = await runJob(processes, jobOrder(['echo', 'x'.repeat(1_000_000)]));
    t.match(tooLong, { exitCode: 126, problem: /E2BIG/ });
  });
}

async function testEnds(t: Test, form: JobForm): Promise<void> {
  const processes = jobProcesses(form);

  await t.test('the end of a job is its exit code, or the signal that ended it', async (t) => {
    for (const exitCode of [0, 7, 143]) {
      const end = await runJob(processes, jobOrder(['sh', '-c', `exit ${exitCode}`]));
      t.match(end, { exitCode, signal: null, problem: undefined, left: 0 }, `exit ${exitCode}`);
    }
    for (const signal of ['KILL', 'SEGV']) {
      const end = await runJob(processes, jobOrder(['sh', '-c', `kill -${signal} $$`]));
      t.match(end, { exitCode: null, signal: `SIG${signal}`, problem: undefined, left: 0 }, signal);
    }
  });
}

async function testSignals(t: Test, form: JobForm): Promise<void> {
  const processes = jobProcesses(form);

  await t.test('all of it is asked to end, and ends', async (t) => {
    const line =
      'trap "wait; echo end >&2; exit 5" TERM; sh -c "trap \'echo too; exit\' TERM; echo go; sleep 60 & wait" & wait';
    const end = await runJob(processes, jobOrder(['sh', '-c', line]), async (job) => {
      await untilPrinted(job, 'go');
      job.terminate();
    });
    t.equal(end.exitCode, 5);
    t.match(end.output, /end/);
    t.match(end.output, /too/);
    t.equal(end.left, 0);
  });

  await t.test('one that is asked to end while it is being started ends', async (t) => {
    for (let turn = 0; turn < 3; turn += 1) {
      const end = await runJob(processes, jobOrder(['sleep', '60']), async (job) => {
        await Promise.resolve();
        job.terminate();
      });
      t.match(end, { exitCode: null, signal: 'SIGTERM', problem: undefined, left: 0 });
    }
  });

  await t.test('one that ignores being asked can be made to end', async (t) => {
    const line = 'trap "" TERM; sh -c "echo go; sleep 60; sleep 60" & wait; sleep 60';
    const end = await runJob(processes, jobOrder(['sh', '-c', line]), async (job) => {
      await untilPrinted(job, 'go');
      job.terminate();
      job.kill();
    });
    t.match(end, { exitCode: null, signal: 'SIGKILL', problem: undefined, left: 0 });
  });

  await t.test('one that is made to end before it began never runs', async (t) => {
    const end = await runJob(processes, jobOrder(['echo', 'hi']), (job) => job.kill());
    t.match(end, { exitCode: null, signal: 'SIGKILL', output: '', left: 0 });
    const later = await runJob(processes, jobOrder(['true']));
    t.equal(later.exitCode, 0);
  });

  await t.test(
    'a paused job takes no time of the processor until it goes on, and can be ended',
    async (t) => {
      const line = 'setsid sh -c "while :; do :; done" & echo go; while :; do :; done';
      const order = jobOrder(['sh', '-c', line]);
      const end = await runJob(processes, order, async (job) => {
        await untilPrinted(job, 'go');
        await until(async () => (await workers(order.runKey)).length === 2);
        job.pause();
        await until(async () => (await workers(order.runKey)).every(({ state }) => state === 'T'));
        const before = await workers(order.runKey);
        for (let look = 0; look < 20; look += 1) await workers(order.runKey);
        t.same(await workers(order.runKey), before, 'nothing has been computed');
        job.resume();
        await until(async () => ticks(await workers(order.runKey)) > ticks(before));
        job.pause();
        await until(async () => (await workers(order.runKey)).every(({ state }) => state === 'T'));
        job.terminate();
      });
      t.match(end, { signal: 'SIGTERM', left: 0 });
    },
  );
}

interface Worker {
  readonly state: string;
  readonly ticks: number;
}

/** The shells of a run that compute, as proc_pid_stat(5) tells of them: by what they were started with. */
async function workers(runKey: string): Promise<readonly Worker[]> {
  const found: Worker[] = [];
  for (const id of [...(await marked(runKey))].sort((a, b) => a - b)) {
    const command = await readFile(`/proc/${id}/cmdline`, 'latin1').catch(() => '');
    const stat = await readFile(`/proc/${id}/stat`, 'latin1').catch(() => '');
    const [state = '', ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (!/^sh\0-c\0(setsid|while)/.test(command)) continue;
    found.push({ state, ticks: Number(fields[10]) + Number(fields[11]) });
  }
  return found;
}

function ticks(all: readonly Worker[]): number {
  return all.reduce((sum, worker) => sum + worker.ticks, 0);
}

async function testLeftovers(t: Test, form: JobForm): Promise<void> {
  const processes = jobProcesses(form);

  await t.test('what a job leaves behind ends with it, whatever it did to get away', async (t) => {
    const ways = [
      'sleep 4711 &',
      'nohup sleep 4712 >/dev/null 2>&1 &',
      'setsid sleep 4713 &',
      '(setsid sh -c "sleep 4714 & sleep 4715" &)',
      'trap "" TERM HUP INT; (sleep 4716 &)',
    ];
    if (form === 'full')
      ways.push('(env -i setsid sleep 4717 &)', '(setsid env -i sh -c "sleep 4718 & sleep 4719" &)');
    const end = await runJob(processes, jobOrder(['sh', '-c', `${ways.join('\n')}\nsleep 0.2; echo done`]));
    t.match(end, { exitCode: 0, output: 'done\n', left: 0 });
    t.same(await commandsLike(/^sleep\x00471\d\x00/), []);
  });

  await t.test('nothing is left of what forks without end', async (t) => {
    const order = jobOrder(['sh', '-c', 'f() { f & f & }; f; sleep 0.3; echo done'], {
      limits: { processesMax: 20, cpuSeconds: 2 },
    });
    const end = await runJob(processes, order);
    t.equal(end.left, 0);
    t.match(end.output, /fork/i, 'it was told that there is no room');
  });
}

/** Command lines of all processes of the machine that look like that. */
async function commandsLike(pattern: RegExp): Promise<readonly string[]> {
  const found: string[] = [];
  for (const { id } of await listProcesses()) {
    const command = await readFile(`/proc/${id}/cmdline`, 'latin1').catch(() => '');
    if (pattern.test(command)) found.push(command);
  }
  return found;
}

async function testOutput(t: Test, form: JobForm): Promise<void> {
  const processes = jobProcesses(form);

  await t.test('both streams come in the order in which they were written', async (t) => {
    const line = 'for i in 1 2 3 4 5; do echo o$i; echo e$i >&2; done';
    const { output } = await runJob(processes, jobOrder(['sh', '-c', line]));
    t.equal(output, [1, 2, 3, 4, 5].map((i) => `o${i}\ne${i}\n`).join(''));
  });

  await t.test('it can open its own output by name', async (t) => {
    const line = 'echo one >/dev/stdout; echo two >/dev/stderr; echo three | tee /dev/stderr';
    const { output } = await runJob(processes, jobOrder(['sh', '-c', line]));
    t.equal(output, 'one\ntwo\nthree\nthree\n');
  });

  await t.test(
    'of a flood the end is kept and the rest counted, and the gateway is not held up',
    async (t) => {
      const end = await runJob(processes, jobOrder(['yes', 'flood']), async (job) => {
        await until(() => job.outputBytes > 1_000_000);
        job.kill();
      });
      t.ok(end.outputBytes > 1_000_000);
      t.ok(end.output.length <= 65_536);
      t.match(end.output, /^[flood]*\n(flood\n)+[flood]*$/);
      t.equal(end.left, 0);
    },
  );

  await t.test('what is no text is shown as what cannot be read', async (t) => {
    const end = await runJob(processes, jobOrder(['printf', String.raw`a\377\000\342\202z`]));
    t.equal(end.output, 'a\uFFFD\0\uFFFDz');
    t.equal(end.outputBytes, 6);
  });
}

async function testLimits(t: Test, form: JobForm): Promise<void> {
  const processes = jobProcesses(form);

  await t.test('limits hold', async (t) => {
    const cpu = await runJob(
      processes,
      jobOrder(['sh', '-c', 'while :; do :; done'], { limits: { cpuSeconds: 1 } }),
    );
    t.match(cpu, { exitCode: null, signal: 'SIGXCPU', left: 0 });
    const limits = { memoryBytes: 64_000_000, filesMax: 10, fileBytesMax: 512_000 };
    const shown = await runJob(
      processes,
      jobOrder(['sh', '-c', 'ulimit -v; ulimit -n; ulimit -f; ulimit -c'], { limits }),
    );
    t.equal(shown.output, '62500\n10\n1000\n0\n');
  });

  await t.test('it has no rights, cannot gain any, is the first to go, and gives way', async (t) => {
    const line =
      'grep -E "^(Cap(Prm|Eff)|NoNewPrivs)" /proc/self/status; nice; cat /proc/self/oom_score_adj; id -u';
    const { output } = await runJob(processes, jobOrder(['sh', '-c', line]));
    const none = '0'.repeat(16);
    const user = isRoot ? 65_534 : process.getuid?.();
    t.equal(output, `CapPrm:\t${none}\nCapEff:\t${none}\nNoNewPrivs:\t1\n10\n1000\n${user}\n`);
  });

  await t.test('a user that is not there, or not to be had, is a problem', async (t) => {
    const end = await runJob(processes, jobOrder(['true'], { user: 'nobody-at-all' }));
    t.match(end, { exitCode: 126, problem: /nobody-at-all/ });
  });
}

async function testRefused(t: Test, form: JobForm): Promise<void> {
  const processes = jobProcesses(form);
  const cwd = await openFolder(t);
  await writeFile(join(cwd, 'not-executable'), 'echo hi\n');
  await writeFile(join(cwd, 'bad-interpreter'), '#!/no/such/program\n', { mode: 0o755 });
  const cases = [
    [{ argv: ['no-such-program'] }, 127, 'there is no program no-such-program in /usr/bin:/bin'],
    [{ argv: ['./no-such-program'] }, 127, 'there is no program ./no-such-program'],
    [{ argv: ['./not-executable'] }, 126, `${cwd}/not-executable is no program that can be run`],
    [{ argv: ['/'] }, 126, '/ is no program that can be run'],
    [{ argv: ['./bad-interpreter'] }, 127, 'cannot run ./bad-interpreter: No such file or directory'],
    [{ argv: [] }, 126, 'no program is named'],
    [{ argv: ['echo', 'a\0b'] }, 126, /NUL/],
    [{ argv: ['echo'], environment: { A: 'a\0b' } }, 126, /NUL/],
    [{ argv: ['echo'], environment: { 'A=B': 'c' } }, 126, /“A=B” cannot be the name/],
    [{ argv: ['echo'], cwd: '/no/such/folder' }, 126, 'there is no folder /no/such/folder'],
    [{ argv: ['echo'], cwd: '/etc/passwd' }, 126, 'there is no folder /etc/passwd'],
    [{ argv: ['echo'], cwd: 'etc' }, 126, /not absolute/],
    [{ argv: ['echo'], cwd: `/${'x'.repeat(5_000)}` }, 126, /there is no folder/],
  ] as const;
  for (const [{ argv, ...more }, exitCode, problem] of cases) {
    await t.test(`what cannot be started says why: ${String(problem)}`, async (t) => {
      const end = await runJob(processes, jobOrder(argv, { cwd, ...more }));
      t.match(end, { exitCode, signal: null, problem, left: 0 });
    });
  }
  await t.test('a folder that the user of the job may not enter is a problem', async (t) => {
    await mkdir(join(cwd, 'below'), { mode: 0o777 });
    await chmod(cwd, isRoot ? 0o700 : 0);
    const end = await runJob(processes, jobOrder(['true'], { cwd }));
    const user = isRoot ? 'nobody' : userInfo().username;
    const problem = `the user ${user} cannot go into the folder ${cwd}`;
    t.match(end, { exitCode: 126, problem });
    t.equal(await processes.tryFolder({ cwd }), problem);
    t.type(await processes.tryFolder({ cwd: join(cwd, 'below') }), 'string');
    if (isRoot) t.equal(await processes.tryFolder({ cwd, user: 'root' }), undefined);
    await chmod(cwd, 0o755);
  });
  await t.test('whether a job can run in a folder is known beforehand', async (t) => {
    t.equal(await jobProcesses(form).tryFolder({ cwd }), undefined);
    t.equal(await processes.tryFolder({ cwd: '/no/such' }), 'there is no folder /no/such');
    const stranger = await processes.tryFolder({ cwd, user: 'nobody-at-all' });
    t.match(stranger, /nobody-at-all/);
    const own = jobProcesses(form, { hiddenPaths: [cwd] });
    t.equal(await own.tryFolder({ cwd }), `the folder ${cwd} is the gateway’s own`);
  });
}

async function testKilledGateway(t: Test, form: JobForm): Promise<void> {
  await t.test('a gateway that is killed leaves no process of a job for long', async (t) => {
    const order = jobOrder(['sh', '-c', 'trap "" TERM; (setsid sleep 300 &) ; echo go; sleep 300']);
    const holder = await startHolder(form, JSON.stringify(order));
    t.ok((await marked(order.runKey)).size >= 2);
    holder.kill('SIGKILL');
    if (form === 'full') await until(async () => (await marked(order.runKey)).size === 0);
    else t.ok((await jobProcesses(form).sweep([order.runKey])) >= 1);
    t.equal((await marked(order.runKey)).size, 0);
    t.equal(await jobProcesses(form).sweep([order.runKey]), 0);
    t.equal(await jobProcesses(form).sweep([]), 0);
  });
}

async function startHolder(form: JobForm, order: string): Promise<ReturnType<typeof spawn>> {
  const program = fileURLToPath(new URL('./job-holder.ts', import.meta.url));
  const holder = spawn(process.execPath, ['--no-warnings', program, form, order], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: holder.stdout })) if (line === 'started') break;
  return holder;
}

/** That others than root may enter. */
async function openFolder(t: Test): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'egw-open-'));
  t.teardown(async () => await rm(folder, { recursive: true, force: true }));
  await chmod(folder, 0o755);
  return folder;
}
