import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { createStubGateway } from '../stub-gateway.ts';

/** Runs a program on a terminal of its own, sends it a key when it has shown a word, and says how that ended. */
const onTerminal = `
import fcntl, json, os, pty, re, struct, subprocess, sys, termios
word, key, argv = sys.argv[1], sys.argv[2], sys.argv[3:]
master, slave = pty.openpty()
fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack('HHHH', 24, 80, 0, 0))
before = termios.tcgetattr(slave)
def own():
    os.setsid()
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
child = subprocess.Popen(argv, stdin=slave, stdout=slave, stderr=slave, preexec_fn=own)
seen, is_sent = b'', False
while True:
    if not is_sent and word.encode() in seen:
        is_sent = True
        if key == 'TERM': child.terminate()
        else: os.write(master, b'\\x03')
    if child.poll() is not None: break
    import select
    if select.select([master], [], [], 0.05)[0]: seen += os.read(master, 65536)
while select.select([master], [], [], 0)[0]: seen += os.read(master, 65536)
print(json.dumps({'code': child.returncode, 'seen': seen.decode(), 'same': termios.tcgetattr(slave) == before}))
`;
const root = join(import.meta.dirname, '../../..');
const hasPython = spawnSync('python3', ['-c', 'import pty, termios, select']).status === 0;

interface Ended {
  readonly code: number;
  readonly seen: string;
  readonly same: boolean;
}

/** bin/egw beside the sources of this checkout, whatever has been built here. */
function checkout(t: Test): string {
  const directory = mkdtempSync(join(tmpdir(), 'egw-terminal-'));
  t.teardown(() => rmSync(directory, { recursive: true, force: true }));
  mkdirSync(join(directory, 'bin'));
  cpSync(join(root, 'bin/egw'), join(directory, 'bin/egw'));
  for (const name of ['gateway', 'node_modules', 'package.json'])
    symlinkSync(join(root, name), join(directory, name));
  return directory;
}

async function run(directory: string, word: string, key: string, argv: readonly string[]): Promise<Ended> {
  const egw = join(directory, 'bin/egw');
  // What a runner of tests puts there reads files without an ending as CommonJS.
  const node = ['env', '-u', 'NODE_OPTIONS', process.execPath, '--no-warnings'];
  const child = spawn('python3', ['-c', onTerminal, word, key, ...node, egw, ...argv], {
    env: { ...process.env, EGW_DATA_DIR: directory, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  for await (const part of child.stdout.setEncoding('utf8')) text += part as string;
  return JSON.parse(text) as Ended;
}

t.test(
  'on a real terminal watch draws on a screen of its own, and leaves everything as it was',
  { skip: !hasPython && 'python3 with pty is not here' },
  async (t) => {
    const directory = checkout(t);
    const gateway = await createStubGateway();
    t.teardown(() => gateway.rest.close());
    await gateway.rest.listenLocal(join(directory, 'egw.sock'));
    for (const key of ['INT', 'TERM']) {
      const { code, seen, same } = await run(directory, 'grid_power_w', key, ['watch']);
      t.equal(code, 0, key);
      t.ok(seen.startsWith('\u001b[?1049h'));
      t.match(seen, /inverter +grid_power_w +-1200 W/);
      t.match(seen, /\u001b\[\?7h\u001b\[\?25h\u001b\[\?1049l$/);
      t.ok(same, 'the settings of the terminal are those from before');
    }
  },
);
