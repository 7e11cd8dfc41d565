import fc from 'fast-check';
import t from 'tap';
import { isQuantityName } from '../../../../gateway/core/quantity.ts';
import { errorCodeOf } from '../../../../gateway/core/errors.ts';
import { extentOf } from '../../../../gateway/io/drivers/register-map.ts';
import { decodeSunspecPoints } from '../../../../gateway/io/drivers/sunspec/describe-points.ts';
import { discoverSunspec } from '../../../../gateway/io/drivers/sunspec/discover.ts';
import { common, poll, RegisterImage, s16, u32, u64, type ModelImage } from './register-image.ts';

/** One value of a model: where it stands, how it is written, and what it must become. */
interface Place {
  readonly quantity: string;
  readonly offset: number;
  readonly scaleOffset: number;
  readonly type: 's16' | 'u16' | 'acc32' | 'u64';
  /** Power of ten from the model's unit to ours. */
  readonly shift: number;
}

function place(
  quantity: string,
  offset: number,
  scaleOffset: number,
  how: readonly [Place['type'], number],
): Place {
  const [type, shift] = how;
  return { quantity, offset, scaleOffset, type, shift };
}

/** By hand from the definitions, and no more than a few of each. */
const inverter = {
  length: 50,
  places: [
    place('inverter_power_w', 14, 15, ['s16', 0]),
    place('inverter_apparent_power_va', 18, 19, ['s16', 0]),
    place('inverter_power_factor', 22, 23, ['s16', -2]),
    place('inverter_energy_kwh', 24, 26, ['acc32', -3]),
    place('inverter_dc_voltage_v', 29, 30, ['u16', 0]),
    place('inverter_dc_power_w', 31, 32, ['s16', 0]),
  ],
};
const meter = {
  length: 105,
  places: [
    place('grid_power_w', 18, 22, ['s16', 0]),
    place('grid_apparent_power_va', 23, 27, ['s16', 0]),
    place('grid_import_kwh', 46, 54, ['acc32', -3]),
  ],
};
const ports = { length: 18, places: [place('pv_power_w', 6, 17, ['s16', 0])] };
const der = {
  length: 153,
  places: [
    place('inverter_power_w', 10, 116, ['s16', 0]),
    place('inverter_energy_kwh', 19, 120, ['u64', -3]),
    place('inverter_power_factor', 13, 117, ['s16', 0]),
  ],
};

const highest = { s16: 0x7fffn, u16: 0xfffen, acc32: 0xfffffffen, u64: 2n ** 53n } as const;
const lowest = { s16: -0x7fffn, u16: 0n, acc32: 1n, u64: 0n } as const;
const absent = {
  s16: [0x8000],
  u16: [0xffff],
  acc32: [0, 0],
  u64: [0xffff, 0xffff, 0xffff, 0xffff],
} as const;

type Written = readonly [model: ModelImage, expected: readonly (readonly [string, number | undefined])[]];

/** A model with random values, scale factors and absences. */
function written(id: number, { length, places }: typeof inverter): fc.Arbitrary<Written> {
  const values = places.map(({ type }) =>
    fc.record({
      raw: fc.bigInt({ min: lowest[type], max: highest[type] }),
      exponent: fc.integer({ min: -6, max: 3 }),
      isAbsent: fc.integer({ min: 0, max: 9 }).map((dice) => dice === 0),
    }),
  );
  return fc.tuple(...values).map((drawn) => {
    const words: Record<number, readonly number[]> = {};
    const expected = places.map(({ quantity, offset, scaleOffset, type, shift }, index) => {
      const { raw = 0n, exponent = 0, isAbsent = true } = drawn[index] ?? {};
      words[offset] = isAbsent ? absent[type] : wordsOf(raw, type);
      words[scaleOffset] = s16(exponent);
      return [quantity, isAbsent ? undefined : Number(`${raw}e${exponent + shift}`)] as const;
    });
    return [{ id, length, words }, expected];
  });
}

function wordsOf(raw: bigint, type: Place['type']): number[] {
  if (type === 'u64') return u64(raw);
  return type === 'acc32' ? u32(Number(raw)) : s16(Number(raw));
}

const vendorModels = fc.array(
  fc.record({ id: fc.integer({ min: 64_000, max: 65_534 }), length: fc.integer({ min: 0, max: 200 }) }),
  { maxLength: 4 },
);

t.test('whatever a chain holds is read as it was written', async (t) => {
  const inverters = fc.oneof(written(101, inverter), written(103, inverter), written(701, der));
  const parts = fc.record({
    base: fc.constantFrom(40_000, 50_000, 0, 40_001),
    commonLength: fc.constantFrom<65 | 66>(65, 66),
    inverter: inverters,
    meter: written(203, meter),
    vendor: vendorModels,
    more: vendorModels,
    endMarker: fc.constantFrom([0xffff, 0], [0xffff], []),
  });
  await fc.assert(
    fc.asyncProperty(parts, async ({ base, commonLength, inverter, meter, vendor, more, endMarker }) => {
      const head = common({ maker: 'Maker', model: 'Model', serial: 'S' }, commonLength);
      const skipped = (each: { id: number; length: number }): ModelImage => ({ ...each, words: {} });
      const models = [head, ...vendor.map(skipped), inverter[0], ...more.map(skipped), head, meter[0]];
      const image = RegisterImage.of(models, base, endMarker);
      const { values } = await poll(await discoverSunspec(image.read), image.read);
      for (const [quantity, value] of [...inverter[1], ...meter[1]])
        t.equal(values[quantity], value, quantity);
    }),
  );
});

/** Ends in refusals, and begins as a chain whose IDs are often those of models. */
const garbage = fc.record({
  models: fc.array(
    fc.record({
      id: fc.oneof(
        fc.constantFrom(
          1,
          101,
          103,
          111,
          113,
          120,
          121,
          122,
          123,
          124,
          160,
          201,
          203,
          213,
          701,
          704,
          713,
          714,
          802,
        ),
        fc.integer({ min: 0, max: 0xffff }),
      ),
      length: fc.oneof(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 0xffff })),
      words: fc.array(fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 0xffff })), {
        maxLength: 300,
      }),
    }),
    { minLength: 1, maxLength: 20 },
  ),
  hole: fc.integer({ min: 40_002, max: 44_000 }),
});

t.test('garbage makes a sound map or no device, within a bounded number of requests', async (t) => {
  await fc.assert(
    fc.asyncProperty(garbage, async ({ models, hole }) => {
      const image = new RegisterImage();
      let address = 40_000;
      image.put(address, [0x5375, 0x6e53]);
      address += 2;
      for (const { id, length, words } of models) {
        image.put(address, [id, length, ...words]);
        address += 2 + length;
        if (address > 60_000) break;
      }
      image.words.delete(hole);
      try {
        const map = await discoverSunspec(image.read);
        const names = map.fields.map(({ name }) => name);
        t.equal(new Set(names).size, names.length, 'names are unique');
        const derived = new Set<string>(map.derived.map(({ quantity }) => quantity));
        const inputs = new Set(map.derived.flatMap(({ from }) => from));
        for (const input of inputs) t.ok(names.includes(input), `${input} is a field`);
        for (const field of map.fields) {
          const { address: first, count } = extentOf(field);
          t.ok(first >= 0 && first + count <= 65_536 && count <= 125);
          t.ok(isQuantityName(field.name) ? !derived.has(field.name) : inputs.has(field.name), field.name);
        }
      } catch (error) {
        if (errorCodeOf(error) !== 'device_unknown') throw error;
      }
      t.ok(image.requests.length <= 120, `${image.requests.length} requests to discover`);
      image.requests.length = 0;
      await decodeSunspecPoints(image.read);
      t.ok(image.requests.length <= 1_000, `${image.requests.length} requests to describe`);
    }),
    { numRuns: 200 },
  );
});

t.test('a model of inputs without inputs still has their sum', async (t) => {
  await fc.assert(
    fc.asyncProperty(written(714, ports), async ([model, [power]]) => {
      const image = RegisterImage.of([
        common({ maker: 'M', model: 'M', serial: 'S' }),
        { ...anyDer, words: {} },
        model,
      ]);
      const { values } = await poll(await discoverSunspec(image.read), image.read);
      t.equal(values['pv_power_w'], power?.[1]);
    }),
    { numRuns: 20 },
  );
});

const anyDer: ModelImage = { id: 701, length: 153, words: {} };
