import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import t, { type Test } from 'tap';

const root = join(import.meta.dirname, '../..');
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly scripts: Readonly<Record<string, string>>;
};
/** `npm start` as npm runs it, from the sources. */
const script = (scripts['start'] ?? '')
  .replace('node scripts/build.mjs && ', 'true && ')
  .replace('node dist/sim/start.js', '"$NODE" --no-warnings sim/start.ts');

function npmStart(t: Test, dataDirectory: string): ChildProcess {
  const child = spawn('sh', ['-c', script], {
    cwd: root,
    env: {
      PATH: process.env['PATH'],
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
      NODE: process.execPath,
      EGW_DATA_DIR: dataDirectory,
      EGW_PORT: '0',
      EGW_LOG: 'json',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  t.teardown(() => {
    try {
      process.kill(-(child.pid ?? 0), 'SIGKILL');
    } catch {
      // Its whole group has ended, as it should.
    }
  });
  return child;
}

/** Short, since a socket's path is: test directories may be too deep. */
function dataDirectory(t: Test): string {
  const path = mkdtempSync(join(tmpdir(), 'egw-'));
  t.teardown(() => rmSync(path, { recursive: true }));
  return path;
}

async function listening({ stdout }: ChildProcess): Promise<void> {
  for await (const line of createInterface({ input: stdout as NodeJS.ReadableStream })) {
    if (line.includes('"listening"')) return;
  }
}

/** Until something listens on the socket; without an end, as a test that fails here is ended by its runner. */
async function answers(path: string): Promise<void> {
  for (;;) {
    const socket = connect(path);
    const isThere = await Promise.race([
      once(socket, 'connect').then(() => true),
      once(socket, 'error').then(() => false),
    ]).catch(() => false);
    socket.destroy();
    if (isThere) return;
    await setTimeout(20);
  }
}

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  t.test(`${signal}, as npm passes it on, ends the gateway itself, even when it comes twice`, async (t) => {
    const child = npmStart(t, dataDirectory(t));
    const exited = once(child, 'exit');
    await listening(child);
    child.stdout?.resume();
    child.kill(signal);
    child.kill(signal);
    t.same(await exited, [0, null]);
    t.throws(() => process.kill(-(child.pid ?? 0), 0), { code: 'ESRCH' }, 'nothing of it runs on');
  });
}

t.test('the whole home is there: each device and each source answers', async (t) => {
  const child = npmStart(t, dataDirectory(t));
  const exited = once(child, 'exit');
  const sources = [
    'boiler',
    'boiler-motors',
    'colours',
    'fridge',
    'grid-carbon',
    'heating',
    'p1',
    'server-plug',
    'ups',
    'weather',
  ];
  const waitedFor = new Set(['inverter-1', 'inverter-2', 'meter-1', ...sources]);
  // Without an end, as a test that fails here is ended by its runner.
  for await (const line of createInterface({ input: child.stdout as NodeJS.ReadableStream })) {
    const { source, device, to } = (line.startsWith('{') ? JSON.parse(line) : {}) as Record<string, unknown>;
    if (to === 'up') waitedFor.delete(String(source ?? device));
    if (waitedFor.size === 0) break;
  }
  t.same([...waitedFor], []);
  child.stdout?.resume();
  child.kill('SIGTERM');
  t.same(await exited, [0, null]);
});

t.test('it goes on when nobody reads its log any more', async (t) => {
  const directory = dataDirectory(t);
  const child = npmStart(t, directory);
  const exited = once(child, 'exit');
  const said = text(child.stderr as NodeJS.ReadableStream & AsyncIterable<Buffer>);
  child.stdout?.once('data', () => child.stdout?.destroy());
  await answers(join(directory, 'egw.sock'));
  child.kill('SIGTERM');
  t.same(await exited, [0, null]);
  t.equal(await said, '');
});

t.test('a data directory that cannot be one is named in one line, with its exit code', async (t) => {
  const child = npmStart(t, join(t.testdir({ file: '' }), 'file'));
  const exited = once(child, 'exit');
  const said = await text(child.stderr as NodeJS.ReadableStream & AsyncIterable<Buffer>);
  t.same(await exited, [10, null]);
  t.match(said, /^egw: the file .*file.demo-faults.json cannot be written: .*\n$/);
});

t.test('who has answered egw setup gets the own home, and no simulated one', async (t) => {
  const directory = dataDirectory(t);
  writeFileSync(join(directory, '.env'), 'ENERGY_INTERVAL=1m\nEGW_STORAGE_POLICY=none\n', { mode: 0o600 });
  const child = npmStart(t, directory);
  const exited = once(child, 'exit');
  const said = await text(child.stderr as NodeJS.ReadableStream & AsyncIterable<Buffer>);
  t.same(await exited, [4, null]);
  t.match(said, /EGW_STORAGE_POLICY in .*\.env line 2: storage\.policy must be /);
});
