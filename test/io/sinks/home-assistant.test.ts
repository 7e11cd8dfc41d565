import fc from 'fast-check';
import t from 'tap';
import { quantityDefinition, quantityNames } from '../../../gateway/core/quantity.ts';
import { discoveryMessage, type Component } from '../../../gateway/io/sinks/home-assistant.ts';
import { mqttTopics } from '../../../gateway/io/sinks/mqtt-topics.ts';

const options = {
  prefix: 'homeassistant',
  site: 'home',
  topics: mqttTopics('egw', 'home'),
  isJson: true,
  expireAfterSeconds: 120,
};

type Entity = Readonly<Record<string, string | number | undefined>>;

function entities(components: readonly Component[], more: object = {}): readonly Entity[] {
  const { payload } = discoveryMessage('meter', components, { ...options, ...more });
  return Object.values((JSON.parse(payload) as { cmps: Record<string, Entity> }).cmps);
}

/** Wire facts, "Sensor classes for energy": what goes with what. */
const unitsOf: Readonly<Record<string, readonly string[]>> = {
  power: ['W', 'MW'],
  energy: ['kWh', 'GJ'],
  energy_storage: ['kWh'],
  voltage: ['V', 'mV'],
  current: ['A'],
  frequency: ['Hz'],
  apparent_power: ['VA'],
  reactive_power: ['var'],
  battery: ['%'],
  humidity: ['%'],
  temperature: ['°C'],
  gas: ['m³'],
  water: ['m³'],
  signal_strength: ['dBm'],
  duration: ['s'],
  atmospheric_pressure: ['hPa'],
};

t.test('every quantity has a class and a unit that Home Assistant knows together', (t) => {
  for (const quantity of quantityNames) {
    const { unit, kind } = quantityDefinition(quantity);
    const [entity] = entities([{ quantity, unit }]);
    const { dev_cla: name, stat_cla: state, unit_of_meas: shown } = entity ?? {};
    if (kind === 'state') t.same([name, state], [undefined, undefined], quantity);
    else t.ok(state, quantity);
    if (kind === 'counter') t.equal(state, 'total_increasing', quantity);
    if (name === 'power_factor') t.equal(shown, undefined, quantity);
    else if (name !== undefined)
      t.ok(unitsOf[name]?.includes(String(shown)), `${quantity}: ${name} in ${shown}`);
    if (name === 'energy') t.ok(state === 'total' || state === 'total_increasing', quantity);
  }
  t.match(entities([{ quantity: 'battery_available_kwh', unit: 'kWh' }])[0], {
    dev_cla: 'energy_storage',
    stat_cla: 'measurement',
  });
  t.match(entities([{ quantity: 'pv_energy_today_kwh', unit: 'kWh' }])[0], {
    dev_cla: 'energy',
    stat_cla: 'total_increasing',
  });
  t.end();
});

t.test('a device comes with its parts, where they are said, and when they are there', (t) => {
  const { topic, payload } = discoveryMessage(
    'Meter 1/é',
    [
      { quantity: 'grid_power_w', unit: 'W' },
      { quantity: 'wifi.ssid', unit: undefined },
    ],
    options,
  );
  t.match(topic, /^homeassistant\/device\/[a-zA-Z0-9_-]+\/config$/);
  const config = JSON.parse(payload) as {
    avty_t: string;
    dev: { ids: string[] };
    cmps: Record<string, Entity>;
  };
  t.equal(config.avty_t, 'egw/home/status');
  t.match(Object.values(config.cmps), [
    {
      p: 'sensor',
      name: 'Grid power, import +, export −',
      stat_t: 'egw/home/Meter 1%2Fé/grid_power_w',
      val_tpl: '{{ value_json.value }}',
      exp_aft: 120,
    },
    { p: 'sensor', val_tpl: '{{ value_json.text[:255] }}', exp_aft: undefined, stat_cla: undefined },
  ]);
  const [plain] = entities([{ quantity: 'grid_power_w', unit: 'W' }], {
    isJson: false,
    expireAfterSeconds: 0,
  });
  t.equal(plain?.['val_tpl'], undefined);
  t.equal(plain?.['exp_aft'], undefined);
  t.end();
});

t.test('ids are of the letters allowed, the same every time, and no two names share one', (t) => {
  const name = fc.string({ unit: fc.constantFrom('a', '_', '-', '/', 'é', ' '), minLength: 1, maxLength: 5 });
  const idOf = (device: string, quantity: string): string => {
    const { payload } = discoveryMessage(device, [{ quantity, unit: 'W' }], options);
    return (
      Object.values((JSON.parse(payload) as { cmps: Record<string, { uniq_id: string }> }).cmps)[0]
        ?.uniq_id ?? ''
    );
  };
  const named = fc.tuple(name, name);
  fc.assert(
    fc.property(named, named, (one, other) => {
      t.match(idOf(...one), /^[a-zA-Z0-9_-]+$/);
      t.equal(idOf(...one), idOf(...one));
      t.equal(idOf(...one) === idOf(...other), one.join('\n') === other.join('\n'));
    }),
    { numRuns: 200 },
  );
  t.end();
});
