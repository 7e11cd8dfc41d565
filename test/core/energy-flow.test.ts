import t from 'tap';
import { energyFlow, energyFlowNames, energyMeans } from '../../gateway/core/energy-flow.ts';
import { quantityDefinition, quantityNames } from '../../gateway/core/quantity.ts';

t.test('each flow has a counter in kWh and a power in W, and no two share both power and sign', (t) => {
  for (const name of energyFlowNames) {
    const { counter, power } = energyFlow(name);
    t.match(quantityDefinition(counter), { kind: 'counter', unit: 'kWh' }, counter);
    t.match(quantityDefinition(power), { kind: 'gauge', unit: 'W' }, power);
  }
  const directions = energyFlowNames.map((name) => `${energyFlow(name).power} ${energyFlow(name).sign}`);
  t.equal(new Set(directions).size, energyFlowNames.length);
  t.end();
});

t.test('only quantities of a flow have energy in them', (t) => {
  t.equal(energyMeans('grid_import_kwh'), 'counter');
  t.equal(energyMeans('battery_power_w'), 'power');
  t.equal(energyMeans('grid_power_l1_w'), undefined);
  t.equal(energyMeans('no_such_quantity'), undefined);
  t.equal(quantityNames.filter((name) => energyMeans(name) === 'counter').length, energyFlowNames.length);
  t.end();
});
