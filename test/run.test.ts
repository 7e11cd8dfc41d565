import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import t, { type Test } from 'tap';
import { trialStartsMax } from '../gateway/config/choose-configuration.ts';
import { takeInstanceLock } from '../gateway/storage/instance-lock.ts';

// Programs start when they start: tap's own 30 s are too few on a busy machine.
t.setTimeout(300_000);

const main = join(import.meta.dirname, '..', 'gateway', 'main.ts');

interface Ended {
  readonly code: number | null;
  readonly lines: readonly string[];
}

/** A gateway of its own, on any port; `onLine` may signal it. */
async function run(
  directory: string,
  onLine: (line: string, signal: (name: NodeJS.Signals) => void) => void = () => undefined,
): Promise<Ended> {
  const child = spawn(process.execPath, ['--no-warnings', main], {
    env: {
      EGW_DATA_DIR: directory,
      EGW_PORT: '0',
      EGW_HOST: '127.0.0.1',
      EGW_LOG: 'json',
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  const ended = once(child, 'close');
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      onLine(line, (name) => child.kill(name));
    });
  }
  const [code] = (await ended) as [number | null];
  return { code, lines };
}

/** Outside of the repository, whose path may be too long for a socket's. */
function directoryWith(t: Test, config: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'egw-run-'));
  t.teardown(() => rmSync(directory, { recursive: true }));
  writeFileSync(join(directory, 'egw.yaml'), config);
  return directory;
}

t.test('a signal while it starts ends it in good order, and so do two', async (t) => {
  const { code, lines } = await run(directoryWith(t, '{}\n'), (line, signal) => {
    if (!line.includes('the gateway is running')) return;
    signal('SIGINT');
    signal('SIGTERM');
  });
  t.equal(code, 0, lines.join('\n'));
  t.match(lines.at(-1), /stopped/);
});

t.test('what it writes is its owner’s alone, also in a directory that anybody may read', async (t) => {
  const directory = directoryWith(t, '{}\n');
  chmodSync(directory, 0o755);
  const written = new Map<string, number>();
  const { code } = await run(directory, (line, signal) => {
    if (!line.includes('the gateway is running')) return;
    for (const name of readdirSync(directory)) written.set(name, statSync(join(directory, name)).mode);
    signal('SIGTERM');
  });
  t.equal(code, 0);
  written.delete('egw.yaml');
  t.ok(written.has('egw.db') && written.has('egw.db-wal'), [...written.keys()].join());
  const open = [...written].filter(([, mode]) => (mode & 0o077) !== 0).map(([name]) => name);
  t.same(open, []);
});

t.test('a data directory in use is not counted against a configuration on trial', async (t) => {
  const directory = directoryWith(t, 'site: { name: Barn }\n');
  const state = join(directory, 'last-good-config.json');
  const lastGood = { hash: 'of another file', text: '{}\n', promotedMs: 1 };
  writeFileSync(state, JSON.stringify({ formatVersion: 1, lastGood }));
  const lock = takeInstanceLock(directory);
  try {
    for (let start = 0; start < trialStartsMax + 1; start += 1) {
      t.match(await run(directory), { code: 6, lines: [/is in use by/] });
    }
  } finally {
    lock.release();
  }
  t.match(JSON.parse(readFileSync(state, 'utf8')), { lastGood, trial: { starts: 0 } });
});

t.test('a key that others may read ends the start, with what to do', async (t) => {
  // A button that is not there is looked for again and again: it must not keep a process whose start failed.
  const damaged = directoryWith(t, 'provisioning: { button: /dev/input/event99 }\n');
  writeFileSync(join(damaged, 'identity.pem'), 'not mine', { mode: 0o644 });
  chmodSync(join(damaged, 'identity.pem'), 0o644);
  const { code, lines } = await run(damaged);
  t.equal(code, 1);
  t.match(lines.at(-1), /identity\.pem may be used by others: its mode is 0644 \(chmod 600/);
  t.equal(readFileSync(join(damaged, 'identity.pem'), 'utf8'), 'not mine');
});
