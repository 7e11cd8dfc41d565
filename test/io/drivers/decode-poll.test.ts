import fc from 'fast-check';
import t from 'tap';
import { createPollDecoder, type PollBlock } from '../../../gateway/io/drivers/decode-poll.ts';
import type { DriverDefinition } from '../../../gateway/io/drivers/driver.ts';
import { planOptionsOf, planRanges, spansOf } from '../../../gateway/io/drivers/plan-ranges.ts';
import type { RegisterField } from '../../../gateway/io/drivers/register-map.ts';
import { exampleDriver } from './example-driver.ts';

const fields: RegisterField[] = [
  { name: 'grid_voltage_l1_v', table: 'input', address: 10, encoding: 'u16', min: 0, max: 1_000 },
  { name: 'grid_voltage_l2_v', table: 'holding', address: 10, encoding: 'u16', min: 0, max: 1_000 },
  { name: 'pv_power_w', table: 'input', address: 20, encoding: 'u32', min: 0, max: 1_000 },
  { name: 'power_flow', table: 'input', address: 30, encoding: 'u16', min: 0, max: 1_000 },
];

function block(
  table: 'input' | 'holding',
  address: number,
  words: number[] | undefined,
  count = words?.length,
): PollBlock {
  return { range: { table, address, count: count ?? 0 }, words: words && Uint16Array.from(words) };
}

const whole = [
  block('input', 10, [230]),
  block('holding', 9, [0, 231]),
  block('input', 19, [0, 0, 500, 0]),
  block('input', 30, [4]),
];

t.test('every field comes from its own table and address', (t) => {
  const decode = createPollDecoder(exampleDriver({ fields }));
  t.strictSame(decode(whole), [
    { quantity: 'grid_voltage_l1_v', value: 230, quality: 'good' },
    { quantity: 'grid_voltage_l2_v', value: 231, quality: 'good' },
    { quantity: 'pv_power_w', value: 500, quality: 'good' },
  ]);
  t.end();
});

t.test('a block that failed, or has another length than it says, loses its own fields and no others', (t) => {
  const decode = createPollDecoder(exampleDriver({ fields }));
  for (const bad of [
    block('input', 19, undefined, 4),
    block('input', 19, [0, 0, 500], 4),
    block('input', 19, [0, 0]),
  ]) {
    const values = decode(whole.map((each) => (each.range.address === 19 ? bad : each)));
    t.strictSame(
      values.map(({ quality }) => quality),
      ['good', 'good', 'missing'],
    );
    t.ok(Number.isNaN(values[2]?.value));
  }
  t.end();
});

t.test('whichever blocks are lost, no value is another register', (t) => {
  const many: RegisterField[] = ['l1', 'l2', 'l3'].flatMap((phase, index) => [
    {
      name: `grid_voltage_${phase}_v`,
      table: 'input',
      address: 10 * index,
      encoding: 'u16',
      min: 0,
      max: 1e9,
    },
    {
      name: `grid_power_${phase}_w`,
      table: 'input',
      address: 10 * index + 3,
      encoding: 'u32',
      min: 0,
      max: 1e10,
    },
    {
      name: `grid_current_${phase}_a`,
      table: 'holding',
      address: 10 * index,
      encoding: 'u16',
      min: 0,
      max: 1e9,
    },
  ]);
  const driver = exampleDriver({ fields: many });
  const decode = createPollDecoder(driver);
  const honest = (table: string, address: number): number => (table === 'input' ? 1_000 : 5_000) + address;
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 20 }), fc.infiniteStream(fc.boolean()), (registersMax, isLost) => {
      const plan = planRanges(spansOf(many), { ...planOptionsOf(driver), registersMax });
      const blocks = plan.map(({ range }) => {
        const words = Uint16Array.from({ length: range.count }, (_, at) =>
          honest(range.table, range.address + at),
        );
        return { range, words: isLost.next().value ? undefined : words };
      });
      decode(blocks).forEach(({ value, quality }, index) => {
        const { table, address, encoding } = many[index] as RegisterField;
        const high = honest(table, address);
        const expected = encoding === 'u32' ? high * 65_536 + honest(table, address + 1) : high;
        t.ok(quality === 'missing' ? Number.isNaN(value) : value === expected);
      });
    }),
    { numRuns: 300 },
  );
  t.end();
});

t.test('a derived quantity takes the first alternative that is not missing', (t) => {
  const derived: DriverDefinition['derived'] = [
    { quantity: 'battery_power_w', from: ['pv_power_w'], compute: ([value]) => value },
    {
      quantity: 'battery_power_w',
      from: ['power_flow'],
      compute: ([value = NaN]) => (value === 4 ? -value : undefined),
    },
  ];
  const driver = exampleDriver({ fields, derived });
  const decode = createPollDecoder(driver);
  const derivedOf = (blocks: PollBlock[]): unknown => decode(blocks).at(-1);
  const named = { quantity: 'battery_power_w' };
  t.strictSame(derivedOf(whole), { ...named, value: 500, quality: 'good' });
  const without = whole.filter((each) => each.range.address !== 19);
  t.strictSame(derivedOf(without), { ...named, value: -4, quality: 'good' });
  t.match(derivedOf([block('input', 30, [5])]), { ...named, quality: 'missing' });
  t.match(derivedOf([]), { ...named, quality: 'missing' });
  t.match(derivedOf([block('input', 20, [1, 0])]), { ...named, quality: 'suspect' }, 'as its input is');
  const known = createPollDecoder(driver, new Set(['pv_power_w']))(whole);
  t.strictSame(
    known.map(({ quantity, value }) => [quantity, value]),
    [
      ['grid_voltage_l1_v', 230],
      ['grid_voltage_l2_v', 231],
      ['battery_power_w', -4],
    ],
    'what the device does not have is left out',
  );
  t.equal(createPollDecoder(driver, new Set(['pv_power_w', 'power_flow']))(whole).length, 2);
  t.end();
});

t.test(
  'an alternative that is for lack of a field counts only while the device is known not to have it',
  (t) => {
    const derived: DriverDefinition['derived'] = [
      {
        quantity: 'battery_power_w',
        from: ['pv_power_w', 'power_flow'],
        compute: ([one = NaN, other = NaN]) => one + other,
      },
      { quantity: 'battery_power_w', from: ['pv_power_w'], unless: ['power_flow'], compute: ([one]) => one },
    ];
    const driver = exampleDriver({ fields, derived });
    const decode = createPollDecoder(driver);
    t.match(decode(whole).at(-1), { value: 504, quality: 'good' });
    t.match(decode(whole.slice(0, 3)).at(-1), { quality: 'missing' }, 'it failed this time');
    const known = createPollDecoder(driver, new Set(['power_flow']));
    t.match(known(whole.slice(0, 3)).at(-1), { value: 500, quality: 'good' });
    t.end();
  },
);
