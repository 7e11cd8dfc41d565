import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import type { OptionValues } from '../../../gateway/core/option-field.ts';
import { BlockingThreads } from '../../../gateway/io/sources/blocking-threads.ts';
import { ds18b20 } from '../../../gateway/io/sources/ds18b20.ts';
import type { SourceAnswer, SourcePorts, SourceReader } from '../../../gateway/io/sources/source.ts';
import { readW1, type W1Request } from '../../../gateway/io/sources/w1-reader.ts';
import { SimulatedClock } from '../../../sim/simulated-clock.ts';
import { SourceBench } from './source-bench.ts';
import { SimulatedW1Bus } from './simulated-w1-bus.ts';
import { w1Text } from './w1-text.ts';

const water = '28-00000a69bebf';
const flue = '28-00000a69bec0';
const never = new AbortController().signal;
const noService = { id: 'ds18b20', handle: () => ({ status: 404, body: '' }) };

function portsFor(work: SourcePorts['work']): { ports: SourcePorts; logged: readonly string[] } {
  const bench = new SourceBench(noService, 0);
  return { ports: { ...bench.ports, work }, logged: bench.warnings };
}

function sourceOn(
  bus: SimulatedW1Bus,
  options: OptionValues = {},
): { reader: SourceReader; logged: readonly string[] } {
  const run = async (_kind: string, request: unknown): Promise<never> =>
    readW1(request as W1Request, { files: bus, time: bus.time }) as never;
  const { ports, logged } = portsFor({ run });
  return { reader: ds18b20.open({ basePath: bus.basePath, sensors: [], ...options }, ports), logged };
}

/** `id temperature fault`, one a sensor. */
function told({ values, texts }: SourceAnswer): readonly string[] {
  return values.map(({ part = '', value, quality = 'good' }) => {
    const fault = texts.find((text) => text.part === part && text.quantity === 'sensor_fault')?.text ?? '';
    return `${part} ${value} ${quality} ${fault}`;
  });
}

t.test('sensors that vanish and return are told as they are', async (t) => {
  const bus = new SimulatedW1Bus();
  bus.add(flue, 80);
  const probe = bus.add(water, 0);
  const { reader } = sourceOn(bus);
  t.same(told(await reader.read(never)), [`${water} 0 good none`, `${flue} 80 good none`]);
  bus.probes.delete(water);
  t.same(told(await reader.read(never)), [`${water} NaN sensor_error absent`, `${flue} 80 good none`]);
  bus.probes.set(water, probe);
  t.same(told(await reader.read(never)), [`${water} 0 good none`, `${flue} 80 good none`]);
});

t.test('chosen sensors have names, whatever the case of their ids', async (t) => {
  const bus = new SimulatedW1Bus();
  bus.add(water, 62.5);
  bus.add(flue, 80);
  const { reader } = sourceOn(bus, { sensors: [`${water.toUpperCase()}=water=hot`] });
  const answer = await reader.read(never);
  t.same(told(answer), [`${water} 62.5 good none`]);
  t.match(answer.texts, [{ quantity: 'name', text: 'water=hot', part: water }]);
});

t.test('chosen sensors that are not there are sensor errors from the first reading on', async (t) => {
  const { reader } = sourceOn(new SimulatedW1Bus(), { sensors: [water] });
  t.same(told(await reader.read(never)), [`${water} NaN sensor_error absent`]);
});

t.test('a bus without any sensor is not available', async (t) => {
  const { reader } = sourceOn(new SimulatedW1Bus());
  await t.rejects(reader.read(never), { code: 'source_unavailable', hint: /pull-up/ });
});

t.test('a sensor that is there twice is refused', (t) => {
  const open = (): unknown => sourceOn(new SimulatedW1Bus(), { sensors: [water, `${water}=again`] });
  t.throws(open, { code: 'config_invalid', message: /twice/ });
  t.end();
});

t.test(
  'the resolution is written where it differs, and a clone that keeps its own is told once',
  async (t) => {
    const bus = new SimulatedW1Bus();
    bus.add(water, 20);
    bus.add(flue, 20, { isFixed: true });
    const { reader, logged } = sourceOn(bus, { resolutionBits: 10 });
    for (let reading = 0; reading < 5; reading += 1) await reader.read(never);
    t.equal(bus.probes.get(water)?.bits, 10);
    t.same(
      bus.log.filter((line) => line.includes('resolution')),
      [`${water}/resolution 10`, `${flue}/resolution 10`],
      'each once',
    );
    t.equal(logged.length, 1);
    t.match(logged[0], flue);
  },
);

t.test('85 °C out of nowhere is no temperature, after a rise it is', async (t) => {
  const bus = new SimulatedW1Bus();
  const probe = bus.add(water, 20);
  const { reader } = sourceOn(bus);
  await reader.read(never);
  probe.instead.push(...Array.from({ length: 3 }, () => w1Text({ units: 0x550, mark: 0x0c })));
  t.same(told(await reader.read(never)), [`${water} NaN sensor_error not_converted`]);
  probe.celsius = 80;
  await reader.read(never);
  probe.celsius = 85;
  const before = bus.log.length;
  t.same(told(await reader.read(never)), [`${water} 85 good none`]);
  t.equal(bus.log.length - before, 1, 'at the first try');
});

t.test('what a sensor said before it was gone speaks no longer for it', async (t) => {
  const bus = new SimulatedW1Bus();
  const probe = bus.add(water, 84);
  const { reader } = sourceOn(bus, { sensors: [water] });
  await reader.read(never);
  bus.probes.delete(water);
  await reader.read(never);
  bus.probes.set(water, probe);
  probe.instead.push(w1Text({ units: 0x550 }));
  probe.celsius = 20;
  t.same(told(await reader.read(never)), [`${water} 20 good none`], '85 °C is asked for again');
});

/** A tree as the kernel shows it: links to folders. */
function makeTree(basePath: string): void {
  for (const [id, units] of [
    [water, 0x3e8],
    [flue, 0],
  ] as const) {
    const device = join(basePath, '..', '..', '..', 'devices', 'w1_bus_master1', id);
    mkdirSync(device, { recursive: true });
    writeFileSync(join(device, 'w1_slave'), w1Text({ units }));
    writeFileSync(join(device, 'resolution'), '12\n');
    mkdirSync(basePath, { recursive: true });
    symlinkSync(device, join(basePath, id));
  }
}

t.test('a tree of files is read in a thread', async (t) => {
  const basePath = join(t.testdir(), 'sys', 'bus', 'w1', 'devices');
  makeTree(basePath);
  const clock = new SimulatedClock(0);
  const threads = new BlockingThreads({ clock, alarm: clock });
  t.teardown(async () => await threads.close());
  const reader = ds18b20.open({ basePath, sensors: [], resolutionBits: 12 }, portsFor(threads).ports);
  t.same(told(await reader.read(never)), [`${water} 62.5 good none`, `${flue} 0 good none`]);

  writeFileSync(join(basePath, flue, 'w1_slave'), '');
  t.same(told(await reader.read(never)), [`${water} 62.5 good none`, `${flue} NaN sensor_error no_answer`]);

  rmSync(join(basePath, flue));
  t.same(told(await reader.read(never)), [`${water} 62.5 good none`, `${flue} NaN sensor_error absent`]);

  await t.rejects(
    ds18b20.open({ basePath: join(basePath, 'gone'), sensors: [] }, portsFor(threads).ports).read(never),
    { code: 'source_unavailable', hint: /dtoverlay/, facts: { systemCode: 'ENOENT' } },
  );
});

const canMount = spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'none', '/sys/bus']).status === 0;

t.test(
  'the default folder is where the kernel has it',
  { skip: canMount ? false : 'SKIPPED: needs root and unshare -m, to mount a tree of its own over /sys/bus' },
  (t) => {
    const reader = join(import.meta.dirname, 'fixtures', 'w1', 'read-default.ts');
    const script = [
      'mount -t tmpfs none /sys/bus',
      `mkdir -p /sys/bus/w1/devices/${water}`,
      `printf '%s' "$TEXT" > /sys/bus/w1/devices/${water}/w1_slave`,
      `exec "$NODE" --no-warnings "${reader}"`,
    ].join(' && ');
    const env = { ...process.env, NODE: process.execPath, TEXT: w1Text({ units: 0x157 }) };
    const output = execFileSync('unshare', ['-m', 'sh', '-c', script], { env, encoding: 'utf8' });
    t.match(JSON.parse(output), [{ id: water, measurement: { celsius: 21.4375 }, tries: 1 }]);
    t.end();
  },
);
