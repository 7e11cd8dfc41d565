import t, { type Test } from 'tap';
import { describeError, GatewayError } from '../../../gateway/core/errors.ts';
import type { SourceAnswer } from '../../../gateway/io/sources/source.ts';
import { tasmota } from '../../../gateway/io/sources/tasmota.ts';
import { jsonAnswer } from '../../../modbus-sim/services/service.ts';
import { TasmotaService, type TasmotaOptions } from '../../../modbus-sim/services/tasmota-service.ts';
import { SourceBench } from './source-bench.ts';

const startMs = Date.UTC(2026, 0, 14, 17, 0);
const hourMs = 3_600_000;
const url = 'http://192.168.1.60';
const never = new AbortController().signal;

function plug(options: Partial<TasmotaOptions> = {}): { service: TasmotaService; bench: SourceBench } {
  const service = new TasmotaService({ startMs, powerW: () => [812], totalWh: 412_957, ...options });
  return { service, bench: new SourceBench(service, startMs) };
}

async function read(bench: SourceBench, password?: string): Promise<SourceAnswer> {
  const options = { url, user: 'admin', ...(password !== undefined && { password }) };
  return await tasmota.open(options, bench.ports).read(never);
}

/** Values by `part/quantity`, or the quantity alone. */
function numbers({ values }: SourceAnswer): Record<string, number> {
  return Object.fromEntries(
    values.map(({ quantity, value, part }) => [part === undefined ? quantity : `${part}/${quantity}`, value]),
  );
}

/** The plug of the manual's example, said by nobody but this. */
function saying(bench: SourceBench, sensors: object, rest: object = {}): void {
  const body = { StatusSNS: { Time: '1970-01-01T00:00:12', ...sensors }, ...rest };
  bench.trouble = () => jsonAnswer(200, body);
}

async function refusal(bench: SourceBench, password?: string): Promise<GatewayError> {
  try {
    await read(bench, password);
  } catch (error) {
    if (error instanceof GatewayError) return error;
    throw error;
  }
  throw new Error('it was read');
}

t.test('a plug with a meter says its power, its energy, its relay and its signal', async (t) => {
  const { bench } = plug();
  bench.nowMs = startMs + hourMs;
  const answer = await read(bench);
  t.match(numbers(answer), {
    load_power_w: 812,
    load_energy_kwh: 413.769,
    load_apparent_power_va: 829,
    load_power_factor: 0.98,
    load_voltage_v: 231,
    relay_on: 1,
    wifi_signal_dbm: -63,
    wifi_strength_pct: 74,
    'ENERGY.Today': 0.812,
    UptimeSec: 3_600,
  });
  t.ok(answer.values.every(({ quality = 'good' }) => quality === 'good'));
  const texts = Object.fromEntries(answer.texts.map(({ quantity, text }) => [quantity, text]));
  t.match(texts, { name: 'Boiler plug', firmware_version: /^14\.6/, mac: 'DC:4F:22:1A:2B:3C' });
  t.notOk('Time' in texts || 'Uptime' in texts, 'what changes all the time is no word to keep');
  t.same(
    bench.requests.map((request) => request.url),
    [`${url}/cm?cmnd=Status%200`],
    'one request',
  );
});

t.test('a plug that is off draws nothing, and its counter stands', async (t) => {
  const { service, bench } = plug();
  service.handle({ method: 'GET', url: '/cm?cmnd=Power%20Off', headers: {}, body: '' }, startMs);
  bench.nowMs = startMs + hourMs;
  t.match(numbers(await read(bench)), { load_power_w: 0, load_energy_kwh: 412.957, relay_on: 0 });
});

t.test('a counter that somebody has set is told as it is', async (t) => {
  const { service, bench } = plug();
  service.handle({ method: 'GET', url: '/cm?cmnd=EnergyTotal%200', headers: {}, body: '' }, startMs);
  t.equal(numbers(await read(bench))['load_energy_kwh'], 0);
});

t.test('a meter of three phases gives each and their sum', async (t) => {
  const { bench } = plug({ powerW: () => [120, 0, 431] });
  const said = numbers(await read(bench));
  t.match(said, { load_power_l1_w: 120, load_power_l2_w: 0, load_power_l3_w: 431, load_power_w: 551 });
  t.equal(said['ENERGY.Factor[0]'], 0.98, 'what has no name for a phase keeps its own');
  t.notOk('load_current_a' in said, 'currents of phases have no sum');
});

t.test('lists of any length, with what is not known, invent nothing', async (t) => {
  const { bench } = plug();
  saying(bench, {
    ENERGY: { Total: [1.1, 2.2], Power: [5, null, 7], Voltage: [230], Current: [], Factor: [1, 2, 3, 4] },
  });
  const said = numbers(await read(bench));
  t.match(said, { load_energy_kwh: 3.3, load_power_l1_w: 5, load_power_l3_w: 7, load_voltage_v: 230 });
  t.same(
    ['load_power_w', 'load_power_l2_w', 'load_current_a', 'load_current_l1_a'].filter((name) => name in said),
    [],
  );
  t.equal(said['ENERGY.Factor[3]'], 4);
});

t.test('several relays are parts, and a renamed state is known by the mask', async (t) => {
  const { service, bench } = plug({ relays: 2 });
  service.handle({ method: 'GET', url: '/cm?cmnd=Power2%200', headers: {}, body: '' }, startMs);
  t.match(numbers(await read(bench)), { 'relay-1/relay_on': 1, 'relay-2/relay_on': 0 });

  const renamed = { StatusSTS: { POWER1: 'Marche', POWER2: 'Arrêt' } };
  for (const mask of [1, '1']) {
    saying(bench, {}, { ...renamed, Status: { Power: mask } });
    t.match(numbers(await read(bench)), { 'relay-1/relay_on': 1, 'relay-2/relay_on': 0 });
  }
  saying(bench, {}, { StatusSTS: { POWER33: 'Marche', POWER1: 'ON' }, Status: { Power: 1 } });
  t.same(numbers(await read(bench)), { 'relay-1/relay_on': 1 }, 'the mask ends at 32');
  saying(bench, {}, renamed);
  const answer = await read(bench);
  t.same(numbers(answer), {}, 'without a mask nothing is guessed');
  t.match(answer.texts, [
    { quantity: 'POWER1', text: 'Marche' },
    { quantity: 'POWER2', text: 'Arrêt' },
  ]);
});

t.test('a single relay may be called POWER1', async (t) => {
  const { bench } = plug();
  saying(bench, {}, { StatusSTS: { POWER1: 'OFF' } });
  t.same(numbers(await read(bench)), { relay_on: 0 });
});

t.test('probes are parts by their ids, other sensors keep their names', async (t) => {
  const { bench } = plug({
    powerW: () => [],
    sensors: () => ({
      'DS18B20-1': { Id: '0000055A2B3C', Temperature: 19.7 },
      'DS18B20-2': { Id: '0000055A2B3D', Temperature: null },
      AM2301: { Temperature: 0, Humidity: 48, DewPoint: 9.9 },
      ANALOG: { A0: 512 },
      TempUnit: 'C',
    }),
  });
  const said = numbers(await read(bench));
  t.match(said, {
    'ds18b20-0000055a2b3c/temperature_c': 19.7,
    'am2301/temperature_c': 0,
    'am2301/humidity_pct': 48,
    'am2301/DewPoint': 9.9,
    'ANALOG.A0': 512,
  });
  t.notOk('ds18b20-0000055a2b3d/temperature_c' in said, 'null is no value');
});

t.test('Fahrenheit becomes Celsius', async (t) => {
  const { bench } = plug();
  saying(bench, { AM2301: { Temperature: 69.8 }, TempUnit: 'F' });
  const celsius = numbers(await read(bench))['am2301/temperature_c'] ?? NaN;
  t.ok(Math.abs(celsius - 21) < 1e-9, String(celsius));
});

t.test('what cannot be is suspect', async (t) => {
  const { bench } = plug();
  saying(bench, { ENERGY: { Power: 1e9, Voltage: -3, Total: 5 }, AM2301: { Humidity: 130 } });
  const answer = await read(bench);
  const suspect = answer.values.filter(({ quality }) => quality === 'suspect');
  t.same(suspect.map(({ quantity }) => quantity).sort(), ['humidity_pct', 'load_power_w', 'load_voltage_v']);
});

t.test('a device without a meter still says its relay', async (t) => {
  const service = new TasmotaService({ startMs });
  const said = numbers(await read(new SourceBench(service, startMs)));
  t.equal(said['relay_on'], 1);
  t.notOk('load_power_w' in said);
});

t.test('when a day ends, the total goes on', async (t) => {
  const { bench } = plug();
  await read(bench);
  bench.nowMs = startMs + 24 * hourMs;
  const said = numbers(await read(bench));
  t.equal(said['load_energy_kwh'], 432.445);
  t.ok('ENERGY.Yesterday' in said);
});

t.test('the password goes along as Basic', async (t) => {
  const { bench } = plug({ password: 'härd & long' });
  t.equal(numbers(await read(bench, 'härd & long'))['relay_on'], 1);
  t.match(bench.requests[0]?.headers, { authorization: /^Basic / });
  t.notMatch(bench.requests[0]?.url, /password/);
});

t.test(
  'old firmware that refuses with status 200 gets it in the query, and from then on at once',
  async (t) => {
    const { bench } = plug({ password: 'secret & more', isOld: true });
    const reader = tasmota.open({ url, user: 'admin', password: 'secret & more' }, bench.ports);
    t.equal(numbers(await reader.read(never))['relay_on'], 1);
    t.equal(bench.requests.length, 2);
    await reader.read(never);
    t.equal(bench.requests.length, 3);
  },
);

t.test('a wrong or missing password is refused, and shown nowhere', async (t) => {
  for (const isOld of [false, true]) {
    for (const password of ['wrong-pass', undefined]) {
      const { bench } = plug({ password: 'right-pass', isOld });
      const error = await refusal(bench, password);
      t.match(error, { code: 'source_refused', hint: /password/, facts: { host: '192.168.1.60' } });
      const shown = `${describeError(error)} ${JSON.stringify(error.facts)} ${bench.warnings.join(' ')}`;
      t.notMatch(shown, /wrong-pass|cmnd=Status/);
    }
  }
});

t.test('a web server that does not take commands is told from another device', async (t) => {
  for (const command of ['WebServer%201', 'SetOption128%200']) {
    const { service, bench } = plug();
    service.handle({ method: 'GET', url: `/cm?cmnd=${command}`, headers: {}, body: '' }, startMs);
    t.match(await refusal(bench), { code: 'answer_invalid', hint: /WebServer is 2 and SetOption128 is 1/ });
  }
});

t.test('a busy device is asked again later', async (t) => {
  const { bench } = plug({ busyMs: 200 });
  await read(bench);
  bench.nowMs += 100;
  t.match(await refusal(bench), { code: 'source_unavailable', retryable: true });
  bench.nowMs += 200;
  await read(bench);
});

await t.test('what is no answer to Status 0 is refused', (t) => badAnswers(t));

async function badAnswers(t: Test): Promise<void> {
  const bodies: readonly (readonly [string, RegExp])[] = [
    ['{"Command":"Unknown"}', /does not know the command/],
    ['{"Command":"Error"}', /does not know the command/],
    ['{"WARNING":"Enter command cmnd="}', /did not understand/],
    ['{}', /neither StatusSNS nor StatusSTS/],
    ['[]', /object/],
    ['null', /object/],
    ['7', /object/],
    ['"text"', /object/],
    ['', /nothing/],
    ['{"StatusSNS":{"ENERGY":{"Power":8', /cut or damaged/],
    ['{"StatusSNS":null,"StatusSTS":null}', /object/],
    ['{"StatusSNS":[1]}', /object/],
    ['{"StatusSNS":{"ENERGY":[]}}', /object/],
    ['{"StatusSNS":{"ENERGY":{"Power":"812"}}}', /number/],
    ['{"StatusSNS":{"ENERGY":{"Power":["812",3]}}}', /number/],
    ['{"StatusSNS":{"ENERGY":{"Total":{"a":1}}}}', /number/],
    ['{"StatusSNS":{"AM2301":{"Temperature":"warm"}}}', /number/],
    [`{"StatusSNS":{"x":"${'y'.repeat(2_000)}"}}`, /longer/],
  ];
  for (const [body, message] of bodies) {
    const { bench } = plug();
    bench.trouble = () => ({ status: 200, body });
    t.match(await refusal(bench), { code: 'answer_invalid', message }, body.slice(0, 60));
  }
}

t.test('fields of a firmware to come are kept', async (t) => {
  const { bench } = plug();
  saying(bench, { ENERGY: { Power: 1, CO2: 3, Mode: 'eco' }, NEW: { a: [1, { b: true }] } });
  const answer = await read(bench);
  t.match(numbers(answer), { 'ENERGY.CO2': 3, 'NEW.a[0]': 1, 'NEW.a[1].b': 1 });
  t.match(answer.texts, [{ quantity: 'ENERGY.Mode', text: 'eco' }]);
});

t.test('an address that is none is refused before anything is asked', (t) => {
  const { bench } = plug();
  for (const bad of ['192.168.1.60', 'ftp://x', 'http://admin:pw@192.168.1.60', `${url}/?a=1`]) {
    t.throws(() => tasmota.open({ url: bad, user: 'admin' }, bench.ports), { code: 'config_invalid' }, bad);
  }
  t.equal(tasmota.lane({ url }), 'http:192.168.1.60');
  t.end();
});
