import t from 'tap';
import { deviceInstants, type DeviceInstant } from '../../../gateway/io/sinks/device-instants.ts';
import { srcfulKinds, srcfulObject } from '../../../gateway/io/sinks/srcful-objects.ts';
import type { SinkRow } from '../../../gateway/io/sinks/sink.ts';

const atMs = 1_755_701_251_122;

function instant(
  values: Readonly<Record<string, number | null>>,
  more: Partial<SinkRow> = {},
): DeviceInstant {
  const rows = Object.entries(values).map(([quantity, value]) => ({
    device: 'd',
    quantity,
    unit: '',
    atMs,
    value,
    quality: 'good' as const,
    ...more,
  }));
  const [found] = deviceInstants({ rows, texts: [], isLive: true }).get('d') ?? [];
  return found ?? { atMs, rows: new Map(), texts: new Map() };
}

t.test(
  'the ancestor’s example of a meter comes out as it stands there, but for how long reading took',
  (t) => {
    const meter = instant({
      grid_power_w: 1_200,
      grid_frequency_hz: 49.99,
      grid_voltage_l1_v: 230.1,
      grid_current_l1_a: 1.74,
      grid_power_l1_w: 400,
      grid_voltage_l2_v: 229.4,
      grid_current_l2_a: 1.65,
      grid_power_l2_w: 380,
      grid_voltage_l3_v: 231,
      grid_current_l3_a: 1.81,
      grid_power_l3_w: 420,
      grid_import_kwh: 25_000,
      grid_export_kwh: 18_000,
    });
    const example =
      '{"type":"meter","make":"Deye","timestamp":1755701251122,"read_time_ms":812,"W":1200,"Hz":49.99,' +
      '"L1_V":230.1,"L1_A":1.74,"L1_W":400,"L2_V":229.4,"L2_A":1.65,"L2_W":380,"L3_V":231.0,"L3_A":1.81,"L3_W":420,' +
      '"total_import_Wh":25000000,"total_export_Wh":18000000}';
    const { read_time_ms: readMs, ...rest } = JSON.parse(example) as Record<string, unknown>;
    t.equal(readMs, 812);
    t.equal(JSON.stringify(srcfulObject('meter', meter, 'Deye')), JSON.stringify(rest), 'and in that order');
    t.same(
      srcfulKinds.map((kind) => srcfulObject(kind, meter, 'Deye') !== undefined),
      [false, false, true],
    );
    t.end();
  },
);

t.test('signs are theirs: production is negative, charging is positive', (t) => {
  const all = instant({
    pv_power_w: 4_200.5,
    pv_string1_voltage_v: 612.3,
    pv_string1_current_a: 6.9,
    inverter_temperature_c: 41,
    pv_energy_kwh: 12_345.678,
    battery_power_w: 800,
    battery_current_a: -2.5,
    battery_voltage_v: 400,
    battery_soc_pct: 57.3,
    battery_temperature_c: 21,
    battery_charge_kwh: 0.1,
    battery_discharge_kwh: 1_234.1,
  });
  t.same(srcfulObject('pv', all, 'Sungrow'), {
    type: 'pv',
    make: 'Sungrow',
    timestamp: atMs,
    W: -4_200.5,
    mppt1_V: 612.3,
    mppt1_A: 6.9,
    heatsink_C: 41,
    total_generation_Wh: 12_345_678,
  });
  t.same(srcfulObject('battery', all, undefined), {
    type: 'battery',
    timestamp: atMs,
    W: -800,
    A: 2.5,
    V: 400,
    SoC_nom_fract: 0.573,
    heatsink_C: 21,
    total_charge_Wh: 100,
    total_discharge_Wh: 1_234_100,
  });
  t.end();
});

t.test(
  'at night nothing is 0 and not −0, and the heat sink of the first kind goes before the second',
  (t) => {
    const night = instant({ pv_power_w: 0, inverter_heatsink_temperature_c: 12, inverter_temperature_c: 15 });
    t.equal(
      JSON.stringify(srcfulObject('pv', night, undefined)),
      `{"type":"pv","timestamp":${atMs},"W":0,"heatsink_C":12}`,
    );
    t.ok(Object.is(srcfulObject('pv', night, undefined)?.['W'], 0));
    t.end();
  },
);

t.test('what is missing or not believed is left out, and makes no object by itself', (t) => {
  t.equal(srcfulObject('meter', instant({ grid_power_w: null }), undefined), undefined);
  t.equal(srcfulObject('meter', instant({ grid_power_w: 5 }, { quality: 'suspect' }), undefined), undefined);
  t.equal(srcfulObject('meter', instant({ grid_frequency_hz: 50 }), undefined), undefined);
  t.equal(srcfulObject('pv', instant({ inverter_temperature_c: 30 }), undefined), undefined);
  t.equal(srcfulObject('battery', instant({ battery_temperature_c: 30 }), undefined), undefined);
  t.same(srcfulObject('meter', instant({ grid_power_w: 5 }, { quality: 'estimated' }), undefined), {
    type: 'meter',
    timestamp: atMs,
    W: 5,
  });
  t.end();
});
