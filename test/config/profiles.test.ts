import t from 'tap';
import { load, problemsOf } from './inputs.ts';

const good = {
  id: 'acme-sun',
  title: 'Acme Sun 5000',
  serialNumber: { table: 'input', address: 10, count: 8 },
  fields: [
    { name: 'pv_power_w', table: 'input', address: 100, encoding: 'u32', min: 0, max: 20_000 },
    { name: 'grid_power_w', table: 'input', address: 104, encoding: 's32', scale: -1 },
  ],
};
const roof = { id: 'roof', driver: 'acme-sun', transport: { kind: 'modbus-tcp', host: '192.168.1.50' } };
const meter = {
  id: 'meter',
  driver: 'eastron-sdm630',
  transport: { kind: 'modbus-tcp', host: '192.168.1.51' },
};

function text(profile: object): string {
  return JSON.stringify({ profiles: [profile], devices: [roof, meter] });
}

t.test('a device may name a profile of the file as its driver', async (t) => {
  const { config, quarantined } = await load(text(good));
  t.same(quarantined, []);
  t.same(
    config.devices.map(({ driver }) => driver),
    ['acme-sun', 'eastron-sdm630'],
  );
  t.match(config.profiles, [
    { id: 'acme-sun', wordOrder: 'big', unit: 1, port: 502, limits: { registersMax: 100 } },
  ]);
});

t.test('a profile with a mistake costs its own devices only, and says field, value and limit', async (t) => {
  const [first, second] = good.fields;
  const field = (change: object): object => ({ ...good, fields: [{ ...first, ...change }, second] });
  const rows: readonly [string, object, RegExp][] = [
    ['address out of range', field({ address: 70_000 }), /fields\[0\]\.address .*65535, not 70000/],
    ['address below zero', field({ address: -1 }), /fields\[0\]\.address .*0, not -1/],
    [
      'a value that ends after the last address',
      field({ address: 65_535 }),
      /fields\[0\]\.address 65535 with u32/,
    ],
    [
      'unknown register type',
      field({ encoding: 'u8' }),
      /fields\[0\]\.encoding must be one of u16.*not "u8"/,
    ],
    [
      'unknown table',
      field({ table: 'coils' }),
      /fields\[0\]\.table must be one of holding, input, not "coils"/,
    ],
    [
      'unknown quantity',
      field({ name: 'pv_powr_w' }),
      /fields\[0\]\.name .*not "pv_powr_w" \(did you mean "pv_power_w"/,
    ],
    ['unknown key', field({ adress: 5 }), /fields\[0\]\.adress is an unknown key \(did you mean "address"/],
    ['no scale', field({ scale: 0 }), /fields\[0\]\.scale must not be 0/],
    ['an empty range', field({ min: 9, max: 3 }), /fields\[0\]\.min must be below max, which is 3, not 9/],
    ['a scale register too far away', field({ scaleRegister: 900 }), /take 801 registers, more than the 100/],
    ['a quantity twice', field({ name: 'grid_power_w' }), /fields\[1\]\.name "grid_power_w" is there twice/],
    ['unit 0', { ...good, unit: 0 }, /profiles\[0\]\.unit .*1, not 0/],
    ['unit 248', { ...good, unit: 248 }, /profiles\[0\]\.unit .*247, not 248/],
    ['too many registers', { ...good, limits: { registersMax: 126 } }, /limits\.registersMax .*125, not 126/],
    [
      'answers after the time-out',
      { ...good, limits: { responseMsMax: 4_000 } },
      /responseMsMax must be below/,
    ],
    ['a built-in id', { ...good, id: 'sma' }, /profiles\[0\]\.id|driver/],
    [
      'a forbidden value',
      { ...good, forbidden: [{ table: 'input', first: 101, last: 103 }] },
      /touches the forbidden/,
    ],
    [
      'a forbidden range backwards',
      { ...good, forbidden: [{ table: 'input', first: 9, last: 3 }] },
      /at least first/,
    ],
    [
      'a serial number that is neither',
      { ...good, serialNumber: { table: 'input', address: 1 } },
      /either count or/,
    ],
  ];
  for (const [what, profile, expected] of rows) {
    const { config, quarantined } = await load(text(profile));
    const said = (await problemsOf(text(profile))).join('\n');
    t.match(said, expected, what);
    t.same(
      config.devices.map(({ id }) => id),
      ['meter'],
      `${what}: the other device runs`,
    );
    t.match(quarantined, [{ index: 0, id: 'roof' }], what);
  }
});
