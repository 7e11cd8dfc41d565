import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { GatewayError } from '../../../gateway/core/errors.ts';
import type { JobOrder } from '../../../gateway/core/job-process.ts';
import type { OptionValues } from '../../../gateway/core/option-field.ts';
import { command } from '../../../gateway/io/switches/command.ts';
import type { PowerSwitch } from '../../../gateway/io/switches/switch.ts';
import { createRealAlarm } from '../../../gateway/system/real-alarm.ts';
import { realClock } from '../../../gateway/system/real-clock.ts';
import { createRealJobProcesses } from '../../../gateway/system/real-job-processes.ts';
import { switchPorts } from './switch-ports.ts';

const never = new AbortController().signal;

interface Bench {
  readonly orders: JobOrder[];
  /** A program of the shell; answers its path. */
  write(text: string): string;
  path(name: string): string;
  open(options: OptionValues): PowerSwitch;
}

function bench(t: Test): Bench {
  const directory = mkdtempSync(join(tmpdir(), 'egw-command-'));
  t.teardown(() => rmSync(directory, { recursive: true, force: true }));
  chmodSync(directory, 0o755);
  const real = createRealJobProcesses({
    ...{ clock: realClock, alarm: createRealAlarm(realClock), hiddenPaths: [], sandbox: 'off' },
    newKey: () => 'trial-of-switches',
    ...(process.getuid?.() === 0 && { user: 'root' }),
  });
  const orders: JobOrder[] = [];
  const processes: typeof real = {
    sandbox: async () => await real.sandbox(),
    tryFolder: async (place) => await real.tryFolder(place),
    sweep: async (keys) => await real.sweep(keys),
    start: (order) => {
      orders.push(order);
      return real.start(order);
    },
  };
  const path = (name: string): string => join(directory, name);
  return {
    orders,
    path,
    write: (text) => {
      const script = path(`program-${orders.length}-${text.length}.sh`);
      writeFileSync(script, `#!/bin/sh\n${text}\n`);
      chmodSync(script, 0o755);
      return script;
    },
    open: (options) => command.open(options, switchPorts(t, { processes })),
  };
}

async function failure(doing: Promise<unknown>): Promise<GatewayError> {
  const error: unknown = await doing.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof GatewayError)) throw new Error('it did not fail as it should');
  return error;
}

t.test('a program is run as it is written, without a shell between', async (t) => {
  const { write, path, open, orders } = bench(t);
  const script = write(`printf '%s|' "$@" > '${path('words')}'`);
  const power = open({
    on: [script, 'a b', '$HOME', '; touch x'],
    user: process.getuid?.() === 0 ? 'root' : undefined,
  });
  await power.turn('on', never);
  t.ok(existsSync(path('words')));
  t.match(orders[0], { argv: [script, 'a b', '$HOME', '; touch x'], cwd: '/', hasNetwork: true });
  t.same(Object.keys(orders[0]?.environment ?? {}), ['PATH'], 'secrets of ours are not among it');
});

t.test('what it can be told is what has a program', (t) => {
  const { open } = bench(t);
  t.same(command.positions({ on: ['/bin/true'] }), ['on']);
  t.same(command.positions({ on: ['/bin/true'], off: ['/bin/true'] }), ['on', 'off']);
  t.throws(() => open({ position: ['/bin/true'] }), { code: 'config_invalid', facts: { option: 'on' } });
  t.throws(() => open({ on: [] }), { code: 'config_invalid' });
  t.end();
});

t.test('the last line of the position counts', async (t) => {
  const { write, open } = bench(t);
  const table = [
    ['echo on', 'on'],
    ['echo asking...; echo OFF; echo', 'off'],
    ['echo maybe', undefined],
    ['true', undefined],
  ] as const;
  for (const [text, wanted] of table)
    t.equal(await open({ on: ['/bin/true'], position: [write(text)] }).position(never), wanted, text);
  t.equal(await open({ on: ['/bin/true'] }).position(never), undefined);
});

t.test('a program that fails says why with its last line, without what it was told', async (t) => {
  const { write, open } = bench(t);
  const script = write('echo one; echo "no route to $1" >&2; exit 3');
  const error = await failure(open({ off: [script, 'geheim-0815'] }).turn('off', never));
  t.equal(error.code, 'switch_unavailable');
  t.match(error.message, /ended with 3: no route to …/);
  t.equal(error.facts['exitCode'], 3);
  t.equal(error.facts['isUnclear'], true, 'ssh ends so when the host goes down as it was told');
});

t.test('a program that says with 75 that it did nothing is run again soon', async (t) => {
  const { write, open } = bench(t);
  const { code, facts } = await failure(open({ off: [write('exit 75')] }).turn('off', never));
  t.equal(code, 'switch_unavailable');
  t.notOk(facts['isUnclear']);
});

t.test('what cannot be run is refused', async (t) => {
  const { write, path, open } = bench(t);
  writeFileSync(path('plain'), 'no program');
  for (const argv of [['/nowhere/program'], [path('plain')], [write('exec /nowhere/else')]]) {
    const { code, hint, facts } = await failure(open({ on: argv }).turn('on', never));
    t.equal(code, 'switch_refused', argv.join(' '));
    t.match(hint, /setting on/);
    t.notOk(facts['isUnclear']);
  }
});

t.test(
  'a program that does not end is ended, with all that it has started, and what it did is unclear',
  async (t) => {
    const { write, path, open } = bench(t);
    const script = write(
      `trap '' TERM; (sleep 600; touch '${path('late')}') & touch '${path('begun')}'; sleep 600`,
    );
    const power = open({ off: [script] });
    const controller = new AbortController();
    const failed = failure(power.turn('off', controller.signal));
    while (!existsSync(path('begun'))) await wait(5);
    controller.abort();
    const { code, facts, message } = await failed;
    t.equal(code, 'switch_unavailable');
    t.equal(facts['isUnclear'], true);
    t.match(message, /in time/);
  },
);

t.test('when it is closed none of its programs is left', async (t) => {
  const { write, path, open } = bench(t);
  const power = open({ off: [write(`touch '${path('begun')}'; sleep 600`)] });
  const failed = failure(power.turn('off', never));
  while (!existsSync(path('begun'))) await wait(5);
  await power.close();
  const { code, facts } = await failed;
  t.equal(code, 'switch_unavailable');
  t.equal(facts['isUnclear'], true);
});
