import fc from 'fast-check';
import t from 'tap';
import { errorCodeOf } from '../../../gateway/core/errors.ts';
import { homewizardAnswer } from '../../../gateway/io/sources/homewizard-answer.ts';
import type { HomewizardApi, MeterRole } from '../../../gateway/io/sources/homewizard-fields.ts';
import type { SourceAnswer } from '../../../gateway/io/sources/source.ts';
import { fixtureMs, homewizardFixture } from './p1-fixtures.ts';
import { doubleNames, textOf, valueOf } from './source-bench.ts';

const clock = { zone: 'Europe/Amsterdam', nowMs: fixtureMs };

function answerOf(data: unknown, api: HomewizardApi = 'v1', role: MeterRole = 'grid'): SourceAnswer {
  return homewizardAnswer(data, { api, role, clock });
}

function partValue({ values }: SourceAnswer, part: string) {
  return values.find((value) => value.part === part);
}

t.test('the recording of API v1 says what one reads in it', (t) => {
  const answer = answerOf(homewizardFixture('v1-data'));
  const expected = {
    grid_power_w: -123,
    grid_power_l1_w: -123,
    grid_power_l2_w: 456,
    grid_power_l3_w: 123.456,
    grid_import_kwh: 13779.338,
    grid_import_t1_kwh: 10830.511,
    grid_import_t4_kwh: 2948.827,
    grid_export_kwh: 13086.777,
    grid_export_t2_kwh: 8765.444,
    grid_voltage_l1_v: 230.111,
    grid_current_l1_a: -4,
    grid_frequency_hz: 50,
    grid_tariff_code: 2,
    grid_voltage_sag_l3_count: 3,
    grid_voltage_swell_l1_count: 4,
    grid_power_fail_count: 4,
    grid_power_fail_long_count: 5,
    grid_import_quarter_w: 123,
    grid_import_peak_w: 1111,
    water_flow_lpm: 12.345,
    water_m3: 1234.567,
    wifi_strength_pct: 100,
    smr_version: 50,
  };
  for (const [quantity, value] of Object.entries(expected))
    t.equal(valueOf(answer, quantity)?.value, value, quantity);
  t.match(partValue(answer, 'gas-01FFEEDDCCBBAA99887766554433221100'), {
    quantity: 'gas_m3',
    value: 1122.333,
    atMs: Date.parse('2021-03-14T11:22:33+01:00'),
  });
  t.equal(textOf(answer, 'meter_model'), 'ISKRA  2M550T-101');
  t.equal(textOf(answer, 'grid_import_peak_time'), '2023-01-01T07:00:10Z');
  t.strictSame(doubleNames(answer), []);
  t.notOk(answer.values.some(({ quantity }) => /timestamp|external|total_gas/.test(quantity)));
  t.end();
});

t.test('the recording of API v2 says what one reads in it', (t) => {
  const answer = answerOf(homewizardFixture('v2-measurement'), 'v2');
  const expected = {
    grid_power_w: -543,
    grid_power_l1_w: -676,
    grid_import_kwh: 13779.338,
    grid_export_t2_kwh: 1000,
    grid_current_a: 6,
    grid_import_quarter_w: 123,
    grid_tariff_code: 2,
  };
  for (const [quantity, value] of Object.entries(expected))
    t.equal(valueOf(answer, quantity)?.value, value, quantity);
  t.match(partValue(answer, 'gas-4E6576657220676F6E6E612072756E2061726F756E64'), {
    quantity: 'gas_m3',
    value: 2569.646,
    atMs: Date.parse('2024-06-28T14:00:00+02:00'),
  });
  t.match(partValue(answer, 'water-616E642064657365727420796F75'), { quantity: 'water_m3', value: 123.456 });
  t.end();
});

t.test('a whole that is not said is the sum of its tariffs', (t) => {
  const answer = answerOf({
    active_power_w: 1,
    total_power_import_t1_kwh: 4512.734,
    total_power_import_t2_kwh: 3981.206,
    total_power_export_kwh: null,
    total_power_export_t1_kwh: 0.1,
    total_power_export_t2_kwh: 0.2,
    total_power_export_t3_kwh: null,
  });
  t.equal(valueOf(answer, 'grid_import_kwh')?.value, 8493.94);
  t.equal(valueOf(answer, 'grid_export_kwh')?.value, 0.3);
  t.equal(valueOf(answer, 'grid_export_t3_kwh'), undefined, 'null is none');
  t.end();
});

t.test('a Belgian meter numbers its tariffs the other way round', (t) => {
  const answer = answerOf({
    smr_version: 50217,
    active_tariff: 1,
    total_power_import_t1_kwh: 10,
    total_power_import_t2_kwh: 20,
    monthly_power_peak_w: 4112,
  });
  t.equal(valueOf(answer, 'grid_import_t1_kwh')?.value, 20);
  t.equal(valueOf(answer, 'grid_import_t2_kwh')?.value, 10);
  t.equal(valueOf(answer, 'grid_import_kwh')?.value, 30);
  t.equal(valueOf(answer, 'grid_tariff_code')?.value, 2);
  t.equal(valueOf(answer, 'grid_import_peak_w')?.value, 4112, 'spelt as it should be');
  t.end();
});

t.test('what is null or missing is none, and never 0', (t) => {
  const answer = answerOf({ active_power_w: 0, active_power_l1_w: null, total_gas_m3: null, external: null });
  t.strictSame(
    answer.values.map(({ quantity, value }) => `${quantity}=${value}`),
    ['grid_power_w=0'],
  );
  t.end();
});

t.test('with its cable out it says its radio only, and that is no reading', (t) => {
  for (const data of [
    { wifi_ssid: 'home', wifi_strength: 76 },
    { wifi_strength: 76, smr_version: null, meter_model: null, active_power_w: null, external: [] },
    {},
  ])
    t.throws(() => answerOf(data), { code: 'source_unavailable', hint: /P1 port/ });
  t.throws(() => answerOf([]), { code: 'answer_invalid' });
  t.throws(() => answerOf('x'), { code: 'answer_invalid' });
  t.end();
});

t.test('a field of another type is no answer, and nothing else is taken from it', (t) => {
  for (const data of [
    { active_power_w: '412' },
    { active_power_w: 1, total_gas_m3: '1' },
    { active_power_w: 1, total_power_import_t1_kwh: '4512.734' },
    { active_power_w: 1, external: {} },
    { active_power_w: 1, external: [7] },
    { active_power_w: 1, external: [{ type: 'gas_meter', value: '1', unit: 'm3' }] },
    { active_power_w: 1, external: [{ type: 3, value: 1, unit: 'm3' }] },
    { active_power_w: 1, external: [{ type: 'gas_meter', unique_id: 12, value: 1, unit: 'm3' }] },
  ])
    t.throws(() => answerOf(data), { code: 'answer_invalid', facts: { where: /./ } }, JSON.stringify(data));
  t.end();
});

t.test('what cannot be is suspect, and kept', (t) => {
  const answer = answerOf({ active_power_w: 9e9, active_voltage_l1_v: 231, total_power_import_kwh: -1 });
  t.match(valueOf(answer, 'grid_power_w'), { value: 9e9, quality: 'suspect' });
  t.match(valueOf(answer, 'grid_import_kwh'), { quality: 'suspect' });
  t.match(valueOf(answer, 'grid_voltage_l1_v'), { quality: 'good' });
  t.end();
});

t.test('meters behind it are parts, with units of their own', (t) => {
  const at = 260114181001;
  const answer = answerOf({
    active_power_w: 1,
    total_gas_m3: 5,
    gas_unique_id: 'A1',
    external: [
      { unique_id: 'A1', type: 'gas_meter', timestamp: at, value: 5, unit: 'm3' },
      { unique_id: 'B2', type: 'heat_meter', timestamp: at, value: 12.5, unit: 'GJ' },
      { unique_id: 'C3', type: 'warm_water_meter', timestamp: at, value: 7, unit: 'm3' },
      {
        unique_id: 'D4',
        type: 'inlet_heat_meter',
        timestamp: at,
        value: 8,
        unit: 'GJ',
        fieldOfALaterVersion: 4,
      },
      { unique_id: null, type: 'water_meter', timestamp: null, value: 9, unit: 'm3' },
      { unique_id: 'E5', type: 'cold_meter', timestamp: at, value: 10, unit: 'GJ' },
      { unique_id: 'F6', type: 'gas_meter', timestamp: at, value: 11, unit: 'kWh' },
      { unique_id: 'G7', type: 'gas_meter', timestamp: at, value: null, unit: 'm3' },
      { unique_id: 'A1', type: 'gas_meter', timestamp: at, value: 6, unit: 'm3' },
      { unique_id: 'H8/../x', type: 'water_meter', timestamp: at, value: -1, unit: 'm3' },
    ],
  });
  t.strictSame(
    answer.values
      .filter(({ part }) => part !== undefined)
      .map(({ part, quantity, value }) => `${part} ${quantity}=${value}`),
    [
      'gas-A1 gas_m3=5',
      'heat-B2 heat_gj=12.5',
      'warm-water-C3 water_m3=7',
      'inlet-heat-D4 heat_gj=8',
      'inlet-heat-D4 fieldOfALaterVersion=4',
      'water-channel-5 water_m3=9',
      'meter-cold-meter-E5 value=10',
      'gas-F6 value=11',
      'water-H8x water_m3=-1',
    ],
  );
  t.match(partValue(answer, 'heat-B2'), { atMs: Date.parse('2026-01-14T17:10:01Z') });
  t.match(partValue(answer, 'water-H8x'), { quality: 'suspect' });
  t.equal(answer.texts.find(({ part, quantity }) => part === 'gas-F6' && quantity === 'unit')?.text, 'kWh');
  t.strictSame(doubleNames(answer), []);
  t.end();
});

t.test('sockets and kWh meters are loads, or panels when their owner says so', (t) => {
  const data = {
    total_power_import_kwh: 2.705,
    total_power_export_kwh: 1255.551,
    active_power_w: -3058.698,
    active_voltage_v: 228.472,
    active_power_factor: 0.998,
    active_apparent_current_a: 10.5,
  };
  const load = answerOf(data, 'v1', 'load');
  t.equal(valueOf(load, 'load_power_w')?.value, -3058.698);
  t.equal(valueOf(load, 'load_energy_kwh')?.value, 2.705);
  t.equal(valueOf(load, 'load_voltage_v')?.value, 228.472);
  t.equal(valueOf(load, 'active_apparent_current_a')?.value, 10.5, 'what has no name of ours keeps its own');
  const pv = answerOf(data, 'v1', 'pv');
  t.equal(valueOf(pv, 'pv_power_w')?.value, 3058.698);
  t.equal(valueOf(pv, 'pv_energy_kwh')?.value, 1255.551);
  t.equal(valueOf(pv, 'active_voltage_v')?.value, 228.472);
  t.equal(valueOf(pv, 'grid_power_w'), undefined);
  t.end();
});

t.test('a battery that is charged is negative', (t) => {
  const data = {
    energy_import_kwh: 12,
    energy_export_kwh: 10,
    power_w: 400,
    state_of_charge_pct: 50,
    cycles: 7,
  };
  const answer = answerOf(data, 'v2', 'battery');
  t.equal(valueOf(answer, 'battery_power_w')?.value, -400);
  t.equal(valueOf(answer, 'battery_charge_kwh')?.value, 12);
  t.equal(valueOf(answer, 'battery_discharge_kwh')?.value, 10);
  t.equal(valueOf(answer, 'battery_soc_pct')?.value, 50);
  t.equal(valueOf(answer, 'battery_cycle_count')?.value, 7);
  t.end();
});

t.test('of a product that is not known nothing is taken for the grid', (t) => {
  const answer = answerOf({ active_power_w: 5, wifi_strength: 50 }, 'v1', 'unknown');
  t.equal(valueOf(answer, 'active_power_w')?.value, 5);
  t.equal(valueOf(answer, 'wifi_strength_pct')?.value, 50);
  t.equal(answer.values.length, 2);
  t.equal(valueOf(answerOf({ active_power_w: 5 }, 'v1', 'unknown'), 'active_power_w')?.value, 5);
  t.end();
});

t.test('an answer with anything in its fields is refused, or read without inventing a number', (t) => {
  const fields = Object.keys(homewizardFixture('v1-data'));
  const anything = fc.oneof(
    fc.constantFrom(null, 0, -1, 1e308, true, '', 'x', 260114181001, {}, []),
    fc.double({ noDefaultInfinity: true, noNaN: true }),
  );
  const meter = fc.record(
    {
      unique_id: fc.oneof(fc.string(), anything),
      type: fc.oneof(fc.constantFrom('gas_meter', 'heat_meter', 'x'.repeat(90)), anything),
      timestamp: anything,
      value: anything,
      unit: fc.oneof(fc.constantFrom('m3', 'GJ', 'kWh'), anything),
    },
    { requiredKeys: [] },
  );
  const change = fc.dictionary(fc.constantFrom(...fields), anything, { maxKeys: 4 });
  fc.assert(
    fc.property(change, fc.array(meter, { maxLength: 4 }), (changed, external) => {
      const said = { ...homewizardFixture('v1-data'), ...changed, external };
      try {
        const answer = answerOf(said);
        t.strictSame(doubleNames(answer), []);
        t.ok(answer.values.every(({ value }) => Number.isFinite(value)));
        t.ok(answer.values.every(({ part = 'a' }) => /^[A-Za-z0-9][A-Za-z0-9-]{0,79}$/.test(part)));
        if (typeof (said as Record<string, unknown>)['active_power_w'] !== 'number')
          t.equal(valueOf(answer, 'grid_power_w'), undefined);
      } catch (error) {
        t.equal(errorCodeOf(error), 'answer_invalid', JSON.stringify(said));
      }
    }),
    { numRuns: 300 },
  );
  t.end();
});
