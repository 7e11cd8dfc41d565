import assert from 'node:assert';
import t from 'tap';
import { discoverSunspec } from '../../../../gateway/io/drivers/sunspec/discover.ts';
import { createPollDecoder } from '../../../../gateway/io/drivers/decode-poll.ts';
import { extentOf } from '../../../../gateway/io/drivers/register-map.ts';
import {
  derOnly,
  floatInverter,
  floatMeter,
  froniusMeter,
  gen24Float,
  gen24Integer,
  gen24Modules,
  integerInverter,
  integerMeter,
  mppt,
  smaInverter,
  solarEdge,
  storage,
} from './devices.ts';
import { common, failure, poll, RegisterImage, s16, type ModelImage } from './register-image.ts';

const solarEdgeInverter = {
  inverter_power_w: 5_432,
  inverter_apparent_power_va: 5_440,
  inverter_reactive_power_var: -120,
  inverter_power_factor: 0.999,
  inverter_current_a: 7.86,
  inverter_current_l1_a: 2.62,
  inverter_current_l2_a: 2.62,
  inverter_current_l3_a: 2.62,
  inverter_energy_kwh: 12_345.678,
  inverter_dc_current_a: 13.78,
  inverter_dc_voltage_v: 400,
  inverter_dc_power_w: 5_512,
  inverter_heatsink_temperature_c: 41.25,
  device_status: 4,
  alarm_code: 0,
};
const meterValues = {
  grid_power_w: -1_200,
  grid_power_l1_w: -500,
  grid_power_l2_w: -600,
  grid_power_l3_w: -100,
  grid_apparent_power_va: 1_250,
  grid_reactive_power_var: 150,
  grid_power_factor: -0.96,
  grid_current_l1_a: 2,
  grid_current_l2_a: 2.5,
  grid_current_l3_a: 1.5,
  grid_voltage_l1_v: 230.1,
  grid_voltage_l2_v: 230.2,
  grid_voltage_l3_v: 230.3,
  grid_frequency_hz: 50.02,
  grid_import_kwh: 7_000.002,
  grid_export_kwh: 5_000.001,
  meter_status: 0,
};
const phaseCounters = ['export', 'import'].flatMap((way) =>
  ['l1', 'l2', 'l3'].map((l) => `grid_${way}_${l}_kwh`),
);

t.test('a SolarEdge with its meter: short common models, and export is positive on the wire', async (t) => {
  const image = RegisterImage.of(solarEdge);
  t.equal(image.words.get(40_083), 5_432, 'the inverter stands where its manual says');
  t.equal(image.words.get(40_206), 0x10000 - 1_200, 'and the meter');
  const map = await discoverSunspec(image.read);
  const { values, missing, suspect } = await poll(map, image.read);
  t.strictSame(values, {
    ...solarEdgeInverter,
    ...meterValues,
    pv_power_w: 5_512,
    grid_power_w: 1_200,
    grid_power_l1_w: 500,
    grid_power_l2_w: 600,
    grid_power_l3_w: 100,
    grid_reactive_power_var: -150,
  });
  t.strictSame(missing, [...phaseCounters, 'inverter_temperature_c'].sort());
  t.strictSame(suspect, []);
  t.strictSame(map.serialNumber, { table: 'holding', address: 40_052, count: 16 });
  t.strictSame(map.model, { table: 'holding', address: 40_020, count: 16 });
  t.strictSame(map.firmware, { table: 'holding', address: 40_044, count: 8 });
  t.strictSame(map.controls, []);
});

const gen24Battery = {
  pv_power_w: 3_120.5 + 61.5,
  pv_energy_kwh: 12.35,
  pv_string1_power_w: 3_120.5,
  pv_string1_voltage_v: 600.1,
  pv_string1_current_a: 5.2,
  pv_string2_power_w: 61.5,
  pv_string2_voltage_v: 410,
  pv_string2_current_a: 0.15,
  battery_power_w: -2_609.8,
  battery_charge_kwh: 2.17953,
  battery_discharge_kwh: 2,
  battery_soc_pct: 62.5,
  battery_status: 4,
  battery_capacity_kwh: 10.24,
};

t.test('a GEN24 with scale factors: two strings, and a battery behind two more modules', async (t) => {
  const image = RegisterImage.of(gen24Integer);
  const { values, missing } = await poll(await discoverSunspec(image.read), image.read);
  const dc = ['inverter_dc_current_a', 'inverter_dc_power_w', 'inverter_dc_voltage_v'];
  const inverter = Object.entries(solarEdgeInverter).filter(([quantity]) => !dc.includes(quantity));
  t.strictSame(values, {
    ...Object.fromEntries(inverter),
    ...gen24Battery,
    grid_voltage_l1_v: 231,
    grid_voltage_l2_v: 231.1,
    grid_voltage_l3_v: 231.2,
    grid_frequency_hz: 50.01,
  });
  t.strictSame(missing, ['battery_voltage_v', ...dc, 'inverter_temperature_c']);
});

t.test('a GEN24 in floating point gives the same of its panels and battery', async (t) => {
  const image = RegisterImage.of(gen24Float);
  const { values } = await poll(await discoverSunspec(image.read), image.read);
  t.match(values, {
    ...gen24Battery,
    inverter_power_w: 177,
    inverter_power_factor: 1,
    inverter_energy_kwh: 26_320,
    inverter_dc_power_w: 193.75,
    grid_voltage_l2_v: 229.5,
    grid_frequency_hz: 50,
    device_status: 4,
  });
});

t.test('a meter of Fronius, on a unit of its own: import is positive', async (t) => {
  const image = RegisterImage.of(froniusMeter);
  const { values, missing } = await poll(await discoverSunspec(image.read), image.read);
  t.strictSame(values, meterValues);
  t.strictSame(missing, phaseCounters);
});

t.test('a meter in floating point has its power factor as a fraction', async (t) => {
  const image = RegisterImage.of([common({ maker: 'Fronius', model: 'M', serial: '1' }), floatMeter(213)]);
  const { values } = await poll(await discoverSunspec(image.read), image.read);
  t.strictSame(values, {
    grid_power_w: -640.5,
    grid_power_factor: -0.5,
    grid_frequency_hz: 49.5,
    grid_import_kwh: 2.5,
    grid_export_kwh: 1.5,
    meter_status: 4,
  });
});

t.test('an SMA: models of its maker are skipped, and an unused input adds nothing', async (t) => {
  const image = RegisterImage.of(smaInverter);
  const map = await discoverSunspec(image.read);
  const { values, missing } = await poll(map, image.read);
  t.match(values, {
    ...solarEdgeInverter,
    pv_power_w: 1_001,
    pv_string1_power_w: 500,
    pv_string2_power_w: 501,
  });
  t.notOk('battery_power_w' in values);
  const third = ['pv_string3_current_a', 'pv_string3_power_w', 'pv_string3_voltage_v'];
  t.strictSame(missing, ['battery_capacity_kwh', 'inverter_temperature_c', 'pv_energy_kwh', ...third]);
});

t.test('an input whose request failed is not one that gives nothing', async (t) => {
  const image = RegisterImage.of(smaInverter);
  const decode = createPollDecoder(await discoverSunspec(image.read));
  const headerAndFirst = { table: 'holding', address: mpptAt, count: 30 } as const;
  const values = decode([{ range: headerAndFirst, words: await image.read(headerAndFirst) }]);
  const valueOf = (name: string): number | undefined =>
    values.find(({ quantity }) => quantity === name)?.value;
  t.equal(valueOf('pv_string1_power_w'), 500);
  t.ok(Number.isNaN(valueOf('pv_power_w')), 'and not 500');
});

t.test('a device with models of the 700 series only', async (t) => {
  const image = RegisterImage.of(derOnly);
  const { values } = await poll(await discoverSunspec(image.read), image.read);
  t.strictSame(values, {
    inverter_power_w: -2_500,
    inverter_power_l1_w: -2_500,
    inverter_apparent_power_va: 2_510,
    inverter_reactive_power_var: 120,
    inverter_power_factor: -0.996,
    inverter_current_a: 10.8,
    inverter_current_l1_a: 10.8,
    inverter_energy_kwh: 9_007_199_254.740993,
    inverter_temperature_c: 31.5,
    inverter_dc_power_w: -240,
    inverter_dc_current_a: 5,
    grid_voltage_l1_v: 231.2,
    grid_frequency_hz: 49.987,
    device_status: 3,
    alarm_code: 0,
    pv_power_w: 950,
    pv_energy_kwh: 3_000,
    pv_string1_power_w: 950,
    pv_string1_voltage_v: 380,
    pv_string1_current_a: 2.5,
    battery_power_w: -1_190,
    battery_charge_kwh: 4_000,
    battery_discharge_kwh: 2_000,
    battery_current_a: -29.7,
    battery_voltage_v: 400.7,
    battery_temperature_c: 24.8,
    battery_soc_pct: 64,
    battery_soh_pct: 99,
    battery_capacity_kwh: 10,
    battery_available_kwh: 6.4,
    battery_status: 0,
  });
});

/** Of `smaInverter`: after the common model, 11, 12, 103, 120, 123 and 64000. */
const mpptAt = 40_002 + 68 + 15 + 100 + 52 + 28 + 26 + 122;

const inverterCommon = common({ maker: 'Maker', model: 'Model', serial: 'S1' });

t.test('with a battery, an input without a name is not taken for panels', async (t) => {
  const named = (...names: string[]): ModelImage =>
    mppt(names.map((name) => ({ name, power: 100, energy: 1_000 })));
  const panelsOf = async (maker: string, ...models: ModelImage[]): Promise<unknown> => {
    const image = RegisterImage.of([
      common({ maker, model: 'M', serial: '1' }),
      integerInverter(103),
      ...models,
    ]);
    const { values } = await poll(await discoverSunspec(image.read), image.read);
    return [values['pv_power_w'], values['battery_power_w']];
  };
  t.strictSame(await panelsOf('Maker', named('', '', '')), [30, undefined], 'no battery: all are panels');
  t.strictSame(await panelsOf('Maker'), [5_512, undefined], 'no inputs, no battery: the DC side is panels');
  t.strictSame(
    await panelsOf('Maker', storage()),
    [undefined, undefined],
    'and with a battery it may not be',
  );
  t.strictSame(await panelsOf('Maker', named('', '', ''), storage()), [undefined, undefined]);
  t.strictSame(await panelsOf('Maker', named('PV1', '', 'PV3'), storage()), [20, undefined]);
  t.strictSame(await panelsOf('Maker', named('', '', 'Battery'), storage()), [20, undefined]);
  t.strictSame(await panelsOf('Fronius', named('', '', '', ''), storage()), [20, 0], 'GEN24');
  t.strictSame(
    await panelsOf('Fronius', named('String 1', 'String 2'), storage()),
    [10, undefined],
    'Symo Hybrid',
  );
});

t.test('battery power is that of the one module that has some', async (t) => {
  const [first, second, charge, discharge] = gen24Modules;
  assert(first && second && charge && discharge, 'four modules');
  const powerOf = async (chargePower: number, dischargePower: number): Promise<number | undefined> => {
    const modules = [
      first,
      second,
      { ...charge, power: chargePower },
      { ...discharge, power: dischargePower },
    ];
    const image = RegisterImage.of([inverterCommon, integerInverter(103), mppt(modules), storage()]);
    return (await poll(await discoverSunspec(image.read), image.read)).values['battery_power_w'];
  };
  t.equal(await powerOf(1_000, 0), -100);
  t.equal(await powerOf(0, 1_000), 100);
  t.equal(await powerOf(0xffff, 1_000), 100);
  t.equal(await powerOf(1_000, 0xffff), -100);
  t.equal(await powerOf(0xffff, 0xffff), undefined);
});

t.test(
  'models of several generations: gauges from the newest that has one, counters from the newest',
  async (t) => {
    const der = derOnly[1];
    assert(der !== undefined, 'a model 701');
    const newest = {
      ...der,
      words: { ...der.words, 10: s16(-0x8000), 19: [0xffff, 0xffff, 0xffff, 0xffff] },
    };
    const image = RegisterImage.of([inverterCommon, integerInverter(101), floatInverter(111), newest]);
    const { values, missing } = await poll(await discoverSunspec(image.read), image.read);
    t.equal(values['inverter_power_w'], 177, '701 has no power now: 111');
    t.equal(values['grid_frequency_hz'], 49.987, '701');
    t.equal(values['inverter_heatsink_temperature_c'], 41.25, 'only 101 has one');
    t.ok(missing.includes('inverter_energy_kwh'), 'a counter does not jump to that of another model');
    t.equal(values['device_status'], 3, 'nor do codes mix');
  },
);

t.test(
  'of several inverters and meters the first counts, and a meter elsewhere is not the grid’s',
  async (t) => {
    const meterCommon = (option: string): ModelImage =>
      common({ maker: 'SolarEdge', model: 'M', serial: option, option }, 65);
    const image = RegisterImage.of([
      inverterCommon,
      integerInverter(101),
      common({ maker: 'Maker', model: 'Model', serial: 'S2' }),
      integerInverter(103, { 14: s16(1) }),
      meterCommon('Production'),
      integerMeter(201, { 18: s16(10) }),
      meterCommon('Export+Import'),
      integerMeter(201, { 18: s16(20) }),
      meterCommon('Export+Import'),
      integerMeter(201, { 18: s16(30) }),
    ]);
    const map = await discoverSunspec(image.read);
    const { values } = await poll(map, image.read);
    t.equal(values['inverter_power_w'], 5_432);
    t.equal(values['grid_power_w'], -20);
    t.strictSame(map.serialNumber, { table: 'holding', address: 40_052, count: 16 });
  },
);

t.test('a scale factor that changes between polls is followed', async (t) => {
  const image = RegisterImage.of(solarEdge);
  const map = await discoverSunspec(image.read);
  const powerAfter = async (power: number, exponent: number): Promise<unknown> => {
    image.put(40_083, [...s16(power), ...s16(exponent)]);
    const { values, missing } = await poll(map, image.read);
    return values['inverter_power_w'] ?? missing.includes('inverter_power_w');
  };
  t.equal(await powerAfter(5_432, -1), 543.2);
  t.equal(await powerAfter(-12, 2), -1_200);
  t.equal(await powerAfter(5_432, -0x8000), true, 'not implemented');
  t.equal(await powerAfter(5_432, 11), true, 'beyond what there is');
  for (const field of map.fields) t.ok(extentOf(field).count <= 125, `${field.name} comes in one request`);
});

t.test('a model that is shorter than its definition has no points beyond', async (t) => {
  const short: ModelImage = { ...integerInverter(103), length: 31 };
  const body = Object.entries(short.words).filter(([offset]) => Number(offset) < 33);
  const image = RegisterImage.of([inverterCommon, { ...short, words: Object.fromEntries(body) }]);
  const { values } = await poll(await discoverSunspec(image.read), image.read);
  t.equal(values['inverter_dc_power_w'], 5_512, 'the last point whose scale factor is there');
  t.notOk('inverter_heatsink_temperature_c' in values || 'device_status' in values);
});

t.test('inputs too far from their scale factor are left out', async (t) => {
  const modules = (count: number): ModelImage =>
    mppt(Array.from({ length: count }, () => ({ name: 'String', power: 100 })));
  const panelsOf = async (count: number): Promise<unknown> => {
    const image = RegisterImage.of([inverterCommon, integerInverter(103), modules(count)]);
    return (await poll(await discoverSunspec(image.read), image.read)).values['pv_power_w'];
  };
  t.equal(await panelsOf(6), 60, 'all six');
  t.equal(await panelsOf(7), 5_512, 'the seventh is not: the inverter has the sum');
});

t.test('a device without anything to measure, or without SunSpec, is not one', async (t) => {
  await t.rejects(discoverSunspec(RegisterImage.of([inverterCommon]).read), { code: 'device_unknown' });
  await t.rejects(discoverSunspec(RegisterImage.of([]).read), { code: 'device_unknown' });
  await t.rejects(discoverSunspec(new RegisterImage().read), { code: 'device_unknown' });
});

t.test('trouble at any request is an error, never half a map', async (t) => {
  const image = RegisterImage.of(gen24Integer);
  await discoverSunspec(image.read);
  const count = image.requests.length;
  t.ok(count < 30, `${count} requests`);
  for (let at = 0; at < count; at += 1) {
    const broken = RegisterImage.of(gen24Integer);
    broken.failure = () => (broken.requests.length === at + 1 ? failure('device_timeout') : undefined);
    await t.rejects(discoverSunspec(broken.read), { code: 'device_timeout' }, `request ${at + 1}`);
  }
});
