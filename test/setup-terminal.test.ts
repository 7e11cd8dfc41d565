import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import t, { type Test } from 'tap';
import { SimulatedHome } from '../modbus-sim/home.ts';
import { HomewizardService } from '../modbus-sim/services/homewizard-service.ts';
import { ServiceServer } from '../modbus-sim/services/service-server.ts';

/** util-linux: a real terminal around a program. */
const script = '/usr/bin/script';
const skip = existsSync(script) ? false : `${script} is not there`;
const gateway = join(import.meta.dirname, '..', 'gateway');
const program = `
import { runCli } from ${JSON.stringify(pathToFileURL(join(gateway, 'faces', 'cli', 'main.ts')).href)};
const onInterrupt = () => () => undefined;
process.exitCode = await runCli({
  argv: process.argv.slice(2),
  environment: process.env,
  io: { stdout: process.stdout, stderr: process.stderr, onInterrupt },
  version: '1.2.3',
  loadProgram: () => import(${JSON.stringify(pathToFileURL(join(gateway, 'run.ts')).href)}),
});`;

/** `egw setup` on a terminal of its own; afterwards its exit code, and how it left the terminal. */
class TerminalSession {
  readonly child: ChildProcess;
  shown = '';
  #onShown: () => void = () => undefined;

  constructor(directory: string) {
    const file = join(directory, 'egw.mjs');
    writeFileSync(file, program);
    const command = `stty cols 44; '${process.execPath}' --no-warnings '${file}' setup; echo "code=$?"; stty -a`;
    this.child = spawn(script, ['-qec', command, '/dev/null'], {
      env: {
        PATH: process.env['PATH'],
        EGW_DATA_DIR: directory,
        TERM: 'xterm',
        SHELL: '/bin/sh',
        NO_COLOR: '1',
      },
      cwd: directory,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.shown += stripVTControlCharacters(text).replaceAll('\r', '');
      this.#onShown();
    });
  }

  /** When it has been shown. */
  async sees(pattern: RegExp): Promise<void> {
    while (!pattern.test(this.shown)) {
      const { promise, resolve } = Promise.withResolvers<undefined>();
      this.#onShown = () => resolve(undefined);
      const ended = once(this.child, 'close').then(() => 'ended' as const);
      if ((await Promise.race([promise, ended])) === 'ended' && !pattern.test(this.shown))
        throw new Error(`it ended without ${String(pattern)}:\n${this.shown}`);
    }
  }

  types(text: string): void {
    this.child.stdin?.write(text);
  }
}

async function home(t: Test): Promise<{ readonly directory: string; readonly meterUrl: string }> {
  const directory = mkdtempSync(join(tmpdir(), 'egw-terminal-'));
  t.teardown(() => rmSync(directory, { recursive: true }));
  writeFileSync(join(directory, 'egw.yaml'), 'network: { allowLoopbackDevices: true }\n');
  const service = new HomewizardService({
    home: new SimulatedHome({ seed: 3, startMs: Date.now() - 3_600_000 }),
    product: 'HWE-P1',
    zone: 'Europe/Paris',
  });
  const server = await ServiceServer.start({ service, nowMs: () => Date.now() });
  t.teardown(async () => await server.close());
  return { directory, meterUrl: server.url };
}

t.test(
  'on a terminal, what is typed ahead waits, is edited, and secrets are never shown',
  { skip },
  async (t) => {
    const { directory, meterUrl } = await home(t);
    writeFileSync(join(directory, '.env'), 'EVOHOME_USERNAME=me@example.org\n# kept\n');
    const session = new TerminalSession(directory);
    await session.sees(/ENERGY_API_URL: $/);
    // A line of it is 44 characters wide: the address is edited across its end.
    session.types(`${meterUrl}9\u007f\r1n\u007fm\r`);
    session.types('-\r\r12\u0015-3.5\r\r\rhidden#pä55\u007f\rk\r\r\r');
    await session.sees(/SEPARATE_DBS: $/);
    session.types('true\r');
    await session.sees(/code=0[^]*icanon/);
    t.match(session.shown, /The meter answers: \d+ W/);
    t.notMatch(session.shown, /hidden|pä5/);
    t.match(session.shown, /code=0[^]* icanon[^]* echo /, 'the terminal is as it was');
    t.equal(
      readFileSync(join(directory, '.env'), 'utf8'),
      `EVOHOME_USERNAME=me@example.org\n# kept\nENERGY_API_URL=${meterUrl}\nENERGY_INTERVAL=1m\nLATITUDE=-3.5\nEVOHOME_PASSWORD='hidden#pä5'\nSEPARATE_DBS=true\n`,
    );
  },
);

t.test('Ctrl-C ends it, and leaves the terminal as it was', { skip }, async (t) => {
  const { directory } = await home(t);
  const session = new TerminalSession(directory);
  await session.sees(/ENERGY_API_URL: $/);
  session.types('\r20s\r');
  await session.sees(/OPENWEATHER_API_KEY: $/);
  session.types('half of a se\u0003');
  await session.sees(/code=\d[^]*icanon/);
  t.match(session.shown, /Ended\.[^]*code=1\n[^]* icanon[^]* echo /);
  t.notMatch(session.shown, 'half');
  t.equal(readFileSync(join(directory, '.env'), 'utf8'), 'ENERGY_INTERVAL=20s\n');
});

t.test('a terminal that is closed ends it, and what was answered stays', { skip }, async (t) => {
  const { directory } = await home(t);
  const session = new TerminalSession(directory);
  await session.sees(/ENERGY_API_URL: $/);
  session.types('\r30s\r');
  await session.sees(/OPENWEATHER_API_KEY: $/);
  session.child.kill('SIGKILL');
  await once(session.child, 'close');
  t.equal(readFileSync(join(directory, '.env'), 'utf8'), 'ENERGY_INTERVAL=30s\n');
});
