import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import t from 'tap';
import type { Test } from 'tap';
import type { PushButton } from '../../gateway/core/push-button.ts';
import { createRealPrograms } from '../../gateway/system/real-programs.ts';
import { createRealPushButton } from '../../gateway/system/real-push-button.ts';
import { ManualTime } from '../faces/manual-time.ts';

const keyType = 1;
const syncType = 0;
const button = 0x100;

/** An event as a process of 64 or 32 bits reads it. */
function event({ type = keyType, code = button, value = 0, usec = 1, bits = 64 } = {}): Buffer {
  const timeBytes = bits / 4;
  const bytes = Buffer.alloc(timeBytes + 8);
  bytes.writeUInt32LE(1_767_225_600, 0);
  bytes.writeUInt32LE(usec, timeBytes / 2);
  bytes.writeUInt16LE(type, timeBytes);
  bytes.writeUInt16LE(code, timeBytes + 2);
  bytes.writeInt32LE(value, timeBytes + 4);
  return bytes;
}

const down = event({ value: 1 });
const up = event({ value: 0 });
const repeated = event({ value: 2 });
const synchronised = event({ type: syncType, code: 0 });
const dropped = event({ type: syncType, code: 3 });

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await wait(5);
}

interface Scene {
  readonly path: string;
  readonly time: ManualTime;
  readonly edges: readonly string[];
  readonly button: PushButton;
  /** Opens the pipe as a driver would, when the gateway has opened the other end. */
  readonly device: () => Promise<FileHandle>;
}

/** Of this run alone: folders of tap are those of whoever runs the same test. */
function ownFolder(t: Test): string {
  const folder = mkdtempSync(join(tmpdir(), 'egw-button-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A button at a pipe, which says what a test writes. */
function atPipe(t: Test, { arch = 'arm64', isThere = true } = {}): Scene {
  const path = join(ownFolder(t), 'event0');
  if (isThere) execFileSync('mkfifo', [path]);
  return sceneOf(t, path, { setting: path, arch, searchPath: process.env['PATH'] ?? '' });
}

function sceneOf(
  t: Test,
  path: string,
  { setting, arch, searchPath }: { setting: string; arch: string; searchPath: string },
): Scene {
  const time = new ManualTime();
  const edges: string[] = [];
  const pushButton = createRealPushButton(setting, {
    programs: createRealPrograms({ ...process.env, PATH: searchPath }),
    clock: time,
    alarm: time,
    arch,
  });
  pushButton.onEdge((edge, atMs) => edges.push(`${edge} ${atMs - 1_000_000}`));
  t.teardown(() => pushButton.close());
  return { path, time, edges, button: pushButton, device: () => open(path, 'w') };
}

t.test('an input device: presses and releases come once, with the time of the clock', async (t) => {
  const { device, edges, time, button } = atPipe(t);
  const pipe = await device();
  await pipe.write(Buffer.concat([down, synchronised]));
  await until(() => edges.length === 1);
  time.pass(500);
  await pipe.write(Buffer.concat([repeated, synchronised, repeated, synchronised, up, synchronised]));
  await until(() => edges.length === 2);
  t.same(edges, ['press 0', 'release 500']);
  t.equal(button.problem(), undefined);
  await pipe.close();
});

t.test('an input device of 32 bits has shorter events', async (t) => {
  const { device, edges } = atPipe(t, { arch: 'arm' });
  const pipe = await device();
  await pipe.write(Buffer.concat([event({ value: 1, bits: 32 }), event({ value: 0, bits: 32 })]));
  await until(() => edges.length === 2);
  t.same(edges, ['press 0', 'release 0']);
  await pipe.close();
});

t.test('an event in two pieces is one, and what is no key says nothing', async (t) => {
  const { device, edges } = atPipe(t);
  const pipe = await device();
  await pipe.write(event({ type: 5, code: 0, value: 1 }));
  await pipe.write(event({ code: 0x300, value: 1 }));
  await pipe.write(event({ value: 7 }));
  await pipe.write(down.subarray(0, 7));
  await wait(20);
  await pipe.write(Buffer.concat([down.subarray(7), up]));
  await until(() => edges.length === 2);
  t.same(edges, ['press 0', 'release 0']);
  await pipe.close();
});

t.test('two keys are one button, and it is up when the kernel lost count', async (t) => {
  const { device, edges } = atPipe(t);
  const pipe = await device();
  const other = { code: button + 1 };
  await pipe.write(Buffer.concat([down, event({ ...other, value: 1 }), up, event({ ...other, value: 0 })]));
  await until(() => edges.length === 2);
  await pipe.write(Buffer.concat([down, dropped]));
  await until(() => edges.length === 4);
  t.same(edges, ['press 0', 'release 0', 'press 0', 'release 0']);
  await pipe.close();
});

t.test(
  'a device that goes away while it is down was let go, and is opened again when it is back',
  async (t) => {
    const { device, edges, button, time } = atPipe(t);
    const pipe = await device();
    await pipe.write(down);
    await until(() => edges.length === 1);
    time.pass(1_000);
    await pipe.close();
    await until(() => button.problem() !== undefined);
    t.same(edges, ['press 0', 'release 1000']);
    t.match(button.problem(), { message: /event0 cannot be read: it ended$/, hint: /provisioning\.button/ });
    time.pass(2_000);
    const again = await device();
    await again.write(Buffer.concat([down, up]));
    await until(() => edges.length === 4);
    t.same(edges.slice(2), ['press 3000', 'release 3000']);
    t.equal(button.problem(), undefined);
    await again.close();
  },
);

t.test('a device that is not there is looked for again, less and less often', async (t) => {
  const { path, button, time, edges, device } = atPipe(t, { isThere: false });
  await until(() => button.problem() !== undefined);
  t.match(button.problem(), { message: /No such file or directory/, hint: /ls -l \/dev\/input/ });
  for (const waitMs of [2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]) {
    const before = button.problem();
    time.pass(waitMs - 1);
    t.equal(button.problem(), before, `not before ${waitMs} ms`);
    t.equal(time.waiting, 1);
    time.pass(1);
    await until(() => button.problem() !== before);
  }
  execFileSync('mkfifo', [path]);
  time.pass(60_000);
  const pipe = await device();
  await pipe.write(Buffer.concat([down, up]));
  await until(() => edges.length === 2);
  t.equal(button.problem(), undefined);
  await pipe.close();
});

t.test('bytes that are no events press nothing, and are told', async (t) => {
  const { device, edges, button } = atPipe(t);
  const pipe = await device();
  await pipe.write(Buffer.alloc(24 * 40, 0xa5)).catch(() => undefined);
  await until(() => button.problem() !== undefined);
  t.match(button.problem(), { message: /what it says are no presses/ });
  t.same(edges, []);
  await pipe.close();
});

t.test('random bytes never throw, and never leave the button down', async (t) => {
  const { device, edges, button } = atPipe(t);
  const pipe = await device();
  let seed = 7;
  const bytes = Buffer.from(
    Array.from({ length: 4_800 }, () => (seed = (seed * 48_271) % 2_147_483_647) & 0xff),
  );
  await pipe.write(Buffer.concat([down, bytes])).catch(() => undefined);
  await pipe.close().catch(() => undefined);
  await until(() => button.problem() !== undefined);
  t.same(edges, ['press 0', 'release 0']);
});

t.test('a stop ends the program that reads, also before anything was read', async (t) => {
  const { path, device, button, time } = atPipe(t);
  const pipe = await device();
  const reader = (): string =>
    execFileSync('sh', ['-c', `ps -eo args | grep -F -- '-w24 ${path}' | grep -v grep || true`]).toString();
  t.match(reader(), /^od /);
  button.close();
  await until(() => reader() === '');
  t.equal(time.waiting, 0);
  await pipe.close().catch(() => undefined);
});

/** A folder with a `gpiomon` in it, which tells this version and then does as it is told. */
function folderOf(t: Test, version: string, rest: string): string {
  const folder = ownFolder(t);
  const tellVersion = `if [ "$1" = --version ]; then printf '%s\\n' '${version}'; exit 0; fi`;
  writeFileSync(join(folder, 'gpiomon'), `#!/bin/sh\n${tellVersion}\n${rest}\n`, { mode: 0o755 });
  return folder;
}

const gpioScene = (t: Test, folder: string): Scene =>
  sceneOf(t, join(folder, 'line'), {
    setting: 'gpiochip0/17',
    arch: 'arm64',
    searchPath: `${folder}:${process.env['PATH'] ?? ''}`,
  });

/** A `gpiomon` of this version, which says what comes through a pipe. */
function atLine(t: Test, version: string): Scene {
  const folder = folderOf(t, version, `cd "$(dirname "$0")"; echo "$@" > args; exec cat line`);
  execFileSync('mkfifo', [join(folder, 'line')]);
  return gpioScene(t, folder);
}

const told = (path: string): string => readFileSync(join(path, '../args'), 'utf8').trim();

const versions = [
  {
    version: 'gpiomon (libgpiod) v1.6.3',
    args: '--active-low --bias=pull-up --line-buffered --format=%e gpiochip0 17',
    press: '1\n',
    release: '0\n',
  },
  {
    version: 'gpiomon (libgpiod) v1.4.1',
    args: '--active-low --line-buffered --format=%e gpiochip0 17',
    press: '1\n',
    release: '0\n',
  },
  {
    version: 'gpiomon (libgpiod) v2.2.1',
    args: '--active-low --bias=pull-up --debounce-period=5ms --format=%e --chip gpiochip0 17',
    press: '1\n',
    release: '2\n',
  },
];

for (const { version, args, press, release } of versions) {
  t.test(`a GPIO line by ${version}`, async (t) => {
    const { path, device, edges, button, time } = atLine(t, version);
    const pipe = await device();
    t.equal(told(path), args);
    await pipe.write(press);
    await until(() => edges.length === 1);
    time.pass(3_000);
    await pipe.write(release + press);
    await until(() => edges.length === 3);
    t.same(edges, ['press 0', 'release 3000', 'press 3000']);
    t.equal(button.problem(), undefined);
    await pipe.close();
    await until(() => button.problem() !== undefined);
    t.equal(edges.length, 4, 'a line that went away was let go');
  });
}

t.test('a gpiomon that says something else presses nothing', async (t) => {
  const { device, edges, button } = atLine(t, 'gpiomon (libgpiod) v2.2.1');
  const pipe = await device();
  await pipe.write('17\trising\tgpiochip0\n1\n2\n');
  await until(() => button.problem() !== undefined);
  t.same(edges, []);
  t.match(button.problem(), { message: /line 17 of gpiochip0 cannot be seen: what it says are no presses/ });
  await pipe.close().catch(() => undefined);
});

t.test('without gpiomon, and with one that is none, the problem says what to install', async (t) => {
  const missing = sceneOf(t, '', { setting: 'gpiochip0/17', arch: 'arm64', searchPath: ownFolder(t) });
  await until(() => missing.button.problem() !== undefined);
  t.match(missing.button.problem(), { message: /needs gpiomon, which is not installed/, hint: /gpiod/ });
  const odd = atLine(t, 'gpiomon, of somebody');
  await until(() => odd.button.problem() !== undefined);
  t.match(odd.button.problem(), { message: /does not tell its version/ });
  // It is installed while the gateway runs.
  const good = join(odd.path, '../gpiomon');
  const text = readFileSync(good, 'utf8').replace('gpiomon, of somebody', 'gpiomon (libgpiod) v2.2.1');
  writeFileSync(`${good}.new`, text, { mode: 0o755 });
  renameSync(`${good}.new`, good);
  odd.time.pass(2_000);
  const pipe = await odd.device();
  await pipe.write('1\n');
  await until(() => odd.edges.length === 1);
  await pipe.close();
});

t.test('complaints of the program become words that help', async (t) => {
  const complaints: readonly [string, RegExp, RegExp][] = [
    ['gpiomon: error waiting for events: No such file or directory', /No such file/, /gpiodetect/],
    ['gpiomon: error waiting for events: Permission denied', /Permission denied/, /group gpio/],
    ['gpiomon: unable to request lines on chip /dev/gpiochip0: Device or resource busy', /busy/, /gpioinfo/],
    ["gpiomon: cannot find chip 'gpiochip7'", /cannot find chip/, /gpiodetect/],
    ['', /ended with code 1/, /tried again/],
  ];
  for (const [complaint, message, hint] of complaints) {
    const say = complaint === '' ? 'true' : `echo "${complaint}" >&2`;
    const { button } = gpioScene(t, folderOf(t, 'gpiomon (libgpiod) v1.6.3', `${say}; exit 1`));
    await until(() => button.problem() !== undefined);
    t.match(button.problem(), { message, hint }, complaint);
    button.close();
  }
});

const realGpiomon = ['/usr/bin/gpiomon', '/usr/local/bin/gpiomon'].some((path) => {
  try {
    return readFileSync(path).length > 0;
  } catch {
    return false;
  }
});

t.test(
  'the gpiomon of this machine takes what it is told, and complains of the chip alone',
  realGpiomon ? {} : { skip: 'gpiomon is not installed (package gpiod)' },
  async (t) => {
    const setting = 'gpiochip77/17';
    const { button } = sceneOf(t, '', { setting, arch: 'arm64', searchPath: process.env['PATH'] ?? '' });
    await until(() => button.problem() !== undefined);
    t.match(button.problem(), { message: /No such file|cannot find chip/, hint: /gpiodetect/ });
  },
);
