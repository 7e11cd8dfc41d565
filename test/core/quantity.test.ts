import t from 'tap';
import { quantityDefinition, quantityNames } from '../../gateway/core/quantity.ts';

t.test('a name that nobody here gave has the unit that it ends with', (t) => {
  const units: readonly (readonly [string, string])[] = [
    ['total_power_import_t1_kwh', 'kWh'],
    ['sensors.boiler.temperature_c', '°C'],
    ['phases.voltage_v[2]', 'V'],
    ['active_current_l1_a', 'A'],
    ['wifi_strength_pct', '%'],
    ['total_gas_m3', 'm³'],
    ['active_power_w', 'W'],
    ['wifi_ssid', ''],
    ['w', ''],
    ['_w', ''],
    ['a.w', ''],
    ['Power', ''],
    ['x_constructor', ''],
    ['x_', ''],
    ['', ''],
  ];
  for (const [name, unit] of units) t.equal(quantityDefinition(name).unit, unit, name);
  t.same(quantityDefinition('nobody_knows_kwh'), { kind: 'gauge', unit: 'kWh', title: 'nobody_knows_kwh' });
  t.end();
});

t.test('the names that are ours say the same unit as their definitions, where they end with one', (t) => {
  const ratios = ['grid_power_factor', 'inverter_power_factor', 'uv_index'];
  for (const name of quantityNames) {
    const { unit, kind } = quantityDefinition(name);
    const said = quantityDefinition(`other_${name}`).unit;
    if (said !== '') t.equal(said, unit, name);
    else if (kind !== 'state' && !ratios.includes(name)) t.pass(`${name} is in ${unit}, by another word`);
  }
  t.end();
});
