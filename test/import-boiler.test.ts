import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { GatewayError } from '../gateway/core/errors.ts';
import { allCommands } from '../gateway/faces/commands/all.ts';
import { bindCommand, defineCommand, type BoundCommand } from '../gateway/features/command.ts';
import { HistoryIntake } from '../gateway/features/imports/history-intake.ts';
import { bindImportCommands } from '../gateway/features/imports/import-commands.ts';
import { Timekeeper } from '../gateway/features/timekeeping/timekeeper.ts';
import type { ImportDone } from '../gateway/import-views.ts';
import { runImportCommand } from '../gateway/import-command.ts';
import { DatabaseService } from '../gateway/storage/database-service.ts';
import { realClock } from '../gateway/system/real-clock.ts';
import { PelletBoiler } from '../modbus-sim/boiler/pellet-boiler.ts';
import { SimulatedClock } from '../sim/simulated-clock.ts';
import { createStubGateway } from './faces/stub-gateway.ts';
import { databaseIn, writeChaudiere, written, type ChaudiereRecord } from './io/imports/chaudiere-files.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const startMs = Date.UTC(2019, 0, 31, 5);
const hours = 3;
const stepMs = 20_000;
const rowsOfMinute = minuteMs / stepMs;

interface Home {
  readonly directory: string;
  readonly service: DatabaseService;
  /** What was to be computed again. */
  readonly recomputed: { readonly from: string; readonly to: string }[];
  import(...argv: string[]): Promise<ImportDone & { readonly dryRun: boolean }>;
  say(...argv: string[]): Promise<string>;
}

const anything = { type: 'object' } as const;

/** A command that answers otherwise than the stub gateway's. */
function answering(id: string, run: (input: unknown) => object): BoundCommand {
  const declared = allCommands.find((command) => command.id === id);
  if (declared === undefined) throw new RangeError(`there is no ${id}`);
  return bindCommand(
    defineCommand({ ...declared, output: anything, run: (_ports, input) => run(input) }),
    undefined,
  );
}

/** A gateway that watches a boiler by these inputs, or none. */
async function home(t: Test, inputs?: Readonly<Record<string, string>>): Promise<Home> {
  const nowMs = realClock.wall();
  const service = new DatabaseService({ directory: t.testdir(), zone: 'Europe/Paris', nowMs });
  const call = (name: keyof DatabaseService, ...given: unknown[]): Promise<never> =>
    Promise.resolve((service[name] as (...values: unknown[]) => never).apply(service, given));
  const intake = new HistoryIntake({
    clock: new Timekeeper(new SimulatedClock(nowMs)),
    store: { call },
    rawMsMax: 7 * 24 * hourMs,
  });
  const recomputed: { readonly from: string; readonly to: string }[] = [];
  const watched = Object.entries(inputs ?? {}).map(([input, configured]) => ({ input, configured }));
  const none = (): never => {
    throw new GatewayError('not_found', 'no boiler is configured');
  };
  const boiler = [
    answering('boiler.status', () => (inputs === undefined ? none() : { inputs: watched })),
    answering('boiler.recompute', (input) => {
      if (inputs === undefined) return none();
      const { from, to } = input as { readonly from: string; readonly to: string };
      recomputed.push({ from, to });
      // It stops after two hours each time, as if its time had run out.
      const toMs = Math.min(Number(to), Number(from) + 2 * hourMs);
      const minutes = (toMs - Number(from)) / minuteMs;
      return {
        fromMs: Number(from),
        toMs,
        minutes,
        changedMinutes: 3,
        notes: ['some'],
        changes: [],
        isDryRun: false,
      };
    }),
    answering('source.list', () => ({
      sources: [
        { id: 'boiler', kind: 'ds18b20' },
        { id: 'boiler-motors', kind: 'ads1115' },
      ],
    })),
  ];
  const gateway = await createStubGateway([...bindImportCommands({ intake }), ...boiler]);
  const directory = mkdtempSync(join(tmpdir(), 'egw-import-boiler-'));
  await gateway.rest.listenLocal(join(directory, 'egw.sock'));
  t.teardown(async () => {
    await gateway.rest.close();
    service.close();
    rmSync(directory, { recursive: true, force: true });
  });
  const say = async (...argv: string[]): Promise<string> => {
    let out = '';
    const code = await runImportCommand('chaudiere', {
      argv: argv.filter((text) => text !== '--json'),
      json: argv.includes('--json'),
      environment: { EGW_DATA_DIR: directory },
      io: {
        stdout: { write: (text) => (out += text) },
        stderr: { write: () => true },
        onInterrupt: () => () => undefined,
      },
    });
    t.equal(code, 0);
    return out;
  };
  return {
    ...{ directory, service, recomputed, say },
    import: async (...argv) => JSON.parse(await say('--json', '--zone', 'Europe/Paris', ...argv)) as never,
  };
}

/** Some hours of a boiler as chaudiere saw them, whose fire goes out. */
function winterMorning(): readonly ChaudiereRecord[] {
  const fault = { kind: 'fire-out', startMs: startMs + hourMs, endMs: startMs + 9 * hourMs } as const;
  const boiler = new PelletBoiler({ seed: 7, startMs, faults: [fault] });
  return Array.from({ length: (hours * hourMs) / stepMs }, (_, index) => {
    const atMs = startMs + index * stepMs;
    boiler.advanceTo(atMs);
    const { waterC, flueC, enclosureC, currents } = boiler.truth();
    const millivolts = (ampere: number): number => (ampere > 0 ? Math.floor(1_654 + ampere * 40) : 0);
    return {
      dt: written(atMs, 1),
      ...{ temp0: index % 100 === 9 ? -1 : waterC, temp1: flueC, temp2: enclosureC },
      ...{ watt0: millivolts(currents.secondaryFanA), watt1: millivolts(currents.igniterA) },
      ...{ watt2: millivolts(currents.primaryFanA), watt3: millivolts(currents.augerA) },
      ...{ phase: 10, change: 1 },
    };
  });
}

const inputs = {
  water: 'boiler/28-00000a69bebf',
  flue: 'boiler/28-00000a6c1d02/temperature_c',
  igniter: 'boiler-motors/a1',
  primaryFan: 'boiler-motors/a2/motor_mv',
  auger: 'plug-3/load_power_w',
  secondaryFan: 'plug-4',
};

t.test(
  'its history joins what the boiler is watched by, and the phases are computed to the end',
  async (t) => {
    const at = await home(t, inputs);
    const file = databaseIn(at.directory);
    writeChaudiere(file, 'Chaudiere', winterMorning());
    const dry = await at.import(file, '--dry-run');
    t.same([at.service.listSeries(), at.recomputed, dry.phases], [[], [], null]);
    const done = await at.import(file);
    t.equal(done.added, (7 * (hours * hourMs)) / stepMs - 6);
    t.equal(dry.added, done.added);
    const series = at.service.listSeries().map(({ device, quantity }) => `${device} ${quantity}`);
    t.same(series.sort(), [
      'boiler-motors/a1 motor_mv',
      'boiler-motors/a2 motor_mv',
      'boiler/28-00000a69bebf temperature_c',
      'boiler/28-00000a6c1d02 temperature_c',
      'boiler/auger motor_mv',
      'boiler/enclosure temperature_c',
      'boiler/secondaryFan motor_mv',
    ]);
    t.match(done.remarks, [/^secondaryFan is read otherwise now \(plug-4\)/, /^auger is read otherwise/]);
    const endMs = startMs + hours * hourMs - stepMs + minuteMs;
    t.equal(at.recomputed[0]?.from, String(startMs));
    t.ok(at.recomputed.every(({ to }) => to === String(endMs)));
    t.equal(at.recomputed.length, 2, 'it goes on where its time ran out');
    t.match(done.phases, { fromMs: startMs, toMs: endMs, changedMinutes: 6, notes: ['some'] });
  },
);

t.test('minutes are as if the gateway had been there, and again changes nothing', async (t) => {
  const at = await home(t, inputs);
  const file = databaseIn(at.directory);
  const records = winterMorning();
  writeChaudiere(file, 'Chaudiere', records);
  await at.import(file);
  const minutesOf = (device: string) => {
    const id = at.service.listSeries().find((one) => one.device === device)?.id ?? 0;
    return at.service.rollupRange(
      { series: id, fromMs: startMs, toMs: startMs + hours * hourMs, rowsMax: 1_000 },
      '1m',
    ).rows;
  };
  const water = minutesOf(inputs.water);
  t.equal(water.length, hours * 60);
  for (const [index, { mean, n }] of water.entries()) {
    const own = records
      .slice(index * rowsOfMinute, (index + 1) * rowsOfMinute)
      .flatMap(({ temp0 }) => (temp0 === -1 ? [] : [Number(temp0)]));
    t.ok(n === own.length && Math.abs((mean ?? 0) - own.reduce((sum, one) => sum + one, 0) / n) < 1e-9);
  }
  const isOn = minutesOf(inputs.igniter).map(({ max }) => (max ?? 0) > 0);
  const wasOn = isOn.map((_, index) =>
    records.slice(index * rowsOfMinute, (index + 1) * rowsOfMinute).some(({ watt1 }) => Number(watt1) > 0),
  );
  t.same(isOn, wasOn);
  const before = minutesOf(inputs.water);
  const again = await at.import(file);
  t.match(again, { added: 0, differing: 0, conflicting: 0 });
  t.same(minutesOf(inputs.water), before);
});

t.test('where no boiler is configured its history stands by itself, and says so', async (t) => {
  const at = await home(t);
  const file = databaseIn(at.directory);
  writeChaudiere(file, 'Chaudiere', winterMorning().slice(0, 20));
  const said = await at.say(file, '--zone', 'Europe/Paris', '--boiler', 'cellar');
  t.match(said, /\nwater: to cellar\/water temperature_c\n/);
  t.match(said, /\nigniter: to cellar\/igniter motor_mv\n/);
  t.match(said, /\nno boiler is configured/);
  t.notMatch(said, /rows, to|phases of/);
});
