import assert from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import { errorCodeOf } from '../../../gateway/core/errors.ts';
import { quantityNames } from '../../../gateway/core/quantity.ts';
import type { RegisterField } from '../../../gateway/io/drivers/register-map.ts';
import { createRegisterPoll } from '../../../gateway/io/drivers/register-poll.ts';
import { exampleDriver } from './example-driver.ts';
import { exception, FixtureDevice } from './fixture-device.ts';

const { signal } = new AbortController();

t.test('a value of several registers is never of two moments', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.nat(40), { minLength: 3, maxLength: 8 }),
      fc.integer({ min: 4, max: 30 }),
      fc.subarray([3, 11, 12, 20, 33]),
      async (places, registersMax, holes) => {
        const fields = places.map((address, index): RegisterField => ({
          name: ['pv_power_w', 'pv_energy_kwh', 'home_power_w', 'grid_import_kwh'][index] ?? `spare${index}`,
          table: 'input',
          address: address * 2,
          encoding: index % 2 === 0 ? 'u32' : 'u64',
          min: 0,
          max: 2 ** 64,
        }));
        const example = exampleDriver({ fields });
        const driver = { ...example, limits: { ...example.limits, registersMax } };
        const device = new FixtureDevice({ registers: {} });
        // Every register counts the requests: the words of one value are equal when they come from one answer,
        // and four of up to 31 are an exact number.
        device.readRegisters = async (_unit, { address, count }) => {
          device.requests.push({ table: 'input', address, count });
          if (holes.some((hole) => hole >= address && hole < address + count)) throw exception(2);
          return await Promise.resolve(new Uint16Array(count).fill(1 + (device.requests.length % 31)));
        };
        const poll = createRegisterPoll(driver, device, 1);
        for (let polls = 0; polls < 40; polls += 1) {
          const result = await poll.poll(signal).catch(errorCodeOf);
          if (typeof result !== 'object') continue;
          for (const { quantity, value } of result.values) {
            if (Number.isNaN(value)) continue;
            const words = BigInt(Math.round(value)).toString(16).padStart(16, '0').match(/.{4}/g) ?? [];
            const isWide = fields.find(({ name }) => name === quantity)?.encoding === 'u64';
            assert.equal(new Set(isWide ? words : words.slice(2)).size, 1, `${quantity} ${value}`);
          }
        }
      },
    ),
    { numRuns: 60 },
  );
});

t.test(
  'of ten thousand polls with blocks that fail at random no value is that of another register',
  async (t) => {
    const fields = Array.from({ length: 30 }, (_, index): RegisterField => ({
      name: `f${index}`,
      table: index % 3 === 0 ? 'holding' : 'input',
      address: index * 7,
      encoding: index % 2 === 0 ? 'u16' : 's32',
      min: -1e10,
      max: 1e10,
    }));
    const derived = fields.map(({ name }, index) => ({
      quantity: quantityNames[index] ?? 'pv_power_w',
      from: [name],
      compute: ([value]: readonly number[]) => value,
    }));
    const example = exampleDriver({ fields, derived });
    const driver = { ...example, limits: { ...example.limits, registersMax: 25 } };
    const wordAt = (table: string, address: number): number => (table === 'input' ? 1_000 : 20_000) + address;
    let misattributed = 0;
    let failed = 0;
    let polls = 0;
    let asked = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(99), { minLength: 900, maxLength: 1_100 }), async (chances) => {
        const device = new FixtureDevice({ registers: {} });
        device.readRegisters = async (_unit, { table, address, count }) => {
          asked += 1;
          const chance = chances[asked % chances.length] ?? 0;
          if (chance < 10) throw exception([2, 3, 4, 6][chance % 4] ?? 2);
          return await Promise.resolve(
            Uint16Array.from({ length: count }, (_, at) => wordAt(table, address + at)),
          );
        };
        const poll = createRegisterPoll(driver, device, 1);
        for (let turn = 0; turn < 100; turn += 1) {
          polls += 1;
          const result = await poll.poll(signal).catch(errorCodeOf);
          if (typeof result !== 'object') continue;
          failed += result.failedRanges.length;
          for (const { quantity, value, quality } of result.values) {
            const field = fields[quantityNames.indexOf(quantity)];
            if (field === undefined || quality === 'missing') continue;
            const high = wordAt(field.table, field.address);
            const truth =
              field.encoding === 'u16' ? high : high * 65_536 + wordAt(field.table, field.address + 1);
            if (value !== truth) misattributed += 1;
          }
        }
      }),
      { numRuns: 100 },
    );
    t.equal(misattributed, 0);
    t.ok(polls >= 10_000 && failed > 5_000, `${polls} polls, ${failed} blocks failed`);
  },
);
