import { chmodSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import t from 'tap';
import type { Test } from 'tap';
import type { LightPattern, StatusLight } from '../../gateway/core/status-light.ts';
import { createRealPrograms } from '../../gateway/system/real-programs.ts';
import { createRealStatusLight } from '../../gateway/system/real-status-light.ts';
import { ManualTime } from '../faces/manual-time.ts';

const programs = createRealPrograms(process.env);

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await wait(5);
}

interface LedScene {
  readonly folder: string;
  readonly time: ManualTime;
  readonly light: StatusLight;
  readonly file: (name: string) => string;
  /** The brightness each so many milliseconds. */
  readonly seen: (stepMs: number, count: number) => string;
}

const everything = 'none rc-feedback [mmc0] timer heartbeat default-on';

/** A folder as that of a LED. What the kernel does on a write of `trigger`, it does not. */
function ledScene(t: Test, { triggers = everything, without = [] as readonly string[] } = {}): LedScene {
  const folder = t.testdir({});
  const files = { trigger: triggers, brightness: '0', max_brightness: '255', delay_on: '', delay_off: '' };
  for (const [name, text] of Object.entries(files)) {
    if (!without.includes(name)) writeFileSync(join(folder, name), `${text}\n`);
  }
  const time = new ManualTime();
  const light = createRealStatusLight(folder, { programs, clock: time, alarm: time });
  const file = (name: string): string => readFileSync(join(folder, name), 'utf8');
  const seen = (stepMs: number, count: number): string =>
    Array.from({ length: count }, () => {
      const isOn = file('brightness') !== '0';
      time.pass(stepMs);
      return isOn ? '#' : '.';
    }).join('');
  return { folder, time, light, file, seen };
}

t.test('on and off are the LED’s own brightness, with nothing else driving it', (t) => {
  const { light, file, time } = ledScene(t);
  light.show('on');
  t.equal(file('trigger'), 'none');
  t.equal(file('brightness'), '255');
  light.show('off');
  t.equal(file('brightness'), '0');
  t.equal(light.problem(), undefined);
  t.equal(time.waiting, 0);
  t.end();
});

const even: readonly [LightPattern, string, string][] = [
  ['waiting', '1000', '1000'],
  ['busy', '250', '250'],
  ['identify', '60', '60'],
];

for (const [pattern, onMs, offMs] of even) {
  t.test(`${pattern} blinks by the kernel’s timer`, (t) => {
    const { light, file, time } = ledScene(t);
    light.show(pattern);
    t.equal(file('trigger'), 'timer');
    t.equal(file('delay_on'), onMs);
    t.equal(file('delay_off'), offMs);
    t.equal(time.waiting, 0, 'and costs the gateway nothing');
    t.end();
  });
}

t.test('failed is two short flashes, by the gateway', (t) => {
  const { light, file, seen, time } = ledScene(t);
  light.show('failed');
  t.equal(file('trigger'), 'none');
  t.equal(seen(50, 30), '##...##.......................');
  t.equal(seen(50, 7), '##...##');
  light.show('off');
  t.equal(time.waiting, 0);
  t.equal(file('brightness'), '0');
  t.end();
});

t.test('a kernel without the timer, or whose times are another user’s, is no reason to be dark', (t) => {
  for (const without of [{ triggers: 'none [mmc0]' }, { without: ['delay_on', 'delay_off'] }]) {
    const { light, file, seen } = ledScene(t, without);
    light.show('waiting');
    t.equal(file('trigger'), 'none');
    t.equal(seen(500, 8), '##..##..');
    t.equal(light.problem(), undefined);
    light.close();
  }
  t.end();
});

t.test('the same pattern again does not start anew', (t) => {
  const { light, seen } = ledScene(t, { triggers: 'none [mmc0]' });
  light.show('waiting');
  t.equal(seen(500, 3), '##.');
  light.show('waiting');
  t.equal(seen(500, 3), '.##');
  t.end();
});

t.test('what drove it before drives it again at the end', (t) => {
  const { light, file, time } = ledScene(t);
  light.show('failed');
  light.close();
  t.equal(file('trigger'), 'mmc0');
  t.equal(file('brightness'), '0');
  t.equal(time.waiting, 0);
  const driven = ledScene(t, { triggers: '[none] timer' });
  driven.light.show('busy');
  driven.light.close();
  t.equal(driven.file('trigger'), 'none');
  t.equal(driven.file('brightness'), '0');
  const untouched = ledScene(t);
  untouched.light.close();
  t.equal(untouched.file('trigger'), `${everything}\n`);
  t.end();
});

t.test('a LED that is not there is a problem, makes no files, and is lit when it comes', (t) => {
  const { folder, light, time, file } = ledScene(t, {
    without: ['trigger', 'brightness', 'max_brightness', 'delay_on', 'delay_off'],
  });
  light.show('on');
  t.match(light.problem(), { message: /ENOENT/, hint: /\/sys\/class\/leds/ });
  t.throws(() => file('brightness'));
  time.pass(29_999);
  writeFileSync(join(folder, 'trigger'), '[none] timer\n');
  writeFileSync(join(folder, 'brightness'), '0\n');
  writeFileSync(join(folder, 'max_brightness'), '1\n');
  t.ok(light.problem());
  time.pass(1);
  t.equal(light.problem(), undefined);
  t.equal(file('brightness'), '1');
  rmSync(join(folder, 'brightness'));
  light.show('failed');
  t.ok(light.problem());
  light.close();
  t.equal(time.waiting, 0);
  t.end();
});

t.test(
  'a LED that this user may not write says who must let him',
  process.getuid?.() === 0 ? { skip: 'root may write everything' } : {},
  (t) => {
    const { folder, light } = ledScene(t);
    chmodSync(join(folder, 'trigger'), 0o444);
    light.show('on');
    t.match(light.problem(), { message: /EACCES/, hint: /write trigger and brightness/ });
    t.end();
  },
);

/** A program that keeps what it was called with. */
function programScene(t: Test, rest = ''): { light: StatusLight; calls: () => readonly string[] } {
  const folder = t.testdir({});
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'light');
  writeFileSync(path, `#!/bin/sh\necho "$@" >> '${folder}/calls'\n${rest}\n`, { mode: 0o755 });
  const time = new ManualTime();
  const light = createRealStatusLight(path, { programs, clock: time, alarm: time });
  const calls = (): readonly string[] => {
    try {
      return readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n');
    } catch {
      return [];
    }
  };
  return { light, calls };
}

t.test('a program is called with each pattern once, and with off at the end', async (t) => {
  const { light, calls } = programScene(t);
  light.show('waiting');
  await until(() => calls().length === 1);
  light.show('waiting');
  light.show('busy');
  await until(() => calls().length === 2);
  light.close();
  await until(() => calls().length === 3);
  t.same(calls(), ['waiting', 'busy', 'off']);
  t.equal(light.problem(), undefined);
});

t.test('a slow program is called once at a time, and the last wish counts', async (t) => {
  const { light, calls } = programScene(t, 'exec sleep 0.1');
  for (const pattern of ['waiting', 'busy', 'failed', 'identify', 'on'] as const) light.show(pattern);
  await until(() => calls().length === 2);
  await wait(150);
  t.same(calls(), ['waiting', 'on']);
});

t.test('a program that fails, and one that is not there, are problems until one call succeeds', async (t) => {
  const { light, calls } = programScene(t, '[ "$1" = on ] || { echo "light: no lamp" >&2; exit 3; }');
  light.show('busy');
  await until(() => light.problem() !== undefined);
  t.match(light.problem(), { message: /does not show busy: no lamp$/ });
  light.show('on');
  await until(() => light.problem() === undefined);
  t.same(calls(), ['busy', 'on']);
  const time = new ManualTime();
  const missing = createRealStatusLight('/nowhere/light', { programs, clock: time, alarm: time });
  missing.show('on');
  await until(() => missing.problem() !== undefined);
  t.match(missing.problem(), { message: /ENOENT/, hint: /\/sys\/class\/leds/ });
});

t.test('a path that cannot be looked at is a problem, and stops nothing', async (t) => {
  const path = join(t.testdir({}), 'around');
  symlinkSync(path, path);
  const time = new ManualTime();
  const light = createRealStatusLight(path, { programs, clock: time, alarm: time });
  t.equal(light.problem(), undefined);
  light.show('on');
  await until(() => light.problem() !== undefined);
  t.match(light.problem(), { message: /does not show on/ });
});
