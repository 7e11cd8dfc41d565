import assert from 'node:assert';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import modbusSerial from 'modbus-serial';
import t from 'tap';
import type { Test } from 'tap';

const main = join(import.meta.dirname, '../../modbus-sim/main.ts');

interface Started {
  readonly child: ChildProcess;
  readonly listening: Record<string, number>;
}

type Environment = Readonly<Record<string, string>>;

function run(t: Test, words: readonly string[], more: Environment = {}): ChildProcess {
  const child = spawn(process.execPath, ['--no-warnings', main, ...words], {
    env: { ...process.env, ...more },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  t.teardown(() => {
    child.kill('SIGKILL');
  });
  return child;
}

async function start(t: Test, words: readonly string[]): Promise<Started> {
  const child = run(t, words);
  assert(child.stdout !== null);
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  return { child, listening: (JSON.parse(line) as { listening: Record<string, number> }).listening };
}

/** Exit code and standard error of a run that should end by itself. */
async function fail(
  t: Test,
  words: readonly string[],
  more: Environment = {},
): Promise<{ code: number | null; complaint: string }> {
  const child = run(t, words, more);
  let complaint = '';
  child.stderr?.on('data', (chunk) => {
    complaint += String(chunk);
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, complaint };
}

t.test('it says where it listens, answers there, and ends well on SIGTERM', async (t) => {
  const { child, listening } = await start(t, ['--start', '2026-06-21T10:00:00Z', '--faults', 'random']);
  t.same(Object.keys(listening), ['inverter-1', 'inverter-2', 'meter-1']);
  const client = new modbusSerial.default();
  await client.connectTCP('127.0.0.1', { port: listening['inverter-2'] ?? 0 });
  client.setID(1);
  t.equal((await client.readHoldingRegisters(30_071, 1)).data[0], 2);
  child.kill('SIGTERM');
  t.same(await once(child, 'exit'), [0, null]);
  client.close(() => undefined);
});

t.test('a list of devices, repeated to twenty units behind one port', async (t) => {
  const list = 'sungrow-hybrid,huawei-sun2000,sdm630,sunspec-hybrid';
  const { listening } = await start(t, ['--devices', list, '--units', '20', '--faults', 'every']);
  // Five hybrids bring a meter each.
  t.equal(Object.keys(listening).length, 25);
  t.equal(new Set(Object.values(listening)).size, 1);
  const client = new modbusSerial.default();
  await client.connectTCP('127.0.0.1', { port: listening['inverter-1'] ?? 0 });
  for (const unitId of [4, 20, 204]) {
    client.setID(unitId);
    const { buffer } = await client.readHoldingRegisters(40_000, 2);
    t.equal(buffer.toString('latin1'), 'SunS', `unit ${unitId}`);
  }
  client.close(() => undefined);
});

t.test(
  'with --services it has a boiler room with the faults of the plan, whose folder goes with it',
  async (t) => {
    const plan = join(t.testdir(), 'faults.json');
    const faults = { boiler: [{ kind: 'probe-silent', probe: 'water', fromS: 0, untilS: 600 }] };
    writeFileSync(plan, JSON.stringify(faults));
    const child = run(t, ['--services', '--faults', plan]);
    assert(child.stdout !== null);
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
    const { services, clampsPath } = JSON.parse(line) as {
      readonly services: { readonly ds18b20: { readonly basePath: string } };
      readonly clampsPath: string;
    };
    const { basePath } = services.ds18b20;
    const said = (id: string): string => readFileSync(join(basePath, id, 'w1_slave'), 'utf8');
    t.equal(said('28-00000a69bebf'), '');
    t.match(said('28-00000a6c1d02'), / YES\n/);
    t.ok(existsSync(clampsPath));
    child.kill('SIGTERM');
    t.same(await once(child, 'exit'), [0, null]);
    t.notOk(existsSync(basePath));
    t.notOk(existsSync(clampsPath));

    const temporary = t.testdir({});
    const failed = await fail(t, ['--services', '--broker', 'mqtt://127.0.0.1:1'], { TMPDIR: temporary });
    t.equal(failed.code, 2);
    t.same(readdirSync(temporary), [], 'nor does it stay when the start fails');
  },
);

t.test('a list that is wrong gives one line and exit code 2', async (t) => {
  const wrong = await fail(t, ['--devices', 'toaster']);
  t.equal(wrong.code, 2);
  t.match(wrong.complaint, /^modbus-sim: --devices: no device kind "toaster"; there are [^\n]*\n$/);
});

t.test('SIGINT ends it as well', async (t) => {
  const { child } = await start(t, []);
  child.kill('SIGINT');
  t.same(await once(child, 'exit'), [0, null]);
});

t.test('with --with-parent it ends when its standard input closes', async (t) => {
  const { child } = await start(t, ['--with-parent']);
  child.stdin?.end();
  t.same(await once(child, 'exit'), [0, null]);
});

t.test('bad arguments, a bad fault file and a port in use give one line and exit code 2', async (t) => {
  t.same(await fail(t, ['--speed', 'fast']), {
    code: 2,
    complaint: 'modbus-sim: --speed must be a number from 0.001 to 100000, not "fast"\n',
  });
  const missing = await fail(t, ['--faults', '/nowhere/faults.json']);
  t.equal(missing.code, 2);
  t.match(missing.complaint, /^modbus-sim: --faults: cannot read the fault plan: ENOENT[^\n]*\n$/);

  t.match(await fail(t, ['--broker', 'mqtt://127.0.0.1:1']), {
    code: 2,
    complaint: /^modbus-sim: --broker: [^\n]+\n$/,
  });
  const path = join(t.testdir(), 'faults.json');
  writeFileSync(path, '{"meter-1":[{"kind":"silly"}]}');
  const silly = await fail(t, ['--faults', path]);
  t.equal(silly.code, 2);
  t.match(silly.complaint, /^modbus-sim: fault plan: meter-1\[0\]: "kind" must be one of [^\n]*\n$/);

  const { listening } = await start(t, []);
  const taken = await fail(t, ['--port-base', String(listening['inverter-1'])]);
  t.equal(taken.code, 2);
  t.match(taken.complaint, /^modbus-sim: cannot listen on 127\.0\.0\.1 port \d+: [^\n]*\n$/);
});
