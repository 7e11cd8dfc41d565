import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { createGatewayClient } from '../gateway/faces/cli/gateway-client.ts';
import { bindCommand, defineCommand, type BoundCommand } from '../gateway/features/command.ts';
import { HistoryIntake } from '../gateway/features/imports/history-intake.ts';
import { bindImportCommands } from '../gateway/features/imports/import-commands.ts';
import { runImportCommand } from '../gateway/import-command.ts';
import type { ImportSummary } from '../gateway/features/imports/run-import.ts';
import { Timekeeper } from '../gateway/features/timekeeping/timekeeper.ts';
import { SimulatedClock } from '../sim/simulated-clock.ts';
import { DatabaseService } from '../gateway/storage/database-service.ts';
import { allCommands } from '../gateway/faces/commands/all.ts';
import { realClock } from '../gateway/system/real-clock.ts';
import { createStubGateway, type StubGateway } from './faces/stub-gateway.ts';
import { Ancestor } from './io/imports/ancestor.ts';
import { energy, rooms, startMs, weather } from './io/imports/mesura-files.ts';

const hourMs = 3_600_000;
const rowCount = 500;

interface Home {
  readonly gateway: StubGateway;
  readonly service: DatabaseService;
  readonly environment: Record<string, string>;
  /** Where mesura wrote. */
  readonly directory: string;
}

async function home(t: Test, extra: readonly BoundCommand[] = []): Promise<Home> {
  const service = new DatabaseService({
    directory: t.testdir(),
    zone: 'Europe/Paris',
    nowMs: realClock.wall(),
  });
  const intake = new HistoryIntake({
    clock: new Timekeeper(new SimulatedClock(realClock.wall())),
    store: {
      call: (name, ...given) =>
        Promise.resolve((service[name].bind(service) as (...values: unknown[]) => never)(...given)),
    },
    rawMsMax: 7 * 24 * hourMs,
  });
  const gateway = await createStubGateway([...bindImportCommands({ intake }), ...extra]);
  const directory = mkdtempSync(join(tmpdir(), 'egw-import-test-'));
  await gateway.rest.listenLocal(join(directory, 'egw.sock'));
  const ancestor = new Ancestor(directory);
  for (let index = 0; index < rowCount; index += 1) {
    const atMs = startMs + index * 600_000;
    ancestor.append(
      'energy.csv',
      energy(atMs, { active_power_w: index, gas_timestamp: null, total_gas_m3: null }),
    );
  }
  ancestor.append('weather.csv', weather(startMs));
  ancestor.append('rooms.csv', rooms(startMs));
  t.teardown(async () => {
    await gateway.rest.close();
    service.close();
    rmSync(directory, { recursive: true, force: true });
  });
  return { gateway, service, environment: { EGW_DATA_DIR: directory }, directory };
}

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A terminal whose user presses Ctrl-C when so much progress was shown. */
async function egw(
  { environment }: Pick<Home, 'environment'>,
  argv: readonly string[],
  interruptAt = Infinity,
): Promise<Ended> {
  let [out, err, shown] = ['', '', 0];
  let interrupt = (): void => undefined;
  const code = await runImportCommand('mesura', {
    argv: argv.filter((text) => text !== '--json'),
    json: argv.includes('--json'),
    environment,
    io: {
      stdout: { write: (text) => (out += text) },
      stderr: {
        isTTY: true,
        write: (text) => {
          err += text;
          if (text.includes(' % ')) shown += 1;
          if (shown === interruptAt) interrupt();
        },
      },
      onInterrupt: (callback) => {
        interrupt = callback;
        return () => undefined;
      },
    },
  });
  return { code, out, err };
}

const summaryOf = ({ out }: Ended): ImportSummary & { dryRun: boolean } =>
  JSON.parse(out) as ImportSummary & { dryRun: boolean };

t.test('a folder of mesura becomes history, once, while the gateway runs', async (t) => {
  const at = await home(t);
  const dry = await egw(at, [at.directory, '--dry-run']);
  t.match(dry, { code: 0, out: /would be added[^]*dry run: nothing was changed/, err: /\d+ %/ });
  t.same(at.service.listSeries(), []);
  const first = await egw(at, [at.directory]);
  t.match(first, { code: 0, out: /energy\.csv: 500 rows, to p1\n/ });
  t.match(first.out, /from 2024-03-10T12:00:00Z to 2024-03-13T23:10:00Z\n/);
  t.equal(first.out.replace('are added', 'would be added'), dry.out.replace(/this was a dry run.*\n/, ''));
  const devices = new Set(at.service.listSeries().map(({ device }) => device));
  t.same([...devices].sort(), ['heating', 'heating/zone-3432521', 'heating/zone-3432522', 'p1', 'weather']);
  const series = at.service.listSeries().find(({ quantity }) => quantity === 'grid_power_w')?.id ?? 0;
  const query = { series, fromMs: startMs, toMs: startMs + 100 * hourMs, rowsMax: 1_000 };
  t.equal(at.service.rollupRange(query, '1h').rows.length, 84);
  const again = summaryOf(await egw(at, [at.directory, '--json']));
  t.match(again, { added: 0, differing: 0, texts: 0, isPartial: false, dryRun: false });
});

t.test('Ctrl-C ends it after the part at hand, and the next one goes on', async (t) => {
  const at = await home(t);
  const cut = await egw(at, [at.directory], 2);
  t.match(cut, { code: 1, out: /stopped before the end/ });
  const rest = summaryOf(await egw(at, [at.directory, '--json']));
  t.ok(rest.known > 0 && rest.added > 0);
  t.equal(rest.known + rest.added, summaryOf(await egw(at, [at.directory, '--json'])).known);
});

t.test('history goes to the source that reads the same, or where it is told', async (t) => {
  const declared = allCommands.find(({ id }) => id === 'source.list');
  if (declared === undefined) throw new RangeError('there is no source.list');
  const answer = { sources: [] as { id: string; kind: string }[] };
  const list = bindCommand(defineCommand({ ...declared, output: {}, run: () => answer }), undefined);
  const at = await home(t, [list]);
  const devicesOf = async (...options: string[]): Promise<readonly string[]> =>
    summaryOf(await egw(at, [at.directory, '--json', '--dry-run', ...options])).tables.map(
      ({ device }) => device,
    );
  t.same(await devicesOf(), ['p1', 'weather', 'heating']);
  answer.sources = [
    { id: 'smart-meter', kind: 'homewizard-p1' },
    { id: 'sky', kind: 'openweathermap' },
  ];
  t.same(await devicesOf(), ['smart-meter', 'sky', 'heating']);
  t.same(await devicesOf('--weather', 'cellar'), ['smart-meter', 'cellar', 'heating']);
  answer.sources.push({ id: 'solar', kind: 'homewizard-p1' });
  await t.rejects(devicesOf(), { code: 'input_invalid', message: /smart-meter and solar/ });
  t.same(await devicesOf('--energy', 'solar'), ['solar', 'sky', 'heating']);
});

const shared = await home(t);

t.test('a wrong command line says what is wrong', async (t) => {
  const at = shared;
  const table: readonly (readonly [readonly string[], string, RegExp])[] = [
    [[], 'command_unknown', /DIR is missing/],
    [['a', 'b'], 'command_unknown', /"b" is too much/],
    [['a', '--dryrun'], 'command_unknown', /dryrun/],
    [['a', '--energy', 'P 1'], 'input_invalid', /not the id of a source/],
    [['a', '--zone', 'Mars'], 'input_invalid', /no zone "Mars"/],
    [[join(at.directory, 'nothing')], 'not_found', /there is no/],
    [[at.directory, '--url', 'http://127.0.0.1:9'], 'gateway_unreachable', /no gateway answers/],
  ];
  for (const [argv, code, message] of table)
    await t.rejects(egw(at, argv), { code, message }, argv.join(' '));
  const { port } = await at.gateway.rest.listen({ host: '127.0.0.1', port: 0 });
  const url = `http://127.0.0.1:${port}`;
  await t.rejects(egw(at, [at.directory, '--url', url]), { code: 'forbidden' });
  const reader = await at.gateway.token(['read']);
  await t.rejects(egw(at, [at.directory, '--url', url, '--token', reader]), {
    code: 'forbidden',
    message: /admin/,
  });
  const owner = await at.gateway.token(['read', 'admin']);
  t.match(await egw(at, [at.directory, '--url', url, '--token', owner]), { code: 0 });
});

t.test('a file without a row that can be read is no success', async (t) => {
  const at = shared;
  const ancestor = new Ancestor(mkdtempSync(join(at.directory, 'empty-')));
  ancestor.append('rooms.csv', { ...rooms(startMs), timestamp: 'soon' });
  const ended = await egw(at, [ancestor.directory]);
  t.match(ended, {
    code: 13,
    out: /no row that can be read\nleft out:\n {2}rooms\.csv: row \(2\): its time/,
  });
});

t.test('a part may be larger than other requests, up to its own limit', async (t) => {
  const { environment } = shared;
  const client = createGatewayClient({ url: undefined, token: undefined }, environment);
  const hourOf = (value: number): unknown => ({
    device: 'p1',
    quantity: 'grid_power_w',
    startMs: Date.UTC(2024, 0, 1),
    afterMs: Array.from({ length: 3_600 }, (_, index) => index * 1_000),
    value: new Array(3_600).fill(value),
  });
  const send = async (hours: readonly unknown[]): Promise<unknown> =>
    await client.ask({
      method: 'POST',
      path: '/api/v1/history',
      body: { importId: 'a', dryRun: false, hours, texts: [] },
    });
  t.match(await send([hourOf(12_345.678_9)]), { status: 200, body: { added: 3_600 } });
  t.match(await send([hourOf(1), hourOf(2)]), { status: 400, body: { code: 'input_invalid' } });
  t.match(await send(new Array(8).fill(hourOf(1.234_567))), { status: 413 });
  t.match(await send([{ device: '../x' }]), { status: 400 });
});
