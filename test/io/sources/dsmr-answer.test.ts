import fc from 'fast-check';
import t from 'tap';
import { crc16Arc } from '../../../gateway/io/sources/crc16-arc.ts';
import { dsmrAnswer } from '../../../gateway/io/sources/dsmr-answer.ts';
import { DsmrStream } from '../../../gateway/io/sources/dsmr-stream.ts';
import type { SourceAnswer } from '../../../gateway/io/sources/source.ts';
import { fixtureMs, telegramFixture } from './p1-fixtures.ts';
import { doubleNames, textOf, valueOf } from './source-bench.ts';

function answerOf(text: string, nowMs = fixtureMs): SourceAnswer {
  const [telegram] = new DsmrStream().push(Buffer.from(text, 'latin1'));
  if (telegram === undefined) throw new Error('no telegram');
  return dsmrAnswer(telegram, { zone: 'Europe/Amsterdam', nowMs });
}

/** A telegram of these objects, with its checksum. */
function answerOfLines(...lines: readonly string[]): SourceAnswer {
  const body = ['/ABC5x', '', ...lines, '!'].join('\r\n');
  return answerOf(`${body}${crc16Arc(body).toString(16)}\r\n`);
}

/** `part quantity` or `quantity`, and the number. */
function numbers({ values }: SourceAnswer): Record<string, number> {
  return Object.fromEntries(
    values.map(({ part, quantity, value }) => [part === undefined ? quantity : `${part} ${quantity}`, value]),
  );
}

const gas = 'gas-4730303332353631323738373634353139';

t.test('a Dutch telegram of DSMR 5 says what one reads in it', (t) => {
  const answer = answerOf(telegramFixture('nl-v5'));
  t.strictSame(numbers(answer), {
    grid_voltage_l1_v: 230.4,
    grid_voltage_l2_v: 231.1,
    grid_voltage_l3_v: 229.8,
    grid_current_l1_a: 1,
    grid_current_l2_a: 0,
    grid_current_l3_a: 1,
    grid_power_fail_count: 7,
    grid_power_fail_long_count: 2,
    grid_voltage_sag_l1_count: 3,
    grid_voltage_sag_l2_count: 2,
    grid_voltage_sag_l3_count: 1,
    grid_voltage_swell_l1_count: 0,
    grid_voltage_swell_l2_count: 0,
    grid_voltage_swell_l3_count: 0,
    grid_power_w: 412,
    grid_power_l1_w: 211,
    grid_power_l2_w: 71,
    grid_power_l3_w: 130,
    grid_import_t1_kwh: 4512.734,
    grid_import_t2_kwh: 3981.206,
    grid_import_kwh: 8493.94,
    grid_export_t1_kwh: 812.045,
    grid_export_t2_kwh: 1934.55,
    grid_export_kwh: 2746.595,
    grid_tariff_code: 2,
    [`${gas} gas_m3`]: 2189.417,
  });
  t.equal(
    answer.values.find(({ quantity }) => quantity === 'gas_m3')?.atMs,
    Date.parse('2026-01-14T18:10:01+01:00'),
    'the gas meter has its own time',
  );
  t.strictSame(answer.texts, [
    { quantity: 'meter_model', text: 'ABC5\\2M550E-1012' },
    { quantity: 'meter_id', text: '4530303339303031383237363534333139' },
    { quantity: 'meter_version', text: '50' },
    { quantity: 'grid_power_fail_log', text: '2025-11-02T02:15:00Z 251 s' },
    { quantity: 'meter_id', text: '4730303332353631323738373634353139', part: gas },
  ]);
  t.end();
});

t.test('a Belgian telegram numbers its tariffs the other way round, and knows peaks', (t) => {
  const answer = answerOf(telegramFixture('be'));
  t.match(numbers(answer), {
    grid_import_t1_kwh: 1255.04,
    grid_import_t2_kwh: 1034.811,
    grid_import_kwh: 2289.851,
    grid_export_t1_kwh: 8.73,
    grid_export_t2_kwh: 21.101,
    grid_tariff_code: 2,
    grid_import_quarter_w: 351,
    grid_import_peak_w: 4112,
    grid_power_w: 345,
    breaker_state: 1,
    grid_fuse_a: 999,
    'gas-37464C4F32313139303333373333 gas_m3': 912.377,
    'gas-37464C4F32313139303333373333 valve_state': 1,
  });
  t.equal(textOf(answer, 'grid_import_peak_time'), '2026-01-09T16:45:00Z');
  t.equal(textOf(answer, 'grid_import_peak_log'), '2025-11-17T17:30:00Z 5018 W; 2025-12-24T18:00:00Z 4990 W');
  t.equal(textOf(answer, 'meter_version'), '50217');
  t.end();
});

t.test('a Swedish telegram has totals, and reactive energy and power', (t) => {
  const answer = answerOf(telegramFixture('se'));
  t.match(numbers(answer), {
    grid_import_kwh: 18420.512,
    grid_export_kwh: 311.908,
    grid_reactive_import_kvarh: 205.331,
    grid_reactive_export_kvarh: 1877.246,
    grid_power_w: 1284,
    grid_reactive_power_var: -312,
    grid_reactive_power_l1_var: -101,
    grid_current_l3_a: 1.7,
  });
  t.equal(valueOf(answer, 'grid_import_t1_kwh'), undefined);
  t.end();
});

t.test('recorded telegrams say what one reads in them', (t) => {
  t.match(numbers(answerOf(telegramFixture('dsmr-v4.2'))), {
    grid_power_w: 2027,
    grid_import_kwh: 3016.829,
    grid_current_l2_a: 6,
    'gas-4819243993373755377509728609491464 gas_m3': 981.443,
  });
  const five = answerOf(telegramFixture('dsmr-v5'));
  t.match(numbers(five), {
    grid_power_w: 244,
    grid_import_kwh: 6.825,
    grid_export_kwh: 2.444,
    grid_voltage_l3_v: 229,
    'gas-3232323241424344313233343536373839 gas_m3': 0.107,
  });
  t.strictSame(
    [...new Set(five.values.flatMap(({ part }) => part ?? []))],
    ['gas-3232323241424344313233343536373839'],
    'a channel without a reading is no meter',
  );
  t.end();
});

t.test('what is drawn is positive and what is given is negative', (t) => {
  const answer = answerOfLines('1-0:1.7.0(00.000*kW)', '1-0:2.7.0(01.250*kW)', '1-0:21.7.0(00.071*kW)');
  t.strictSame(numbers(answer), { grid_power_w: -1250, grid_power_l1_w: 71 });
  t.end();
});

t.test('units with and without kilo are the same', (t) => {
  const answer = answerOfLines(
    '1-0:1.8.0*255(00001234567*Wh)',
    '1-0:1.7.0(0000412*W)',
    '1-0:2.7.0(0000000*W)',
    '1-0:3.7.0(0000010*VAr)',
    '1-0:4.7.0(0.001*kvar)',
  );
  t.strictSame(numbers(answer), {
    grid_power_w: 412,
    grid_reactive_power_var: 9,
    grid_import_kwh: 1234.567,
  });
  t.end();
});

t.test('a Hungarian telegram has power factors, a frequency, and four tariffs', (t) => {
  const answer = answerOfLines(
    '0-0:1.0.0(260114181502W)',
    '0-0:42.0.0(AUX1030303218166)',
    '0-0:96.14.0(0001)',
    '1-0:1.8.0(000173.640*kWh)',
    '1-0:1.8.1(000047.719*kWh)',
    '1-0:1.8.2(000125.921*kWh)',
    '1-0:1.8.3(000000.000*kWh)',
    '1-0:1.8.4(000000.000*kWh)',
    '1-0:13.7.0(0.871)',
    '1-0:33.7.0(0.952)',
    '1-0:14.7.0(50.00*Hz)',
  );
  t.match(numbers(answer), {
    grid_import_kwh: 173.64,
    grid_import_t1_kwh: 47.719,
    grid_import_t4_kwh: 0,
    grid_power_factor: 0.871,
    grid_power_factor_l1: 0.952,
    grid_frequency_hz: 50,
  });
  t.equal(textOf(answer, 'meter_id'), 'AUX1030303218166');
  t.end();
});

t.test('an energy that is not known is not summed without it', (t) => {
  const answer = answerOfLines('1-0:1.8.1(000001.000*kWh)', '1-0:1.8.2()', '1-0:2.8.0(000002.000*kWh)');
  t.strictSame(numbers(answer), { grid_import_t1_kwh: 1, grid_export_kwh: 2 });
  t.end();
});

t.test('a power of which one direction cannot be read is not known', (t) => {
  const answer = answerOfLines('1-0:1.7.0(00.100*kW)', '1-0:2.7.0(ERROR)', '1-0:32.7.0(230.0*V)');
  t.equal(valueOf(answer, 'grid_power_w'), undefined);
  t.equal(valueOf(answer, '1-0:1.7.0')?.value, 0.1, 'it is kept as it came');
  t.equal(textOf(answer, '1-0:2.7.0'), 'ERROR');
  t.end();
});

t.test('what is not known is kept under its code, numbers as numbers and ids as words', (t) => {
  const answer = answerOfLines(
    '1-0:5.8.0(000012.5*kvarh)',
    '0-0:96.50.68(0042)',
    '0-0:96.1.9(00000000000000000012)',
    '1-0:99.98.0(2)(0-0:96.7.20)(260114181502W)',
    '0-0:96.90.1()',
  );
  t.strictSame(numbers(answer), { '1-0:5.8.0': 12.5, '0-0:96.50.68': 42, '1-0:99.98.0[0]': 2 });
  t.strictSame(
    answer.texts.map(({ quantity, text }) => `${quantity}=${text}`),
    [
      'meter_model=ABC5x',
      '0-0:96.1.9=00000000000000000012',
      '1-0:99.98.0[1]=0-0:96.7.20',
      '1-0:99.98.0[2]=260114181502W',
    ],
  );
  t.end();
});

t.test('meters behind the meter come in any order and of any kind', (t) => {
  const answer = answerOfLines(
    '0-4:24.2.1(260114180000W)(00001.500*MWh)',
    '0-4:24.1.0(004)',
    '0-4:96.1.0(48)',
    '0-2:24.1.0(007)',
    '0-2:96.1.1(5730)',
    '0-2:24.2.1(260114180000W)(00123.456*m3)',
    '0-1:24.1.0(012)',
    '0-1:24.2.1(260114180000W)(00012.345*GJ)',
    '0-3:24.1.0(002)',
    '0-3:96.1.0(45)',
    '0-3:24.2.1(260114180000W)(00010.000*kWh)',
    '0-3:24.9.9(7)',
  );
  t.strictSame(numbers(answer), {
    'inlet-heat-channel-1 heat_gj': 12.345,
    'water-5730 water_m3': 123.456,
    'electricity-45 meter_energy_kwh': 10,
    'heat-48 heat_gj': 5.4,
    'electricity-45 0-3:24.9.9': 7,
  });
  t.end();
});

t.test('a channel whose meter is gone says nothing, and never 0', (t) => {
  for (const [why, reading] of [
    ['no unit', '(700101010000W)(00000000)'],
    ['a time that was never set', '(700101010000W)(00000000*m3)'],
    ['no value', '()()'],
    ['nothing', '()'],
  ] as const) {
    const answer = answerOfLines(
      '1-0:32.7.0(230.0*V)',
      '0-1:24.1.0(003)',
      '0-1:96.1.0(4730)',
      `0-1:24.2.1${reading}`,
    );
    t.strictSame(numbers(answer), { grid_voltage_l1_v: 230 }, why);
    t.notOk(
      answer.texts.some(({ part }) => part !== undefined),
      why,
    );
  }
  t.end();
});

t.test('two channels with one id are not one meter', (t) => {
  const answer = answerOfLines(
    ...[1, 2].flatMap((channel) => [
      `0-${channel}:24.1.0(003)`,
      `0-${channel}:96.1.0(4730)`,
      `0-${channel}:24.2.1(26011418000${channel}W)(0000${channel}.000*m3)`,
    ]),
  );
  t.strictSame(numbers(answer), { 'gas-4730 gas_m3': 1, 'gas-4730-channel-2 gas_m3': 2 });
  t.strictSame(doubleNames(answer), []);
  t.end();
});

t.test('a meter of a kind or unit that is not known is kept as it came', (t) => {
  const answer = answerOfLines(
    '0-1:24.1.0(009)',
    '0-1:96.1.0(4730)',
    '0-1:24.2.1(260114180000W)(00001.500*bar)',
  );
  t.strictSame(numbers(answer), { 'meter-4730 0-1:24.1.0': 9, 'meter-4730 0-1:24.2.1[1]': 1.5 });
  t.end();
});

t.test('the gas of DSMR 3 has a local time without a mark', (t) => {
  const text = [
    '/ISk5\\2MT382-1004',
    '1-0:1.7.0(0001.01*kW)',
    '0-1:24.1.0(3)',
    '0-1:96.1.0(3238313031)',
    '0-1:24.3.0(121030140000)(00)(60)(1)(0-1:24.2.1)(m3)',
    '(00024.123)',
    '!',
    '',
  ].join('\r\n');
  const answer = answerOf(text);
  t.match(
    answer.values.find(({ quantity }) => quantity === 'gas_m3'),
    { value: 24.123, part: 'gas-3238313031', atMs: Date.parse('2012-10-30T14:00:00+01:00') },
  );
  t.equal(valueOf(answer, 'grid_power_w')?.value, 1010);
  t.end();
});

t.test('a time that is still to come is none', (t) => {
  const answer = answerOf(telegramFixture('nl-v5'), Date.parse('2026-01-14T16:00:00Z'));
  const found = answer.values.find(({ quantity }) => quantity === 'gas_m3');
  t.equal(found?.value, 2189.417);
  t.notOk(found !== undefined && 'atMs' in found);
  t.end();
});

t.test('a message is the hex of its characters, or what it is', (t) => {
  t.equal(textOf(answerOfLines('0-0:96.13.0(48656C6C6F)'), 'meter_message'), 'Hello');
  t.equal(textOf(answerOfLines('0-0:96.13.0(Hello (all))'), 'meter_message'), 'Hello (all)');
  t.equal(textOf(answerOfLines('0-0:96.13.1(3031)'), 'meter_message_code'), '01');
  t.equal(textOf(answerOfLines(`0-0:96.13.0(${'41'.repeat(1024)})`), 'meter_message')?.length, 1_000);
  t.end();
});

t.test('a log that does not add up is kept as it came', (t) => {
  const answer = answerOfLines('1-0:99.97.0(2)(0-0:96.7.19)(251102031500W)(0000000251*s)');
  t.equal(textOf(answer, 'grid_power_fail_log'), undefined);
  t.equal(valueOf(answer, '1-0:99.97.0[3]')?.value, 251);
  t.strictSame(answerOfLines('1-0:99.97.0(0)(0-0:96.7.19)').texts.length, 1, 'an empty one says nothing');
  t.end();
});

t.test('no name comes twice, whatever the telegram', (t) => {
  for (const name of ['nl-v5', 'be', 'se', 'dsmr-v4.2', 'dsmr-v5'])
    t.strictSame(doubleNames(answerOf(telegramFixture(name))), [], name);
  t.end();
});

t.test('whatever stands in a telegram, its answer holds numbers with names of their own', (t) => {
  const part = fc.constantFrom(
    '0',
    '1',
    '2',
    '3',
    '7',
    '8',
    '14',
    '21',
    '24',
    '31',
    '96',
    '97',
    '98',
    '99',
    '255',
  );
  const code = fc.tuple(part, part, part, part, part).map(([a, b, c, d, e]) => `${a}-${b}:${c}.${d}.${e}`);
  const known = fc.constantFrom(
    '1-0:1.8.1',
    '1-0:2.7.0',
    '0-1:24.2.1',
    '0-1:24.1.0',
    '0-1:96.1.0',
    '0-1:24.3.0',
    '0-0:98.1.0',
  );
  const group = fc.oneof(
    fc.constantFrom(
      '',
      '003',
      '00.412*kW',
      '260114181502W',
      '1*m3',
      '-1*GJ',
      '9'.repeat(40),
      '1e9*kWh',
      '0.1.2',
    ),
    fc.string({
      unit: fc.constantFrom('0', '9', '.', '*', 'k', 'W', 'm', '3', ' ', '\u{e9}'),
      maxLength: 12,
    }),
  );
  const object = fc.tuple(fc.oneof(code, known), fc.array(group, { minLength: 1, maxLength: 8 }));
  fc.assert(
    fc.property(fc.array(object, { minLength: 1, maxLength: 30 }), (objects) => {
      const answer = answerOfLines(...objects.map(([name, groups]) => `${name}(${groups.join(')(')})`));
      t.strictSame(doubleNames(answer), []);
      t.ok(answer.values.every(({ value, atMs = 0 }) => Number.isFinite(value) && Number.isFinite(atMs)));
      t.ok(answer.values.every(({ part = 'a' }) => /^[A-Za-z0-9][A-Za-z0-9-]{0,79}$/.test(part)));
      t.ok(answer.texts.every(({ text }) => text !== '' && text.length <= 1_000));
    }),
    { numRuns: 300 },
  );
  t.end();
});
