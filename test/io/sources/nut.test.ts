import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import t, { type Test } from 'tap';
import { describeError, GatewayError } from '../../../gateway/core/errors.ts';
import type { OptionValues } from '../../../gateway/core/option-field.ts';
import { nut } from '../../../gateway/io/sources/nut.ts';
import type { SourceReader } from '../../../gateway/io/sources/source.ts';
import { NutService, type NutServiceOptions } from '../../../modbus-sim/services/nut-service.ts';
import { PowerSupply } from '../../../modbus-sim/services/power-supply.ts';
import { loopbackNetwork } from '../loopback-network.ts';
import { SourceBench, textOf, valueOf as foundIn } from './source-bench.ts';

const never = new AbortController().signal;
const startMs = Date.parse('2026-01-14T20:00:00Z');

/** What upsc said of a power supply: fixtures/nut/README.md. */
function recorded(name: string): Readonly<Record<string, string>> {
  const text = readFileSync(new URL(`fixtures/nut/${name}.txt`, import.meta.url), 'utf8');
  const lines = text.trim().split('\n');
  return Object.fromEntries(lines.map((line) => line.split(': ') as [string, string]));
}

interface Bench {
  readonly upsd: NutService;
  open(options?: OptionValues): SourceReader;
}

async function bench(t: Test, options: Partial<NutServiceOptions> = {}): Promise<Bench> {
  const supplies = { eaton: () => recorded('back-ups') };
  const upsd = await NutService.start({ supplies, ...options });
  t.teardown(() => upsd.close());
  const { ports } = new SourceBench({ id: 'none', handle: () => ({ status: 404, body: '' }) }, startMs);
  const open = (values: OptionValues = {}): SourceReader =>
    nut.open({ host: '127.0.0.1', port: upsd.port, ...values }, { ...ports, network: loopbackNetwork });
  return { upsd, open };
}

function valueOf(...asked: Parameters<typeof foundIn>): number {
  return foundIn(...asked)?.value ?? Number.NaN;
}

async function failure(reading: Promise<unknown>): Promise<GatewayError> {
  const error: unknown = await reading.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof GatewayError)) throw new Error('it did not fail as it should');
  return error;
}

t.test('the only power supply is found, and read', async (t) => {
  const { upsd, open } = await bench(t);
  const reader = open();
  for (let readings = 0; readings < 2; readings += 1) {
    const answer = await reader.read(never);
    t.equal(textOf(answer, 'status'), 'OL');
    t.equal(valueOf(answer, 'ups_on_battery'), 0);
    t.equal(valueOf(answer, 'ups_low_battery'), 0);
    t.equal(valueOf(answer, 'ups_charge_percent'), 100);
    t.equal(valueOf(answer, 'ups_runtime_s'), 2_552);
    t.equal(valueOf(answer, 'ups_load_percent'), 19);
    t.equal(valueOf(answer, 'ups_input_voltage_v'), 121);
  }
  t.equal(upsd.heard.filter((line) => line === 'LIST UPS').length, 1, 'its name is asked for once');
  t.notOk(upsd.heard.some((line) => /^(USERNAME|PASSWORD|LOGIN)/.test(line)));
});

t.test('what the status leaves open is left out', async (t) => {
  let status = '';
  const { open } = await bench(t, { supplies: { eaton: () => ({ 'ups.status': status }) } });
  const reader = open({ ups: 'eaton' });
  const table = [
    ['OL', 0, 0],
    ['OB DISCHRG', 1, 0],
    ['OB LB', 1, 1],
    ['FSD OL', 1, 1],
    ['FSD', 1, 1],
    ['OL LB', 0, 1],
    ['OL CHRG RB', 0, 0],
    ['BYPASS', 0, 0],
    ['ob lb', 1, 1],
    ['OFF', undefined, undefined],
    ['WAIT', undefined, undefined],
    ['OBLIQUE', undefined, undefined],
  ] as const;
  for (const [said, onBattery, low] of table) {
    status = said;
    const answer = await reader.read(never);
    const found = new Map(answer.values.map(({ quantity, value }) => [quantity, value]));
    t.equal(found.get('ups_on_battery'), onBattery, said);
    t.equal(found.get('ups_low_battery'), low, said);
    t.equal(textOf(answer, 'status'), said);
    t.notOk(found.has('ups_runtime_s'), 'it has none such');
  }
});

t.test('what cannot be is suspect, and what is no number is left out', async (t) => {
  const said = {
    'ups.status': 'OL',
    'battery.charge': '101',
    'battery.runtime': '-1',
    'ups.load': 'n/a',
    'input.voltage': '229.0',
  };
  const { open } = await bench(t, { supplies: { eaton: () => said } });
  const { values } = await open().read(never);
  const qualities = Object.fromEntries(values.map(({ quantity, quality = 'good' }) => [quantity, quality]));
  t.same(qualities, {
    ups_on_battery: 'good',
    ups_low_battery: 'good',
    ups_charge_percent: 'suspect',
    ups_runtime_s: 'suspect',
    ups_input_voltage_v: 'good',
  });
});

t.test('one of several must be named, and one that is not there is missing', async (t) => {
  const supply = () => ({ 'ups.status': 'OL' });
  const two = await bench(t, { supplies: { small: supply, large: supply } });
  const undecided = await failure(two.open().read(never));
  t.equal(undecided.code, 'source_missing');
  t.match(undecided.message, /2 power supplies: small, large/);
  t.match(undecided.hint, /setting ups/);
  t.equal(textOf(await two.open({ ups: 'large' }).read(never), 'status'), 'OL');
  const unknown = await failure(two.open({ ups: 'other' }).read(never));
  t.equal(unknown.code, 'source_missing');
  t.match(unknown.message, /UNKNOWN-UPS/);
  const none = await bench(t, { supplies: {} });
  t.match((await failure(none.open().read(never))).message, /has no power supply/);
});

t.test(
  'where it asks for a user it gets him, and a wrong password is refused and shown nowhere',
  async (t) => {
    const password = 'ge"heim \\ 77';
    const { open, upsd } = await bench(t, { user: { name: 'egw', password } });
    const answer = await open({ user: 'egw', password }).read(never);
    t.equal(textOf(answer, 'status'), 'OL');
    t.ok(upsd.heard.includes('LOGIN eaton'));
    for (const options of [
      {},
      { user: 'egw', password: 'wrong-geheim' },
      { ups: 'eaton', user: 'x', password },
    ]) {
      const error = await failure(open(options).read(never));
      t.equal(error.code, 'source_refused');
      t.match(error.hint, /user|password/);
      t.notMatch(`${describeError(error)} ${inspect(error, { depth: 8 })}`, /heim/);
    }
    t.throws(() => open({ user: 'egw' }), { code: 'config_invalid', facts: { option: 'password' } });
  },
);

t.test('whatever it does, it is read again when it behaves', async (t) => {
  const table = [
    ['stale', 'source_unavailable'],
    ['unplugged', 'source_unavailable'],
    ['hang_up', 'connection_closed'],
    ['endless', 'answer_invalid'],
    ['other', 'answer_invalid'],
    ['swapped', 'answer_invalid'],
  ] as const;
  const { open, upsd } = await bench(t);
  for (const options of [{}, { ups: 'eaton' }]) {
    const reader = open(options);
    for (const [kind, code] of table) {
      upsd.misbehave(kind);
      const error = await failure(reader.read(never));
      t.equal(error.code, code, kind);
      t.match(error.hint, /\S/);
      upsd.misbehave(undefined);
      t.equal(textOf(await reader.read(never), 'status'), 'OL', kind);
    }
  }
});

t.test('lines that come byte by byte are whole lines', async (t) => {
  const { open, upsd } = await bench(t);
  upsd.misbehave('bytes');
  t.equal(valueOf(await open().read(never), 'ups_runtime_s'), 2_552);
});

t.test('who is silent is given up when the signal fires, and who is not there is told as such', async (t) => {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const { open, upsd } = await bench(t, { onSilence: () => resolve(undefined) });
  upsd.misbehave('silent');
  const controller = new AbortController();
  const reader = open();
  const failed = failure(reader.read(controller.signal));
  await promise;
  controller.abort();
  t.equal((await failed).code, 'connection_timeout');
  await upsd.close();
  const { code, hint } = await failure(reader.read(never));
  t.equal(code, 'connection_refused');
  t.match(hint, /upsd/);
});

t.test('a power supply without mains empties, says so, and fills again', async (t) => {
  let nowMs = startMs;
  const supply = new PowerSupply({ startMs, loadW: () => 80, capacityWh: 20 });
  const { open } = await bench(t, { supplies: { eaton: () => supply.variables(nowMs) } });
  const reader = open();
  const seen = async (): Promise<readonly number[]> => {
    const answer = await reader.read(never);
    return ['ups_on_battery', 'ups_low_battery', 'ups_charge_percent', 'ups_runtime_s'].map((quantity) =>
      valueOf(answer, quantity),
    );
  };
  t.same(await seen(), [0, 0, 100, 900]);
  supply.mains(false, nowMs);
  nowMs += 450_000;
  t.same(await seen(), [1, 0, 50, 450]);
  nowMs += 300_000;
  t.same(await seen(), [1, 1, 17, 150]);
  supply.mains(true, nowMs);
  nowMs += 4 * 3_600_000;
  t.same(await seen(), [0, 0, 100, 900]);
});
